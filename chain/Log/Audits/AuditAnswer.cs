using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>What a node shows for one draw: number u32 | chunk 32 | slot u8 | has u8, then where it has it the leaf as it stands in an audit of an envelope.</summary>
/// <param name="Leaf">Null: the node says that it has it not. That is a fault, but no lie.</param>
public sealed record AuditAnswer(uint Number, Hash256 ChunkId, byte Slot, ChunkLeaf? Leaf)
{
    /// <summary>A leaf with the path of the longest replica.</summary>
    public const int BytesMax = 4 + 32 + 1 + 1 + 4 + 4 + ChunkRoot.LeafBytes + 1 + (32 * Hash256.Size);

    internal const int BytesMin = 4 + 32 + 1 + 1;

    /// <summary>Whether it is the leaf that was drawn.</summary>
    public bool Shows(AuditDraw draw) =>
        Leaf is not null && Number == draw.Number && ChunkId == draw.Replica.ChunkId && Slot == draw.Replica.Slot && Leaf.Index == draw.Leaf
        && Leaf.IsIn(draw.Replica.Root, draw.Replica.LengthBytes);

    public byte[] Encode()
    {
        LogWriter writer = new(2_048);
        writer.U32(Number).Hash(ChunkId).U8(Slot).U8(Leaf is null ? (byte)0 : (byte)1);
        Leaf?.Write(writer);
        return writer.ToArray();
    }

    /// <param name="answer">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out AuditAnswer? answer)
    {
        LogReader reader = new(bytes);
        uint number = reader.U32();
        Hash256 chunk = reader.Hash();
        byte slot = reader.U8(LogLimits.ShardsMax - 1), has = reader.U8(1);
        AuditAnswer read = new(number, chunk, slot, has == 1 ? ChunkLeaf.Read(ref reader) : null);
        LogFault fault = reader.End();
        answer = fault == LogFault.None ? read : null;
        return fault;
    }
}
