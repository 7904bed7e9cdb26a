using Dsdn.Chain.Codecs.Eip712;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <param name="Id">SHA-256 of the ciphertext.</param>
/// <param name="LengthBytes">Of the ciphertext; not zero.</param>
public readonly record struct ReservedChunk(Hash256 Id, ulong LengthBytes)
{
    internal const int Bytes = Hash256.Size + 8;
}

/// <summary>
/// An owner reserves quota of an agreement for chunks, for one hour of log time (rulings 29): agreement 32 | file 32 | coding u8 |
/// count u16 of chunk 32 | length u64.
/// </summary>
/// <param name="Chunks">1 to 256, none twice.</param>
public sealed record AgreementUse(Hash256 AgreementId, Hash256 FileId, ChunkCoding Coding, IReadOnlyList<ReservedChunk> Chunks) : OwnerBody
{
    private static readonly Hash256 ChunkTypeHash = Eip712StructHasher.TypeHash("Chunk(bytes32 id,uint64 length)");

    private static readonly Hash256 UseTypeHash = Eip712StructHasher.TypeHash(
        "AgreementUse(bytes32 agreement,bytes32 file,uint8 coding,Chunk[] chunks,uint64 nonce,uint64 validUntilMs)Chunk(bytes32 id,uint64 length)");

    public override EventKind Kind => EventKind.AgreementUse;

    internal static EventBody Read(ref LogReader reader)
    {
        Hash256 agreement = reader.Hash(), file = reader.Hash();
        ChunkCoding coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon);
        ReservedChunk[] chunks = new ReservedChunk[reader.Count16(LogLimits.ChunksPerUseMax, ReservedChunk.Bytes)];
        HashSet<Hash256> seen = [];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i] = new ReservedChunk(reader.Hash(), reader.U64());
            if (chunks[i].LengthBytes == 0 || !seen.Add(chunks[i].Id)) reader.Fail(LogFault.Value);
        }
        if (chunks.Length == 0) reader.Fail(LogFault.Value);
        return new AgreementUse(agreement, file, coding, chunks);
    }

    internal override void Write(LogWriter writer)
    {
        writer.Hash(AgreementId).Hash(FileId).U8((byte)Coding).U16(checked((ushort)Chunks.Count));
        foreach (ReservedChunk chunk in Chunks) writer.Hash(chunk.Id).U64(chunk.LengthBytes);
    }

    internal override Hash256 HashStruct(ulong nonce, ulong validUntilMs)
    {
        KeccakHasher chunks = default;
        foreach (ReservedChunk chunk in Chunks)
        {
            Eip712StructHasher item = new(ChunkTypeHash);
            item.Add(chunk.Id);
            item.Add(chunk.LengthBytes);
            chunks.Append(item.Finish().Span);
        }
        Eip712StructHasher hasher = new(UseTypeHash);
        hasher.Add(AgreementId);
        hasher.Add(FileId);
        hasher.Add((ulong)Coding);
        hasher.Add(chunks.Finish());
        hasher.Add(nonce);
        hasher.Add(validUntilMs);
        return hasher.Finish();
    }
}
