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

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "DSDN-E-COORDINATOR-DA: posting failed in a way that nobody foresaw")]
    public static partial void CourierFault(ILogger logger, Exception error);
}
