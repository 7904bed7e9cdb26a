using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>
/// What a validator's key signed about the log, as frames in the order of signing: what expired leaves at the front and raises the
/// floor, so that no seq is ever free again. In memory; <see cref="AttestationLog"/> keeps the same frames on disk.
/// </summary>
public sealed class AttestationRecord
{
    /// <summary>Seven days at three statements and a half a second; about 160 MB in memory where it is full.</summary>
    public const int FramesMax = 1 << 21;

    private readonly Dictionary<ulong, (Hash256 CoreHash, ulong Frame)> _bySeq = [];
    private readonly Dictionary<ulong, Hash256> _stateRoots = [];
    private readonly Queue<(ulong Seq, ulong ExpiresMs)> _frames = [];

    private readonly int _framesMax;

    /// <summary>An empty record.</summary>
    /// <param name="floor">Up to which nothing is signed.</param>
    /// <param name="first">Number of the first frame that will be added.</param>
    public AttestationRecord(ulong floor, ulong first = 1, int framesMax = FramesMax) => (Floor, Highest, First, _framesMax) = (floor, floor, first, framesMax);

    /// <summary>A seq up to here that is not in the record is never signed again.</summary>
    public ulong Floor { get; private set; }

    /// <summary>The largest seq that was signed; the floor where none above it was.</summary>
    public ulong Highest { get; private set; }

    /// <summary>Number of the oldest frame.</summary>
    public ulong First { get; private set; }

    /// <summary>Number of the frame that comes next.</summary>
    public ulong Next => First + (ulong)_frames.Count;

    /// <summary>Batches that are in it.</summary>
    public int Count => _bySeq.Count;

    public bool IsFull => _frames.Count >= _framesMax;

    public bool TryGet(ulong seq, [NotNullWhen(true)] out Hash256? coreHash, out Hash256? stateRoot)
    {
        bool found = _bySeq.TryGetValue(seq, out (Hash256 CoreHash, ulong Frame) entry);
        coreHash = found ? entry.CoreHash : null;
        stateRoot = found && _stateRoots.TryGetValue(seq, out Hash256 root) ? root : null;
        return found;
    }

    /// <summary>One more frame, which says all that is known of its seq.</summary>
    public void Add(in SignedSeq signed)
    {
        if (IsFull) throw new InvalidOperationException("the record is full");
        if (_bySeq.TryGetValue(signed.Seq, out (Hash256 CoreHash, ulong Frame) before) && before.CoreHash != signed.CoreHash) throw new InvalidOperationException("two core hashes for one seq");
        _bySeq[signed.Seq] = (signed.CoreHash, Next);
        if (signed.StateRoot is { } root) _stateRoots[signed.Seq] = root;
        _frames.Enqueue((signed.Seq, signed.ExpiresMs));
        Highest = Math.Max(Highest, signed.Seq);
    }

    public void Raise(ulong floor)
    {
        Floor = Math.Max(Floor, floor);
        Highest = Math.Max(Highest, Floor);
    }

    /// <summary>Drops the oldest frames that expired.</summary>
    public void DropExpired(ulong nowMs)
    {
        while (_frames.TryPeek(out (ulong Seq, ulong ExpiresMs) oldest) && oldest.ExpiresMs <= nowMs)
        {
            _frames.Dequeue();
            ulong number = First++;
            Raise(oldest.Seq);
            if (_bySeq[oldest.Seq].Frame != number) continue; // a later frame says more of it
            _bySeq.Remove(oldest.Seq);
            _stateRoots.Remove(oldest.Seq);
        }
    }
}
