using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// A node's word that it stored a copy or shard of a chunk, fsynced and with both hashes checked; the upload receipt of dataplane
/// 2. Signed over tag | id, the id over chain id u64 | agreement 32 | file 32 | chunk 32 | root 32 | length u64 | coding u8 |
/// slot u8 | generation u32 | node 32 | zone u16 | ticket 32 | stored u64.
/// </summary>
/// <param name="Slot">Which copy or shard.</param>
/// <param name="TicketId">Digest of the upload ticket the node acted on.</param>
/// <param name="StoredMs">The node's clock, ms since 1970.</param>
public sealed record StoreAck(byte Slot, Hash256 NodeId, ushort Zone, Hash256 TicketId, ulong StoredMs, ReadOnlyMemory<byte> Signature)
{
    internal const int Bytes = 1 + Hash256.Size + 2 + Hash256.Size + 8 + Ed25519.SignatureSize;

    /// <summary>What the node signed, of a chunk as it was declared.</summary>
    public static Hash256 Id(ulong chainId, ChunkDeclared chunk, StoreAck ack) => LogTag.Hash(LogDomain.StoreAck, new LogWriter()
        .U64(chainId).Hash(chunk.AgreementId).Hash(chunk.FileId).Hash(chunk.ChunkId).Hash(chunk.RootOf(ack.Slot)).U64(chunk.LengthBytes)
        .U8((byte)chunk.Coding).U8(ack.Slot).U32(chunk.Generation).Hash(ack.NodeId).U16(ack.Zone).Hash(ack.TicketId).U64(ack.StoredMs).Written);

    /// <summary>Tag and id: the text under the signature.</summary>
    public static byte[] Message(in Hash256 id) => LogTag.Message(LogDomain.StoreAck, id.Span);

    public bool HoldsFor(ulong chainId, ChunkDeclared chunk) => Ed25519.Verify(Message(Id(chainId, chunk, this)), Signature.Span, NodeId.Span);

    /// <summary>As it stands in <see cref="ChunkDeclared"/>.</summary>
    public byte[] Encode()
    {
        LogWriter writer = new();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>The form alone; who signed is <see cref="HoldsFor"/>.</summary>
    public static LogFault TryDecode(ReadOnlyMemory<byte> encoded, out StoreAck? ack)
    {
        LogReader reader = new(encoded);
        StoreAck read = Read(ref reader);
        LogFault fault = reader.End();
        ack = fault == LogFault.None ? read : null;
        return fault;
    }

    internal static StoreAck Read(ref LogReader reader) =>
        new(reader.U8(LogLimits.ShardsMax - 1), reader.Hash(), reader.U16(), reader.Hash(), reader.U64(), reader.Bytes(Ed25519.SignatureSize));

    internal void Write(LogWriter writer) =>
        writer.U8(Slot).Hash(NodeId).U16(Zone).Hash(TicketId).U64(StoredMs).Fixed(Signature.Span, Ed25519.SignatureSize);
}
