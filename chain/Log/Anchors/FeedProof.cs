using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>A storage slot of a module with the nodes that prove it against the module's storage root (EIP-1186).</summary>
/// <param name="Slot">Before hashing.</param>
public sealed record FeedSlot(Hash256 Slot, Hash256 Value, IReadOnlyList<ReadOnlyMemory<byte>> Nodes);

/// <summary>
/// Where a module's feed stands at the anchored block: module u8 | nodes of the account's proof | count u8 of slot 32 | value 32 |
/// nodes of its proof; nodes are count u8 of u32 length | bytes.
/// </summary>
/// <param name="Module">Number of the module: its address is 0x800 plus this.</param>
public sealed record FeedProof(byte Module, IReadOnlyList<ReadOnlyMemory<byte>> AccountNodes, IReadOnlyList<FeedSlot> Slots)
{
    internal static FeedProof Read(ref LogReader reader)
    {
        byte module = reader.U8();
        ReadOnlyMemory<byte>[] account = ReadNodes(ref reader);
        FeedSlot[] slots = new FeedSlot[reader.Count8(LogLimits.ProofSlotsMax, (2 * Hash256.Size) + 1)];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = new FeedSlot(reader.Hash(), reader.Hash(), ReadNodes(ref reader));
            if (i > 0 && slots[i].Slot.CompareTo(slots[i - 1].Slot) <= 0) reader.Fail(LogFault.Value);
        }
        return new FeedProof(module, account, slots);
    }

    internal void Write(LogWriter writer)
    {
        writer.U8(Module);
        WriteNodes(writer, AccountNodes);
        writer.U8(checked((byte)Slots.Count));
        foreach (FeedSlot slot in Slots)
        {
            writer.Hash(slot.Slot).Hash(slot.Value);
            WriteNodes(writer, slot.Nodes);
        }
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
