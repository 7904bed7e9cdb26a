namespace Dsdn.Ingress.Http;

internal enum PreconditionOutcome
{
    Met,

    /// <summary>304: what the caller has is it.</summary>
    NotModified,

    /// <summary>412</summary>
    Failed,
}

/// <summary>
/// The conditions of RFC 9110, 13.2.2, for contents that never change under a name and have no date: conditions on dates are passed over, as 13.1.3 and 13.1.4 ask of whoever has none.
/// </summary>
internal static class Preconditions
{
    /// <param name="etag">With its quotes.</param>
    public static PreconditionOutcome Check(string? ifMatch, string? ifNoneMatch, string etag)
    {
        if (ifMatch is not null && !Names(ifMatch, etag, isWeak: false)) return PreconditionOutcome.Failed;
        return ifNoneMatch is not null && Names(ifNoneMatch, etag, isWeak: true) ? PreconditionOutcome.NotModified : PreconditionOutcome.Met;
    }

    /// <summary>Whether a range may be answered (13.1.5): a strong tag, or a date, which nothing here has.</summary>
    public static bool MayRange(string? ifRange, string etag) => ifRange is null || ifRange.Trim() == etag;

    private static bool Names(string header, string etag, bool isWeak)
    {
        ReadOnlySpan<char> rest = header.AsSpan().Trim(" \t");
        if (rest is "*") return true;
        while (!rest.IsEmpty)
        {
            bool isTagWeak = rest.StartsWith("W/", StringComparison.Ordinal);
            if (isTagWeak) rest = rest[2..];
            if (rest.IsEmpty || rest[0] != '"') return false;
            int end = rest[1..].IndexOf('"');
            if (end < 0) return false;
            ReadOnlySpan<char> tag = rest[..(end + 2)];
            if ((isWeak || !isTagWeak) && tag.SequenceEqual(etag)) return true;
            rest = rest[(end + 2)..].TrimStart(" \t");
            if (rest.IsEmpty) break;
            if (rest[0] != ',') return false;
            rest = rest[1..].TrimStart(" \t,");
        }
        return false;
    }
}
