using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

internal static partial class ReplicaLog
{
    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "block committed {Height} transactions {Transactions} gas {GasUsed} round {Round} commit_ms {CommitMs}")]
    public static partial void Committed(ILogger logger, ulong height, int transactions, ulong gasUsed, uint round, long commitMs);

    [LoggerMessage(EventId = 11, Level = LogLevel.Critical, Message = "consensus stopped")]
    public static partial void LoopFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "peer {Peer} banned for {Offence}: {Reason}")]
    public static partial void Banned(ILogger logger, string peer, string offence, string reason);

    [LoggerMessage(EventId = 13, Level = LogLevel.Information, Message = "height {Height} goes to round {Round}")]
    public static partial void Round(ILogger logger, ulong height, uint round);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, Message = "not signed: height {Height} round {Round} {Step}: {Reason}")]
    public static partial void NotSigned(ILogger logger, ulong height, uint round, string step, string reason);

    [LoggerMessage(EventId = 19, Level = LogLevel.Critical, Message = "another machine uses the consensus key {Code}: seen {Height} / {Round} {Step}, own record {OwnHeight} / {OwnRound} {OwnStep}; nothing is signed any more")]
    public static partial void KeyInUse(ILogger logger, string code, ulong height, uint round, string step, ulong ownHeight, uint ownRound, string ownStep);

    [LoggerMessage(EventId = 20, Level = LogLevel.Critical, Message = "another machine used the consensus key {Code}: seen {Height} / {Round} {Step} before this start; nothing is signed until --lost-signer-state says that it is off for good")]
    public static partial void KeyWasInUse(ILogger logger, string code, ulong height, uint round, string step);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "no beacon proof at height {Height}: {Reason}")]
    public static partial void NoBeacon(ILogger logger, ulong height, string reason);

    [LoggerMessage(EventId = 15, Level = LogLevel.Error, Message = "a {Request} could not be answered")]
    public static partial void ServeFailed(ILogger logger, string request, Exception error);

    [LoggerMessage(EventId = 16, Level = LogLevel.Error, Message = "transactions of a peer could not be taken")]
    public static partial void SubmitFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 18, Level = LogLevel.Warning, Message = "evidence of {Kind} against {Accused} at height {Height} from {Finder}: {Answer}")]
    public static partial void Evidence(ILogger logger, string kind, string accused, ulong height, string finder, string answer);

    [LoggerMessage(EventId = 17, Level = LogLevel.Information, Message = "proposal refused {Height} {BlockHash}: {Code} {Detail}")]
    public static partial void Refused(ILogger logger, ulong height, string blockHash, string code, string detail);
}
