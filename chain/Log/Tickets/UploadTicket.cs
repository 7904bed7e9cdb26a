using Dsdn.Chain.Codecs.Eip712;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Tickets;

/// <summary>
/// An owner's word to the nodes of a placement that they may take the bytes of a chunk (dataplane 1.16). Signed by EIP-712 in the domain of events; its id is that digest. The
/// price is fixed by the agreement, so a ticket names none. Encoded: version u8 = 1 | author type u8 (2 account, 3 session) | author 20 | agreement 32 | file 32 | chunk 32 |
/// length u64 | coding u8 | generation u32 | roots, 32 each | nodes by slot, 32 each | valid until u64 | signature 65.
/// </summary>
/// <param name="LengthBytes">Of the whole chunk; not zero.</param>
/// <param name="Roots">Chunk root of the copies, or of each shard.</param>
/// <param name="Nodes">By slot; zero where a slot has no node.</param>
/// <param name="ValidUntilMs">On the node's clock, ms since 1970.</param>
public sealed record UploadTicket(
    AuthorType AuthorType, Address Author, Hash256 AgreementId, Hash256 FileId, Hash256 ChunkId, ulong LengthBytes, ChunkCoding Coding, uint Generation,
    IReadOnlyList<Hash256> Roots, IReadOnlyList<Hash256> Nodes, ulong ValidUntilMs)
{
    public const int BytesMax = 1 + 1 + Address.Size + (3 * Hash256.Size) + 8 + 1 + 4 + (2 * LogLimits.ShardsMax * Hash256.Size) + 8 + EventCodec.OwnerSignatureSize;

    private const byte Version = 1;
    private const int LowestV = 27;

    private static readonly Hash256 TypeHash = Eip712StructHasher.TypeHash(
        "UploadTicket(bytes32 agreement,bytes32 file,bytes32 chunk,uint64 length,uint8 coding,uint32 generation,bytes32[] roots,bytes32[] nodes,uint64 validUntilMs)");

    /// <summary>r | s | v; 65 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The Merkle root of what the node of this slot stores.</summary>
    public Hash256 RootOf(byte slot) => Coding == ChunkCoding.Replicas ? Roots[0] : Roots[slot];

    /// <summary>What the owner signs, and the ticket's id.</summary>
    public Hash256 Digest(ulong chainId)
    {
        KeccakHasher roots = default, nodes = default;
        foreach (Hash256 root in Roots) roots.Append(root.Span);
        foreach (Hash256 node in Nodes) nodes.Append(node.Span);
        Eip712StructHasher hasher = new(TypeHash);
        hasher.Add(AgreementId);
        hasher.Add(FileId);
        hasher.Add(ChunkId);
        hasher.Add(LengthBytes);
        hasher.Add((ulong)Coding);
        hasher.Add((ulong)Generation);
        hasher.Add(roots.Finish());
        hasher.Add(nodes.Finish());
        hasher.Add(ValidUntilMs);
        return Eip712StructHasher.Digest(EventSignature.Domain(chainId, AuthorType).Separator(), hasher.Finish());
    }

    /// <summary>Whether the author signed it.</summary>
    public bool HoldsFor(ulong chainId)
    {
        ReadOnlySpan<byte> signature = Signature.Span;
        if (signature.Length != EventCodec.OwnerSignatureSize || signature[64] is < LowestV or > LowestV + 1 || !Secp256k1.IsLowS(signature[..64])) return false;
        return Secp256k1.TryRecover(Digest(chainId), signature[..64], (byte)(signature[64] - LowestV), out Address signer) && signer == Author;
    }

    public byte[] Encode()
    {
        LogWriter writer = new();
        writer.U8(Version).U8((byte)AuthorType).Fixed(Author.Span, Address.Size).Hash(AgreementId).Hash(FileId).Hash(ChunkId).U64(LengthBytes).U8((byte)Coding).U32(Generation);
        foreach (Hash256 root in Roots) writer.Hash(root);
        foreach (Hash256 node in Nodes) writer.Hash(node);
        return writer.U64(ValidUntilMs).Fixed(Signature.Span, EventCodec.OwnerSignatureSize).ToArray();
    }

    /// <summary>The form alone; who signed is <see cref="HoldsFor"/>.</summary>
    public static LogFault TryDecode(ReadOnlyMemory<byte> encoded, out UploadTicket? ticket)
    {
        ticket = null;
        LogReader reader = new(encoded);
        if (reader.U8() != Version) reader.Fail(LogFault.Version);
        AuthorType type = (AuthorType)reader.U8();
        if (type is not (AuthorType.Account or AuthorType.Session)) reader.Fail(LogFault.Value);
        Address author = reader.Address();
        Hash256 agreement = reader.Hash(), file = reader.Hash(), chunk = reader.Hash();
        ulong length = reader.U64();
        ChunkCoding coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon);
        uint generation = reader.U32();
        if (length == 0) reader.Fail(LogFault.Value);
        Hash256[] roots = new Hash256[coding.Roots()], nodes = new Hash256[coding.Slots()];
        for (int i = 0; i < roots.Length; i++) roots[i] = reader.Hash();
        for (int i = 0; i < nodes.Length; i++) nodes[i] = reader.Hash();
        ulong validUntil = reader.U64();
        ReadOnlyMemory<byte> signature = reader.Bytes(EventCodec.OwnerSignatureSize);
        LogFault fault = reader.End();
        if (fault != LogFault.None) return fault;
        ticket = new UploadTicket(type, author, agreement, file, chunk, length, coding, generation, roots, nodes, validUntil) { Signature = signature };
        return LogFault.None;
    }
}
