using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Transfers.Sharing;

/// <summary>
/// What whoever has it may read: <c>dsdn://get#v1.</c> and, in base64url, agreement 32 | manifest 32 | key 32 | prefix 7 | the first four bytes of SHA-256 of these. All of it stands behind the #, which
/// no program sends to a server. What one wallet alone may read is <c>dsdn://for#v1.</c> with the same content sealed for it, and is no secret.
/// </summary>
public sealed record ShareLink(Hash256 Agreement, Hash256 ManifestId, FileKey Key)
{
    private const string Start = "dsdn://get#v1.", SealedStart = "dsdn://for#v1.";
    private const int Bytes = (2 * Hash256.Size) + FileKey.Size + FileKey.PrefixSize, CheckBytes = 4;

    /// <summary>Longer than any link of ours.</summary>
    private const int SealedBytesMax = 512;

    public static bool IsLink(string text) => text.StartsWith("dsdn:", StringComparison.Ordinal);

    /// <summary>Only the wallet opens it that it was made for.</summary>
    public static bool IsSealed(string text) => text.StartsWith(SealedStart, StringComparison.Ordinal);

    /// <summary>The link itself, which is a secret. Not ToString, so that it does not end in a log.</summary>
    public string Reveal() => Start + Encode(Content());

    /// <summary>The link for one wallet. Null where no wallet can have that key.</summary>
    /// <param name="receivingKey"><see cref="WalletKeys.ReceivingKey"/> of that wallet.</param>
    public string? SealFor(Hash256 receivingKey)
    {
        byte[] content = Content();
        byte[]? box = WalletKeys.SealTo(receivingKey, content);
        CryptographicOperations.ZeroMemory(content);
        return box is null ? null : SealedStart + Encode(box);
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out ShareLink? link)
    {
        link = null;
        if (!TryDecode(text, Start, Bytes, out byte[] content) || content.Length != Bytes) return false;
        link = Read(content);
        return true;
    }

    /// <summary>Whether it is whole; the link is null where it was made for another wallet.</summary>
    public static bool TryOpen(string text, WalletKeys keys, out ShareLink? link)
    {
        link = null;
        if (!TryDecode(text, SealedStart, SealedBytesMax, out byte[] box)) return false;
        if (keys.TryOpen(box) is { Length: Bytes } content) link = Read(content);
        return true;
    }

    public override string ToString() => nameof(ShareLink);

    private byte[] Content() => [.. Agreement.Span, .. ManifestId.Span, .. Key.RevealSecret(), .. Key.Prefix];

    private static ShareLink Read(ReadOnlySpan<byte> content) =>
        new(new Hash256(content[..32]), new Hash256(content.Slice(32, 32)), FileKey.From(content.Slice(64, FileKey.Size), content.Slice(96, FileKey.PrefixSize)));

    private static string Encode(byte[] content) => Encoding.ASCII.GetString(Base64Url.EncodeToUtf8([.. content, .. SHA256.HashData(content).AsSpan(0, CheckBytes)]));

    private static bool TryDecode(string text, string start, int bytesMax, out byte[] content)
    {
        content = [];
        if (!text.StartsWith(start, StringComparison.Ordinal)) return false;
        byte[] all = new byte[bytesMax + CheckBytes];
        string code = text[start.Length..];
        if (!Base64Url.IsValid(code) || !Base64Url.TryDecodeFromChars(code, all, out int length) || length <= CheckBytes) return false;
        Span<byte> read = all.AsSpan(0, length - CheckBytes);
        if (!SHA256.HashData(read).AsSpan(0, CheckBytes).SequenceEqual(all.AsSpan(read.Length, CheckBytes))) return false;
        content = read.ToArray();
        return true;
    }
}
