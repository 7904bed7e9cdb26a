using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Storing;

/// <summary>What this node has and has said of one chunk.</summary>
internal sealed class ChunkDesk
{
    public List<DiskRow> Disk { get; } = [];

    public List<SaidFact> Said { get; } = [];

    public bool IsEmpty => Disk.Count == 0 && Said.Count == 0;

    public DiskRow? Find(StoredKey key)
    {
        foreach (DiskRow row in Disk)
            if (row.Key == key) return row;
        return null;
    }

    /// <summary>Of an older generation, of which nobody knows the coding any more.</summary>
    public DiskRow? Find(byte slot, uint generation)
    {
        foreach (DiskRow row in Disk)
            if (row.Key.Generation == generation && (row.Key.Coding == ChunkCoding.Replicas || row.Key.Shard == slot)) return row;
        return null;
    }
}

/// <summary>What lies on the disk under a key.</summary>
internal sealed class DiskRow(StoredKey key)
{
    public StoredKey Key { get; } = key;

    public DiskStanding Standing { get; set; }

    public ulong AtMs { get; set; }

    /// <summary>An effect on it is under way.</summary>
    public bool IsPending { get; set; }

    /// <summary>A row of the log asks for it; of the look that is under way.</summary>
    public bool IsWanted { get; set; }
}

/// <summary>A fact that waits for a batch.</summary>
/// <param name="Reason">Null: it was added.</param>
internal sealed record SaidFact(Hash256 ChunkId, uint Generation, byte Slot, RemovalReason? Reason, ulong AtMs)
{
    /// <summary>It is still to be said; of the look that is under way.</summary>
    public bool IsNeeded { get; set; }
}
