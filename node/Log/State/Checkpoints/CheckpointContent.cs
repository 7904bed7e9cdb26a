using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Roots;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Checkpoints;

/// <summary>
/// The canonical dump of a state, which any archive can serve: version u8 = 1 | chain id u64 | log id 32 | seq u64 | leaves u64, each u32 length |
/// table u8 | key | value, by table and key ascending. The leaves of table Node follow from those of NodeRow and are left out. Whoever has the
/// state root needs to trust nobody for the rest.
/// </summary>
public static class CheckpointContent
{
    public const byte Version = 1;

    /// <summary>version, chain, log, seq, leaves.</summary>
    public const int HeadBytes = 1 + 8 + Hash256.Size + 8 + 8;

    /// <summary>A leaf: a light block with its sets is the longest.</summary>
    internal const int LeafBytesMax = 1 << 20;

    private const int PieceBytes = 1 << 16;

    /// <summary>Hands the dump over in pieces.</summary>
    /// <param name="piece">Valid during the call alone.</param>
    public static void Write(LogState state, Action<ReadOnlyMemory<byte>> piece)
    {
        IReadOnlyList<(LogTableId Table, ILeafTable Source, int View)> views = [.. state.Views.Where(view => view.Table != LogTableId.Node)];
        ulong leaves = 0;
        foreach ((_, ILeafTable source, _) in views) leaves += (ulong)source.Count;
        LogWriter head = new(HeadBytes);
        head.U8(Version).U64(state.Genesis.ChainId).Hash(state.Genesis.LogId).U64(state.Seq).U64(leaves);
        piece(head.ToArray());
        LogWriter gathered = new(2 * PieceBytes);
        foreach ((_, ILeafTable source, int view) in views)
        {
            for (int i = 0; i < source.Count; i++)
            {
                LogWriter leaf = new();
                source.WriteLeaf(i, view, leaf);
                gathered.Prefixed(leaf.Written);
                if (gathered.Written.Length < PieceBytes) continue;
                piece(gathered.ToArray());
                gathered = new LogWriter(2 * PieceBytes);
            }
        }
        piece(gathered.ToArray());
    }

    /// <summary>The dump as a whole, for states that are small.</summary>
    public static byte[] Write(LogState state)
    {
        List<byte> bytes = [];
        Write(state, piece => bytes.AddRange(piece.Span));
        return [.. bytes];
    }

    /// <summary>The state that a dump holds, if its root is the expected one.</summary>
    /// <param name="state">Null where it is refused.</param>
    public static LogVerdict Read(LogGenesis genesis, IParallel parallel, ulong tableSeed, ReadOnlyMemory<byte> content, in Hash256 expectedRoot, out LogState? state)
    {
        state = null;
        LogReader reader = new(content);
        if (reader.U8() != Version) reader.Fail(LogFault.Version);
        if (reader.U64() != genesis.ChainId) reader.Fail(LogFault.ChainId);
        if (reader.Hash() != genesis.LogId) reader.Fail(LogFault.LogId);
        ulong seq = reader.U64(), leaves = reader.U64();
        LeafLoader loader = new(genesis, tableSeed);
        ReadOnlyMemory<byte> before = default;
        for (ulong i = 0; i < leaves && reader.Fault == LogFault.None; i++)
        {
            ReadOnlyMemory<byte> leaf = reader.Prefixed(LeafBytesMax);
            if (reader.Fault == LogFault.None && leaf.Span.SequenceCompareTo(before.Span) <= 0) reader.Fail(LogFault.Value);
            if (reader.Fault == LogFault.None && loader.TryAdd(leaf) is not LogFault.None and var fault) reader.Fail(fault);
            before = leaf;
        }
        if (reader.End() is not LogFault.None and var broken) return new LogVerdict(broken, "not the dump of a state of this log");
        if (loader.TryFinish(seq) is not { } tables) return new LogVerdict(LogFault.Value, "the rows of the dump do not fit together");
        LogState read = new(genesis, parallel, tableSeed, tables);
        Hash256 root = read.Roots().State;
        if (root != expectedRoot) return new LogVerdict(LogFault.Checkpoint, $"the dump has root {root}, expected {expectedRoot}");
        state = read;
        return LogVerdict.Valid;
    }
}
