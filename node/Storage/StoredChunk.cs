namespace Dsdn.Storage;

/// <summary>Whether a stored chunk is part of the log yet.</summary>
public enum ChunkStanding
{
    /// <summary>Stored and synced; deleted when its time is over and nobody declared it.</summary>
    Staged,

    /// <summary>The log says that this node keeps it.</summary>
    Declared,
}

/// <summary>A chunk that is whole on the disk.</summary>
/// <param name="FileBytes">What it takes of the disk: content and footer.</param>
/// <param name="ExpiresMs">When a staged one is deleted, ms since 1970; otherwise 0.</param>
public readonly record struct StoredChunk(ChunkKey Key, ChunkStanding Standing, long FileBytes, long ExpiresMs);

/// <summary>What is about to be stored, as a ticket or the log says.</summary>
/// <param name="Owner">The agreement that pays for it.</param>
/// <param name="LengthBytes">Of the copy or shard.</param>
/// <param name="Root">The chunk root of the copy or shard.</param>
/// <param name="Standing">Declared where the log already says that this node keeps it, as in a repair.</param>
public sealed record ChunkPut(ChunkKey Key, Dsdn.Chain.Primitives.Hash256 Owner, long LengthBytes, Dsdn.Chain.Primitives.Hash256 Root, ChunkStanding Standing = ChunkStanding.Staged);

/// <summary>How full a store is.</summary>
/// <param name="UsedBytes">All files, also deleted ones that are not erased yet and those in quarantine.</param>
/// <param name="ReservedBytes">What puts that are running may still write.</param>
/// <param name="FreeBytes">What may still be put: of the capacity, and of the disk less its reserve.</param>
public readonly record struct StoreCapacity(long UsedBytes, long ReservedBytes, long FreeBytes);

/// <summary>What was found when a store was opened.</summary>
/// <param name="Chunks">Whole chunks.</param>
/// <param name="Resumable">Chunks that came in part.</param>
/// <param name="Deleted">Waiting to be erased.</param>
/// <param name="Quarantined">In quarantine, also from before.</param>
/// <param name="Foreign">Files whose names are none of the store's; left alone.</param>
public sealed record StartReport(int Chunks, int Resumable, int Deleted, int Quarantined, int Foreign);
