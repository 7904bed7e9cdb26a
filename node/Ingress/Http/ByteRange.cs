using System.Globalization;

namespace Dsdn.Ingress.Http;

/// <summary>What a Range header comes to for a content (RFC 9110, 14.1.2 and 14.2).</summary>
internal enum RangeOutcome
{
    /// <summary>The whole content: no range, one that cannot be read, another unit, or several, which a server may pass over.</summary>
    Whole,

    Part,

    /// <summary>416: it begins behind the end, or asks for the last 0 bytes.</summary>
    Unsatisfiable,
}

/// <param name="Offset">From 0.</param>
internal readonly record struct ByteRange(RangeOutcome Outcome, long Offset, long Length)
{
    private const string Unit = "bytes=";

    public static ByteRange Of(string? header, long contentLength)
    {
        ByteRange whole = new(RangeOutcome.Whole, 0, contentLength);
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)) return whole;
        ReadOnlySpan<char> range = header.AsSpan(Unit.Length).Trim(" \t");
        int dash = range.IndexOf('-');
        if (dash < 0 || range.Contains(',')) return whole;
        ReadOnlySpan<char> from = range[..dash], to = range[(dash + 1)..];
        if (from.IsEmpty) return Suffix(to, contentLength, whole);
        if (!TryNumber(from, out long first) || (!to.IsEmpty && (!TryNumber(to, out long last) || last < first))) return whole;
        if (first >= contentLength) return new ByteRange(RangeOutcome.Unsatisfiable, 0, 0);
        long end = to.IsEmpty || !TryNumber(to, out last) ? contentLength - 1 : Math.Min(last, contentLength - 1);
        return new ByteRange(RangeOutcome.Part, first, end - first + 1);
    }

    private static ByteRange Suffix(ReadOnlySpan<char> text, long contentLength, ByteRange whole)
    {
        if (!TryNumber(text, out long count)) return whole;
        if (count == 0 || contentLength == 0) return new ByteRange(RangeOutcome.Unsatisfiable, 0, 0);
        long length = Math.Min(count, contentLength);
        return new ByteRange(RangeOutcome.Part, contentLength - length, length);
    }

    /// <summary>Digits only. What is beyond any content counts as the largest there is.</summary>
    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9')) return false;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)) number = long.MaxValue;
        return true;
    }
}
