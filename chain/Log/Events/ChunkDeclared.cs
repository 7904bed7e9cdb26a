using Dsdn.Chain.Codecs.Eip712;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// An owner declares a chunk with the acknowledgements of the nodes that store it: agreement 32 | file 32 | chunk 32 | length u64 |
/// coding u8 | generation u32 | roots, one of replicas or nine of shards, 32 each | count u8 of acknowledgements by slot ascending:
/// slot u8 | node 32 | zone u16 | ticket 32 | stored u64 | signature 64.
/// </summary>
/// <param name="ChunkId">SHA-256 of the ciphertext.</param>
/// <param name="LengthBytes">Of the ciphertext; not zero.</param>
/// <param name="Generation">0 at first; one more each time a deleted id is declared again.</param>
/// <param name="Roots">Chunk root of the copies, or of each shard.</param>
/// <param name="Acks">At least one, one a slot.</param>
public sealed record ChunkDeclared(
    Hash256 AgreementId, Hash256 FileId, Hash256 ChunkId, ulong LengthBytes, ChunkCoding Coding, uint Generation,
    IReadOnlyList<Hash256> Roots, IReadOnlyList<StoreAck> Acks)
    : OwnerBody
{
    private static readonly Hash256 TypeHash = Eip712StructHasher.TypeHash(
        "ChunkDeclared(bytes32 agreement,bytes32 file,bytes32 chunk,uint64 length,uint8 coding,uint32 generation,bytes32[] roots,bytes acks,uint64 nonce,uint64 validUntilMs)");

    public override EventKind Kind => EventKind.ChunkDeclared;

    /// <summary>The Merkle root of what the node of this slot stores.</summary>
    public Hash256 RootOf(byte slot) => Coding == ChunkCoding.Replicas ? Roots[0] : Roots[slot];

    internal static EventBody Read(ref LogReader reader)
    {
        Hash256 agreement = reader.Hash(), file = reader.Hash(), chunk = reader.Hash();
        ulong length = reader.U64();
        ChunkCoding coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon);
        uint generation = reader.U32();
        Hash256[] roots = new Hash256[coding.Roots()];
        for (int i = 0; i < roots.Length; i++) roots[i] = reader.Hash();
        StoreAck[] acks = new StoreAck[reader.Count8(coding.Slots(), StoreAck.Bytes)];
        for (int i = 0, before = -1; i < acks.Length; i++)
        {
            acks[i] = StoreAck.Read(ref reader);
            if (acks[i].Slot <= before || acks[i].Slot >= coding.Slots()) reader.Fail(LogFault.Value);
            before = acks[i].Slot;
        }
        if (length == 0 || acks.Length == 0) reader.Fail(LogFault.Value);
        return new ChunkDeclared(agreement, file, chunk, length, coding, generation, roots, acks);
    }

    internal override void Write(LogWriter writer)
    {
        if (Roots.Count != Coding.Roots()) throw new InvalidOperationException("the coding has another number of roots");
        writer.Hash(AgreementId).Hash(FileId).Hash(ChunkId).U64(LengthBytes).U8((byte)Coding).U32(Generation);
        foreach (Hash256 root in Roots) writer.Hash(root);
        WriteAcks(writer);
    }

    /// <summary>The acknowledgements are signed as the bytes that stand in the body, count and all.</summary>
    internal override Hash256 HashStruct(ulong nonce, ulong validUntilMs)
    {
        KeccakHasher roots = default;
        foreach (Hash256 root in Roots) roots.Append(root.Span);
        LogWriter acks = new();
        WriteAcks(acks);
        Eip712StructHasher hasher = new(TypeHash);
        hasher.Add(AgreementId);
        hasher.Add(FileId);
        hasher.Add(ChunkId);
        hasher.Add(LengthBytes);
        hasher.Add((ulong)Coding);
        hasher.Add((ulong)Generation);
        hasher.Add(roots.Finish());
        hasher.AddBytes(acks.Written);
        hasher.Add(nonce);
        hasher.Add(validUntilMs);
        return hasher.Finish();
    }

    private void WriteAcks(LogWriter writer)
    {
        writer.U8(checked((byte)Acks.Count));
        foreach (StoreAck ack in Acks) ack.Write(writer);
    }
}
