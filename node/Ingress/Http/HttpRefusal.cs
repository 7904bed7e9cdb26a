using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Reading;
using Dsdn.Services;
using Microsoft.AspNetCore.Http;

namespace Dsdn.Ingress.Http;

/// <summary>An answer that is not the content: a status, a code of docs/errors.md, what it is about, and the numbers and nodes that explain it.</summary>
/// <param name="Seq">The batch after which it is true.</param>
internal sealed record HttpRefusal(int Status, string Code, string Detail)
{
    public ulong? Seq { get; init; }

    public ulong? MinSeq { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyList<NodeFailure> Nodes { get; init; } = [];

    public static HttpRefusal Unknown(Hash256 id, ulong seq) =>
        new(404, ReadCodes.Unknown, string.Create(CultureInfo.InvariantCulture, $"{ObjectId.ToHex(id)}: in no agreement up to batch {seq}")) { Seq = seq };

    public static HttpRefusal Deleted(Hash256 id, ulong seq) => new(410, ReadCodes.Deleted, $"{ObjectId.ToHex(id)}: deleted by its owner") { Seq = seq };

    public static HttpRefusal Of(ReadFailedException failure) => failure.Code switch
    {
        ServiceCodes.Behind => new(503, failure.Code, failure.Detail) { Seq = failure.Seq, MinSeq = failure.MinSeq, RetryAfterSeconds = 2 },
        ReadCodes.Unavailable or ReadCodes.NoSource => new(failure.Nodes.Count > 0 && failure.Nodes.All(static node => node.Code == NodeFailure.Timeout) ? 504 : 503, failure.Code, failure.Detail)
        {
            Nodes = failure.Nodes, RetryAfterSeconds = 10,
        },
        _ => new(502, failure.Code, failure.Detail) { Nodes = failure.Nodes },
    };

    /// <summary>Never cached: all of this may be otherwise in a moment.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfterSeconds is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (Seq is { } seq) response.Headers[IngressHeaders.Seq] = seq.ToString(CultureInfo.InvariantCulture);
        byte[] json = ToJson();
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(json, context.RequestAborted);
    }

    private byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("code", Code);
            json.WriteString("detail", Detail);
            if (Seq is { } seq) json.WriteNumber("seq", seq);
            if (MinSeq is { } minSeq) json.WriteNumber("minSeq", minSeq);
            if (Nodes.Count > 0)
            {
                json.WriteStartArray("nodes");
                foreach (NodeFailure node in Nodes)
                {
                    json.WriteStartObject();
                    json.WriteString("id", node.Node.ToString());
                    json.WriteNumber("zone", node.Zone);
                    json.WriteString("address", node.Address);
                    json.WriteString("code", node.Code);
                    json.WriteString("detail", node.Detail);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
