using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Cid;

/// <summary>
/// The printable form of a chunk id (DESIGN D8): CIDv1, codec raw (0x55), multihash sha2-256 (0x12, 32 bytes), multibase
/// base32 lower case without padding, as IPFS prints it. 59 characters.
/// </summary>
/// <param name="Digest">SHA-256 of the bytes.</param>
public readonly record struct Cid(Hash256 Digest)
{
    public const int TextLength = 59;

    /// <summary>Version, codec, hash function, digest length, digest.</summary>
    public const int BinarySize = 4 + Hash256.Size;

    private const char MultibaseBase32 = 'b';

    private static ReadOnlySpan<byte> Prefix => [0x01, 0x55, 0x12, Hash256.Size];

    /// <summary>The 36 binary bytes.</summary>
    public byte[] ToArray() => [.. Prefix, .. Digest.Span];

    public override string ToString()
    {
        Span<char> text = stackalloc char[TextLength];
        text[0] = MultibaseBase32;
        Base32.Encode(ToArray(), text[1..]);
        return new string(text);
    }

    /// <summary>Accepts exactly the form that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, out Cid cid)
    {
        cid = default;
        if (text is null || text.Length != TextLength || text[0] != MultibaseBase32) return false;
        Span<byte> bytes = stackalloc byte[BinarySize];
        return Base32.TryDecode(text.AsSpan(1), bytes) && TryFromBytes(bytes, out cid);
    }

    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, out Cid cid)
    {
        cid = default;
        if (bytes.Length != BinarySize || !bytes.StartsWith(Prefix)) return false;
        cid = new Cid(new Hash256(bytes[Prefix.Length..]));
        return true;
    }
}
