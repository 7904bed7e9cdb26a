using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>
/// Where a module's feed stands at the anchored block, with the nodes that prove it (EIP-1186): module u8 | sequence u64 | feed 32 |
/// nodes of the account | nodes of the slot of the sequence | nodes of the slot of the feed; nodes are count u8 of u32 length | bytes.
/// </summary>
/// <param name="Module">Number of the module: its address is 0x800 plus this.</param>
/// <param name="Sequence">Records in the feed.</param>
/// <param name="Feed">The hash chain over them.</param>
public sealed record FeedProof(
    byte Module, ulong Sequence, Hash256 Feed, IReadOnlyList<ReadOnlyMemory<byte>> AccountNodes, IReadOnlyList<ReadOnlyMemory<byte>> SequenceNodes,
    IReadOnlyList<ReadOnlyMemory<byte>> FeedNodes)
{
    /// <summary>A module number, a sequence, a feed, three counts.</summary>
    internal const int BytesMin = 1 + 8 + Hash256.Size + 3;

    internal static FeedProof Read(ref LogReader reader) =>
        new(reader.U8(), reader.U64(), reader.Hash(), ReadNodes(ref reader), ReadNodes(ref reader), ReadNodes(ref reader));

    internal void Write(LogWriter writer)
    {
        writer.U8(Module).U64(Sequence).Hash(Feed);
        WriteNodes(writer, AccountNodes);
        WriteNodes(writer, SequenceNodes);
        WriteNodes(writer, FeedNodes);
    }

    private static ReadOnlyMemory<byte>[] ReadNodes(ref LogReader reader)
    {
        ReadOnlyMemory<byte>[] nodes = new ReadOnlyMemory<byte>[reader.Count8(LogLimits.ProofNodesMax, 4)];
        for (int i = 0; i < nodes.Length; i++) nodes[i] = reader.Prefixed(LogLimits.ProofNodeBytesMax);
        return nodes;
    }

    private static void WriteNodes(LogWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> nodes)
    {
        writer.U8(checked((byte)nodes.Count));
        foreach (ReadOnlyMemory<byte> node in nodes) writer.Prefixed(node.Span);
    }
}
