using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Transfers.Sharing;

/// <summary>
/// What whoever has it may read: <c>dsdn://get#v1.</c> and, in base64url, agreement 32 | manifest 32 | key 32 | prefix 7 | the first four bytes of SHA-256 of these. All of it stands behind the #, which
/// no program sends to a server.
/// </summary>
public sealed record ShareLink(Hash256 Agreement, Hash256 ManifestId, FileKey Key)
{
    private const string Start = "dsdn://get#v1.";
    private const int Bytes = (2 * Hash256.Size) + FileKey.Size + FileKey.PrefixSize, CheckBytes = 4;

    public static bool IsLink(string text) => text.StartsWith("dsdn:", StringComparison.Ordinal);

    /// <summary>The link itself, which is a secret. Not ToString, so that it does not end in a log.</summary>
    public string Reveal()
    {
        byte[] content = [.. Agreement.Span, .. ManifestId.Span, .. Key.RevealSecret(), .. Key.Prefix];
        return Start + Encoding.ASCII.GetString(Base64Url.EncodeToUtf8([.. content, .. SHA256.HashData(content).AsSpan(0, CheckBytes)]));
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out ShareLink? link)
    {
        link = null;
        if (!text.StartsWith(Start, StringComparison.Ordinal)) return false;
        byte[] content = new byte[Bytes + CheckBytes];
        string code = text[Start.Length..];
        if (!Base64Url.IsValid(code) || !Base64Url.TryDecodeFromChars(code, content, out int length) || length != content.Length) return false;
        if (!SHA256.HashData(content.AsSpan(0, Bytes)).AsSpan(0, CheckBytes).SequenceEqual(content.AsSpan(Bytes))) return false;
        link = new ShareLink(new Hash256(content.AsSpan(0, 32)), new Hash256(content.AsSpan(32, 32)), FileKey.From(content.AsSpan(64, FileKey.Size), content.AsSpan(96, FileKey.PrefixSize)));
        return true;
    }

    public override string ToString() => nameof(ShareLink);
}
