using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Storing;
using Microsoft.Extensions.Logging;

namespace Dsdn.StorageNode.Observability;

internal static partial class StorageNodeLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "storage node {Node} opened: chunks {Chunks} resumable {Resumable} deleted {Deleted} quarantined {Quarantined} foreign {Foreign}")]
    public static partial void Opened(ILogger logger, Hash256 node, int chunks, int resumable, int deleted, int quarantined, int foreign);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "the storing loop ended")]
    public static partial void LoopEnded(ILogger logger, Exception error);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "DSDN-E-STORE-LOST: chunk {Chunk} slot {Slot} is held in the log and not on the disk")]
    public static partial void Lost(ILogger logger, Hash256 chunk, byte slot);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "chunk {Chunk} slot {Slot} not fetched: {Outcome} {Detail}")]
    public static partial void NotFetched(ILogger logger, Hash256 chunk, byte slot, FetchOutcome outcome, string detail);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "DSDN-E-CHUNK-INCONSISTENT: the shards of chunk {Chunk} do not belong together, slot {Slot} cannot be made; its owner encoded it wrongly")]
    public static partial void Inconsistent(ILogger logger, Hash256 chunk, byte slot);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "the disk refused chunk {Chunk}: {Code} {Detail}")]
    public static partial void DiskRefused(ILogger logger, Hash256 chunk, string code, string detail);

    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "{Kind} not taken: {Code} {Detail}")]
    public static partial void NotTaken(ILogger logger, EventKind kind, string code, string detail);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "{Kind} not submitted to {Coordinator}: {Reason}")]
    public static partial void NotSubmitted(ILogger logger, EventKind kind, string coordinator, string reason);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "audit {Epoch} answered: leaves {Leaves} missing {Missing}")]
    public static partial void Answered(ILogger logger, ulong epoch, int leaves, int missing);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "DSDN-E-STORE-DISK: an audit was not answered: {Reason}")]
    public static partial void NotAnswered(ILogger logger, string reason);

    [LoggerMessage(EventId = 9, Level = LogLevel.Error, Message = "{Code}: chunk {Chunk} {Detail}")]
    public static partial void Scrubbed(ILogger logger, string code, Hash256 chunk, string detail);
}
