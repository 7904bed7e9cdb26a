using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>A part of a public object: the plain bytes of a chunk.</summary>
/// <param name="LengthBytes">1 to <see cref="FileLayout.ChunkContentBytesMax"/>.</param>
public readonly record struct PublicPart(Hash256 ChunkId, uint LengthBytes);

/// <summary>
/// What a browser may be shown without a key: the chunk that lists an object's chunks, in their order. Its id is the object's address.
/// Encoded, big-endian: magic 32 = SHA-256("DSDN/public-object/v1" behind its length) | content type u8 length, ASCII | length u64 |
/// count u32 of (chunk 32 | length u32).
/// </summary>
/// <param name="ContentType">As <see cref="IsContentType"/> takes it, so that it may stand in a header of HTTP.</param>
/// <param name="Parts">Empty of an empty object.</param>
public sealed record PublicObject(string ContentType, IReadOnlyList<PublicPart> Parts)
{
    public const int ContentTypeCharsMax = 127;
    public const int PartsMax = 1 << 18;
    public const string DefaultContentType = "application/octet-stream";

    private const int PartBytes = Hash256.Size + 4;

    /// <summary>The longest encoding.</summary>
    public const int BytesMax = Hash256.Size + 1 + ContentTypeCharsMax + 8 + 4 + (PartsMax * PartBytes);

    private static readonly byte[] Magic = SHA256.HashData(FileKey.Tag("DSDN/public-object/v1"));

    public ulong LengthBytes => Parts.Aggregate(0UL, static (sum, part) => sum + part.LengthBytes);

    /// <summary>Whether a chunk says that it is one; cheap, for whoever serves chunks of all kinds.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> chunk) => chunk.StartsWith(Magic);

    /// <summary>type/subtype and parameters: 3 to 127 printable ASCII characters, with one or more characters on both sides of a slash.</summary>
    public static bool IsContentType(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return text.Length is >= 3 and <= ContentTypeCharsMax && slash > 0 && slash < text.Length - 1 && text[0] != ' ' && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
    }

    /// <summary>Faults: TooLarge, Manifest (a content type or length that may not be).</summary>
    public FileFault TryEncode(out byte[] bytes)
    {
        bytes = [];
        if (Parts.Count > PartsMax) return FileFault.TooLarge;
        if (!IsContentType(ContentType) || Parts.Any(static part => !IsLength(part.LengthBytes))) return FileFault.Manifest;
        LogWriter writer = new(256 + (Parts.Count * PartBytes));
        writer.Bytes(Magic).U8((byte)ContentType.Length).Bytes(Encoding.ASCII.GetBytes(ContentType)).U64(LengthBytes).U32((uint)Parts.Count);
        foreach (PublicPart part in Parts) writer.Hash(part.ChunkId).U32(part.LengthBytes);
        bytes = writer.ToArray();
        return FileFault.None;
    }

    /// <summary>Faults: Header (something else), Manifest (not in its one form).</summary>
    public static FileFault TryDecode(ReadOnlyMemory<byte> bytes, out PublicObject? decoded)
    {
        decoded = null;
        if (!HasMagic(bytes.Span)) return FileFault.Header;
        LogReader reader = new(bytes);
        reader.Bytes(Magic.Length);
        string contentType = Encoding.Latin1.GetString(reader.Bytes(reader.U8(ContentTypeCharsMax)).Span);
        ulong length = reader.U64(), sum = 0;
        PublicPart[] parts = new PublicPart[reader.Count32(PartsMax, PartBytes)];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new PublicPart(reader.Hash(), reader.U32());
            if (!IsLength(parts[i].LengthBytes)) return FileFault.Manifest;
            sum += parts[i].LengthBytes;
        }
        if (reader.End() != LogFault.None || sum != length || !IsContentType(contentType)) return FileFault.Manifest;
        decoded = new PublicObject(contentType, parts);
        return FileFault.None;
    }

    private static bool IsLength(uint bytes) => bytes is > 0 and <= FileLayout.ChunkContentBytesMax;
}
