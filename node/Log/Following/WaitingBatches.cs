using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Following;

/// <summary>An envelope with its exact bytes.</summary>
internal sealed class Waiting(BatchEnvelope envelope, ReadOnlyMemory<byte> encoded)
{
    public BatchEnvelope Envelope => envelope;

    public ReadOnlyMemory<byte> Encoded => encoded;

    public Hash256 CoreHash { get; } = envelope.Header.CoreHash;
}

/// <summary>Batches that the committee signed, by seq. A committee that signs two of a seq has both kept until it is known which one follows.</summary>
internal sealed class WaitingBatches(int envelopesMax, long bytesMax)
{
    private const int PerSeqMax = 2;

    private readonly SortedDictionary<ulong, List<Waiting>> _bySeq = [];

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>0 where nothing waits.</summary>
    public ulong Last { get; private set; }

    public IEnumerable<ulong> Seqs => _bySeq.Keys;

    public bool Has(Waiting offered) =>
        _bySeq.TryGetValue(offered.Envelope.Header.Seq, out List<Waiting>? candidates) && candidates.Exists(waiting => waiting.CoreHash == offered.CoreHash);

    /// <summary>Batches that are farther ahead give way.</summary>
    public bool TryAdd(Waiting offered)
    {
        ulong seq = offered.Envelope.Header.Seq;
        if (Has(offered) || (_bySeq.TryGetValue(seq, out List<Waiting>? known) && known.Count == PerSeqMax)) return false;
        while (Count >= envelopesMax || Bytes + offered.Encoded.Length > bytesMax)
        {
            if (Last <= seq) return false;
            Take(Last);
        }
        if (!_bySeq.TryGetValue(seq, out List<Waiting>? candidates)) _bySeq[seq] = candidates = [];
        candidates.Add(offered);
        Count++;
        Bytes += offered.Encoded.Length;
        Last = Math.Max(Last, seq);
        return true;
    }

    /// <summary>All of a seq; they wait no longer. Null where there are none.</summary>
    public List<Waiting>? Take(ulong seq)
    {
        if (!_bySeq.Remove(seq, out List<Waiting>? candidates)) return null;
        Count -= candidates.Count;
        foreach (Waiting candidate in candidates) Bytes -= candidate.Encoded.Length;
        if (seq == Last) Last = _bySeq.Count == 0 ? 0 : _bySeq.Keys.Last();
        return candidates;
    }

    public void DropUpTo(ulong seq)
    {
        while (_bySeq.Count > 0 && _bySeq.Keys.First() is var first && first <= seq) Take(first);
    }
}
