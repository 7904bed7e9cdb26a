using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dsdn.DaServer.Http;

/// <summary>One HTTP request as the server works with it.</summary>
internal sealed class HttpCall(IFeatureCollection features)
{
    public IFeatureCollection Features => features;

    public IHttpRequestFeature Request { get; } = features.GetRequiredFeature<IHttpRequestFeature>();

    public IHttpResponseFeature Response { get; } = features.GetRequiredFeature<IHttpResponseFeature>();

    public IHttpResponseBodyFeature Body { get; } = features.GetRequiredFeature<IHttpResponseBodyFeature>();

    /// <summary>When the caller went away.</summary>
    public CancellationToken Gone { get; } = features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;

    public string Address { get; } = features.Get<IHttpConnectionFeature>()?.RemoteIpAddress?.ToString() ?? "";

    /// <summary>Ends the connection at once.</summary>
    public void Drop() => features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();

    public async Task SendAsync(int status, ReadOnlyMemory<byte> body, string? contentType)
    {
        Response.StatusCode = status;
        if (contentType is not null) Response.Headers.ContentType = contentType;
        Response.Headers.ContentLength = body.Length;
        if (!body.IsEmpty) await Body.Writer.WriteAsync(body, Gone);
    }
}
