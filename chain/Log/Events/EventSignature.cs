using Dsdn.Chain.Codecs.Eip712;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// A node signs tag | event id by Ed25519. An owner, or its session key, signs the typed data of the kind by EIP-712, domain
/// {name DSDN, version 1, chainId, verifyingContract Agreements}; the name is DSDN session for session keys, so that nobody can pass
/// one for the other. The author is the address that signed. Derived and committee events have no signature: what they follow from
/// is proven, and the batch is signed.
/// </summary>
public static class EventSignature
{
    /// <summary>The module whose owners sign: Agreements.</summary>
    public static readonly Address VerifyingContract = Address.FromNumber(0x80a);

    private const int LowestV = 27;

    /// <param name="id">Of the event.</param>
    /// <param name="body">Decoded from the event.</param>
    public static bool Holds(LogEvent entry, in Hash256 id, EventBody body) => entry.AuthorType switch
    {
        AuthorType.Node => Ed25519.Verify(NodeMessage(id), entry.Signature.Span, entry.Author.Span),
        AuthorType.Account or AuthorType.Session => body is OwnerBody owner && HoldsForOwner(entry, owner),
        _ => entry.Signature.IsEmpty,
    };

    /// <summary>What a node signs.</summary>
    public static byte[] NodeMessage(in Hash256 id) => LogTag.Message(LogDomain.Event, id.Span);

    /// <summary>What an owner signs: the digest of EIP-712.</summary>
    /// <param name="author">Account or session.</param>
    public static Hash256 OwnerDigest(ulong chainId, AuthorType author, OwnerBody body, ulong nonce, ulong validUntilMs) =>
        Eip712StructHasher.Digest(Domain(chainId, author).Separator(), body.HashStruct(nonce, validUntilMs));

    /// <summary>Where the signatures of owners and of their sessions hold.</summary>
    internal static Eip712Domain Domain(ulong chainId, AuthorType author) =>
        new() { Name = author == AuthorType.Session ? "DSDN session" : "DSDN", Version = "1", ChainId = chainId, VerifyingContract = VerifyingContract };

    private static bool HoldsForOwner(LogEvent entry, OwnerBody body)
    {
        ReadOnlySpan<byte> signature = entry.Signature.Span;
        if (signature.Length != EventCodec.OwnerSignatureSize || signature[64] is < LowestV or > LowestV + 1) return false;
        if (!Secp256k1.IsLowS(signature[..64]) || !AuthorAddress.TryRead(entry.Author, out Address author)) return false;
        Hash256 digest = OwnerDigest(entry.ChainId, entry.AuthorType, body, entry.Nonce, entry.ValidUntilMs);
        return Secp256k1.TryRecover(digest, signature[..64], (byte)(signature[64] - LowestV), out Address signer) && signer == author;
    }
}
