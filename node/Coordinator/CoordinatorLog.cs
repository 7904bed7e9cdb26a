using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

internal static partial class CoordinatorLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Critical, Message = "thread {Name} ended")]
    public static partial void ThreadEnded(ILogger logger, string name, Exception error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "batch {Seq} decided: events {Events} skipped {Skipped} bytes {Bytes} anchor {Anchor}")]
    public static partial void Decided(ILogger logger, ulong seq, int events, int skipped, int bytes, ulong anchor);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "the chain cannot be read: {Reason}")]
    public static partial void ChainAway(ILogger logger, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "anchor of batch {Seq} is on the chain in block {Block}")]
    public static partial void Anchored(ILogger logger, ulong seq, ulong block);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "anchor of batch {Seq} was not taken: {Reason}")]
    public static partial void NotAnchored(ILogger logger, ulong seq, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "da mode {From} -> {To}: {Reason}")]
    public static partial void ModeChanged(ILogger logger, string from, string to, string reason);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "{Code}: {Text}")]
    public static partial void Alert(ILogger logger, string code, string text);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "what the chain says at block {Height} cannot be taken over: {Reason}")]
    public static partial void FactsDropped(ILogger logger, ulong height, string reason);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message = "stopping after batch {Seq}")]
    public static partial void Stopping(ILogger logger, ulong seq);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "start check {Check}: {Code} {Detail} ({Advice})")]
    public static partial void StartFinding(ILogger logger, string check, string code, string detail, string advice);

    [LoggerMessage(EventId = 13, Level = LogLevel.Error, Message = "DSDN-E-COORDINATOR-LIVENESS: a round of calls failed in a way that nobody foresaw")]
    public static partial void RoundFault(ILogger logger, Exception error);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "none of {Nodes} storage nodes answers: this process is cut off, and says nothing of them")]
    public static partial void NobodyAnswers(ILogger logger, int nodes);

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "node {Node} has not answered audit {Audit} when asked for time {Attempt}: {Reason}")]
    public static partial void NoAnswer(ILogger logger, string node, ulong audit, int attempt, string reason);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "DSDN-E-COORDINATOR-CONTRADICTION: node {Node} signed two different sheets for audit {Audit}; both are kept")]
    public static partial void Contradicts(ILogger logger, string node, ulong audit);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "node {Node} is reported to the chain for audit {Audit} ({Kind}) in block {Height}")]
    public static partial void Reported(ILogger logger, string node, ulong audit, Dsdn.Chain.Log.Audits.AuditFaultKind kind, ulong height);

    [LoggerMessage(EventId = 23, Level = LogLevel.Warning, Message = "node {Node} could not be reported to the chain for audit {Audit}: {Reason}")]
    public static partial void NotReported(ILogger logger, string node, ulong audit, string reason);

    [LoggerMessage(EventId = 24, Level = LogLevel.Error, Message = "DSDN-E-COORDINATOR-LIE: node {Node} signed two answers with other bytes for one leaf of audit {Audit}; the proof is kept until the chain has it")]
    public static partial void Lied(ILogger logger, string node, ulong audit);

    [LoggerMessage(EventId = 25, Level = LogLevel.Warning, Message = "the lie of node {Node} in audit {Audit} is reported to the chain in block {Height}")]
    public static partial void LieReported(ILogger logger, string node, ulong audit, ulong height);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "DSDN-E-COORDINATOR-DA: posting failed in a way that nobody foresaw")]
    public static partial void CourierFault(ILogger logger, Exception error);
}
