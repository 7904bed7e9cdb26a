using System.Text;

namespace Dsdn.Sdk.Files;

/// <summary>Paths of manifests: they are written into a folder of somebody's machine, so that none may lead out of it.</summary>
public static class ManifestPath
{
    /// <summary>UTF-8, of the whole path.</summary>
    public const int BytesMax = 4_096;

    /// <summary>UTF-8, of one part: what file systems take.</summary>
    public const int PartBytesMax = 255;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>By the bytes of UTF-8.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

    /// <summary>Relative; no part empty, "." or ".."; no backslash, no control character; within the limits.</summary>
    public static bool IsValid(string path)
    {
        if (path.Length is 0 or > BytesMax) return false;
        try
        {
            if (Strict.GetByteCount(path) > BytesMax) return false;
            foreach (string part in path.Split('/'))
                if (part is "" or "." or ".." || Strict.GetByteCount(part) > PartBytesMax) return false;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
        return !path.AsSpan().ContainsAnyInRange('\0', '\u001f') && !path.Contains('\\', StringComparison.Ordinal) && !path.Contains('\u007f', StringComparison.Ordinal);
    }

    internal static byte[] Encode(string path) => Strict.GetBytes(path);

    /// <summary>Null where the bytes are no valid path.</summary>
    internal static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            string path = Strict.GetString(bytes);
            return IsValid(path) ? path : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
