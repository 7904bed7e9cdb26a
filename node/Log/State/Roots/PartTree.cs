using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Roots;

/// <summary>The tree of RFC 6962 over the leaves of one part of the state, by table and key ascending.</summary>
internal sealed class PartTree
{
    /// <summary>Leaves under one inner node that is hashed as a piece of its own; a power of two, as the tree splits.</summary>
    private const int LeavesPerPiece = 4_096;

    private readonly List<(LogTableId Table, ILeafTable Source, int View)> _views = [];
    private Hash256[] _leaves = [];
    private int _count;

    public PartTree(LogPart part, IEnumerable<ILeafTable> sources)
    {
        foreach (ILeafTable source in sources)
            for (int view = 0; view < source.Views.Length; view++)
                if (source.Views[view].Part() == part) _views.Add((source.Views[view], source, view));
        _views.Sort((left, right) => ((byte)left.Table).CompareTo((byte)right.Table));
    }

    /// <summary>Of the rows as they were refreshed last.</summary>
    public Hash256 Root(IParallel parallel)
    {
        Gather();
        if (_count == 0) return BatchRoots.OfNothing;
        Hash256[] pieces = new Hash256[(_count + LeavesPerPiece - 1) / LeavesPerPiece];
        parallel.For(pieces.Length, 1, (first, end) =>
        {
            for (int i = first; i < end; i++)
                pieces[i] = Sha256Tree.Root(_leaves.AsSpan(i * LeavesPerPiece, Math.Min(LeavesPerPiece, _count - (i * LeavesPerPiece))));
        });
        return Sha256Tree.Root(pieces);
    }

    /// <summary>The row of a key, or its neighbours, against the root of the last <see cref="Root"/>.</summary>
    public LogProof Prove(LogTableId table, ReadOnlySpan<byte> key)
    {
        int position = 0;
        foreach ((LogTableId candidate, ILeafTable source, _) in _views)
        {
            if (candidate >= table)
            {
                bool isThere = false;
                if (candidate == table) position += source.Locate(key, out isThere);
                return isThere ? new LogProof(Leaf(position), null, null) : Absence(position);
            }
            position += source.Count;
        }
        return Absence(position);
    }

    public IEnumerable<(LogTableId Table, ILeafTable Source, int View)> Views => _views;

    private LogProof Absence(int position) => new(null, position > 0 ? Leaf(position - 1) : null, position < _count ? Leaf(position) : null);

    private ProvenLeaf Leaf(int position)
    {
        int from = 0;
        foreach ((_, ILeafTable source, int view) in _views)
        {
            if (position < from + source.Count)
            {
                LogWriter writer = new();
                source.WriteLeaf(position - from, view, writer);
                return new ProvenLeaf(writer.ToArray(), (ulong)position, (ulong)_count, Sha256Tree.Proof(_leaves.AsSpan(0, _count), position));
            }
            from += source.Count;
        }
        throw new ArgumentOutOfRangeException(nameof(position));
    }

    private void Gather()
    {
        _count = 0;
        foreach ((_, ILeafTable source, _) in _views) _count += source.Count;
        if (_leaves.Length < _count) _leaves = new Hash256[_count + (_count / 4)];
        int at = 0;
        foreach ((_, ILeafTable source, int view) in _views)
        {
            source.CopyLeaves(view, _leaves.AsSpan(at, source.Count));
            at += source.Count;
        }
    }
}
