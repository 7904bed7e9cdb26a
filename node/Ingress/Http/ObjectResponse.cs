using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Microsoft.AspNetCore.Http;

namespace Dsdn.Ingress.Http;

/// <summary>Answers GET and HEAD of /object/ID: conditions, range, then the bytes. The first of them are there before the headers say that they are; where the rest fails the connection is cut.</summary>
internal sealed class ObjectResponse(ObjectCatalog catalog, ResponsePlaces places, IngressMetrics metrics, TimeProvider clock)
{
    private const string RawQuery = "raw";

    /// <returns>What is to be answered instead; null where the answer was sent.</returns>
    public async Task<HttpRefusal?> SendAsync(HttpContext context, string name)
    {
        HttpRequest request = context.Request;
        CancellationToken gone = context.RequestAborted;
        if (!ObjectId.TryParse(name, out Hash256 id)) return new HttpRefusal(400, IngressCodes.Id, "an object's id is 64 lower-case hexadecimal digits, or a CID of version 1 of raw bytes: bafkrei and 52 letters");
        if (!IngressHeaders.TryMinSeq(request, out ulong minSeq)) return new HttpRefusal(400, IngressCodes.MinSeq, "the batch that is asked for is no number");
        long began = clock.GetTimestamp();
        ChunkLookup found = await catalog.LocateAsync(id, minSeq, gone);
        if (found.State == ChunkState.Deleted) return HttpRefusal.Deleted(id, found.Seq);
        if (found.Location is not { } chunk) return HttpRefusal.Unknown(id, found.Seq);
        // Only from here on anything is held: who waits for a batch, or asks for what is not there, takes no place from others.
        if (!await places.TryEnterAsync(gone)) return new HttpRefusal(503, IngressCodes.Busy, "too many objects are being sent") { RetryAfterSeconds = 2 };
        try
        {
            return await SendAsync(context, await catalog.OpenAsync(chunk, found.Seq, request.Query.ContainsKey(RawQuery), gone), began);
        }
        finally
        {
            places.Leave();
        }
    }

    private async Task<HttpRefusal?> SendAsync(HttpContext context, ServedObject item, long began)
    {
        CancellationToken gone = context.RequestAborted;
        if (Prepare(context, item, out ByteRange range) is { } answered) return answered.Status == StatusCodes.Status304NotModified ? null : answered;
        if (HttpMethods.IsHead(context.Request.Method) || range.Length == 0) return null;
        await using IAsyncEnumerator<ReadOnlyMemory<byte>> pieces = catalog.ReadAsync(item, range.Offset, range.Length, gone).GetAsyncEnumerator(gone);
        bool isThere = await pieces.MoveNextAsync(); // a failure here is still an answer
        metrics.FirstByte(clock.GetElapsedTime(began));
        await SendAsync(context, pieces, isThere);
        return null;
    }

    /// <summary>Status and headers.</summary>
    /// <returns>What ends it here.</returns>
    private static HttpRefusal? Prepare(HttpContext context, ServedObject item, out ByteRange range)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        range = new ByteRange(RangeOutcome.Whole, 0, item.LengthBytes);
        IngressHeaders.Content(response.Headers, item.ETag, item.Seq);
        switch (Preconditions.Check(Header(request.Headers.IfMatch), Header(request.Headers.IfNoneMatch), item.ETag))
        {
            case PreconditionOutcome.Failed: return Clear(response, new HttpRefusal(412, IngressCodes.Condition, $"the object's tag is {item.ETag}"));
            case PreconditionOutcome.NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                return new HttpRefusal(StatusCodes.Status304NotModified, "", "");
        }
        if (HttpMethods.IsGet(request.Method) && Preconditions.MayRange(Header(request.Headers.IfRange), item.ETag)) range = ByteRange.Of(Header(request.Headers.Range), item.LengthBytes);
        if (range.Outcome == RangeOutcome.Unsatisfiable)
        {
            Clear(response, null);
            response.Headers.AcceptRanges = "bytes";
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{item.LengthBytes}");
            return new HttpRefusal(416, IngressCodes.Range, string.Create(CultureInfo.InvariantCulture, $"the object has {item.LengthBytes} bytes"));
        }
        if (range.Outcome == RangeOutcome.Part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{item.LengthBytes}");
        }
        response.ContentType = item.ContentType;
        response.ContentLength = range.Length;
        if (!item.IsPublic) response.Headers.ContentDisposition = "attachment";
        return null;
    }

    private async Task SendAsync(HttpContext context, IAsyncEnumerator<ReadOnlyMemory<byte>> pieces, bool isThere)
    {
        try
        {
            for (; isThere; isThere = await pieces.MoveNextAsync())
            {
                await context.Response.Body.WriteAsync(pieces.Current, context.RequestAborted);
                metrics.Sent(pieces.Current.Length);
            }
        }
        catch (ReadFailedException e)
        {
            // The length was promised: whoever asks on with a range gets the rest, or an answer that says why not.
            metrics.Cut();
            context.Abort();
            throw new CutException(e);
        }
    }

    /// <summary>Several lines of one header are one list.</summary>
    private static string? Header(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? null : values.Count == 1 ? values[0] : string.Join(", ", (IEnumerable<string?>)values);

    private static HttpRefusal? Clear(HttpResponse response, HttpRefusal? refusal)
    {
        response.Headers.Remove("ETag");
        response.Headers.Remove("Accept-Ranges");
        return refusal;
    }
}

/// <summary>An answer ended before its length.</summary>
internal sealed class CutException(ReadFailedException why) : Exception(why.Message, why);
