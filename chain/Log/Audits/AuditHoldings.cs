using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>
/// What a node held when an audit froze, by chunk and slot. Its root is the tree of RFC 6962 over the replicas, each with the bytes before it, so that
/// one path shows which replica an offset falls into.
/// </summary>
public sealed class AuditHoldings
{
    private const int LeafBytes = 32 + 1 + 4 + 32 + 8 + 8;

    private readonly HeldReplica[] _replicas;
    private readonly ulong[] _starts;

    /// <param name="replicas">By chunk and slot ascending, each once, none empty or longer than <see cref="HeldReplica.LengthBytesMax"/>.</param>
    public AuditHoldings(IReadOnlyList<HeldReplica> replicas)
    {
        _replicas = [.. replicas];
        _starts = new ulong[_replicas.Length];
        for (int i = 0; i < _replicas.Length; i++)
        {
            if (_replicas[i].LengthBytes is 0 or > HeldReplica.LengthBytesMax || (i > 0 && Compare(_replicas[i - 1], _replicas[i]) >= 0)) throw new ArgumentException("replicas are not in order, or not to be audited");
            _starts[i] = TotalBytes;
            TotalBytes = checked(TotalBytes + _replicas[i].LengthBytes);
        }
    }

    public IReadOnlyList<HeldReplica> Replicas => _replicas;

    public ulong TotalBytes { get; }

    /// <summary>Zero of nothing.</summary>
    public Hash256 Root
    {
        get
        {
            if (_replicas.Length == 0) return Hash256.Zero;
            LogWriter leaves = new(_replicas.Length * LeafBytes);
            for (int i = 0; i < _replicas.Length; i++) _replicas[i].Write(leaves, _starts[i]);
            Hash256[] hashes = new Hash256[_replicas.Length];
            Sha256Tree.Leaves(leaves.Written, LeafBytes, hashes);
            return Sha256Tree.Root(hashes);
        }
    }

    /// <summary>The replica that a byte lies in, and where in it.</summary>
    /// <param name="offset">Below <see cref="TotalBytes"/>.</param>
    public (int Replica, ulong Offset) At(ulong offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, TotalBytes);
        int found = Array.BinarySearch(_starts, offset);
        if (found < 0) found = ~found - 1;
        return (found, offset - _starts[found]);
    }

    private static int Compare(in HeldReplica left, in HeldReplica right)
    {
        int order = left.ChunkId.CompareTo(right.ChunkId);
        return order == 0 ? left.Slot.CompareTo(right.Slot) : order;
    }
}
