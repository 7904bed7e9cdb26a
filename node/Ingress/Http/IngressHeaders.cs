using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Dsdn.Ingress.Http;

/// <summary>Headers of our own, and those that stand in every answer.</summary>
internal static class IngressHeaders
{
    /// <summary>Of an answer: the batch after which it is true.</summary>
    public const string Seq = "X-Dsdn-Seq";

    /// <summary>Of a request: the batch that the answer must know at least; also the query "min_seq" and the cookie "dsdn-min-seq". The highest counts.</summary>
    public const string MinSeq = "X-Dsdn-Min-Seq", MinSeqQuery = "min_seq", MinSeqCookie = "dsdn-min-seq";

    /// <summary>A year, the longest that RFC 9111 speaks of; the content under a name never changes.</summary>
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>Strangers' bytes under our name: nothing guesses what they are, runs them, or sends anything along.</summary>
    public static void Secure(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors *";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After, " + Seq;
    }

    public static void Preflight(IHeaderDictionary headers)
    {
        headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowHeaders = "Range, If-Match, If-None-Match, If-Range, " + MinSeq;
        headers.AccessControlMaxAge = "86400";
    }

    public static void Content(IHeaderDictionary headers, string etag, ulong seq)
    {
        headers.ETag = etag;
        headers.CacheControl = Immutable;
        headers.AcceptRanges = "bytes";
        headers[Seq] = seq.ToString(CultureInfo.InvariantCulture);
    }

    /// <returns>False: one of them is no number.</returns>
    public static bool TryMinSeq(HttpRequest request, out ulong minSeq)
    {
        minSeq = 0;
        foreach (string? text in (string?[])[.. request.Headers[MinSeq], .. request.Query[MinSeqQuery], request.Cookies[MinSeqCookie]])
        {
            if (text is null) continue;
            if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong one)) return false;
            minSeq = Math.Max(minSeq, one);
        }
        return true;
    }
}
