using System.Globalization;
using Dsdn.Grpc.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dsdn.Grpc.Server;

/// <summary>One HTTP/2 request = one call: checks the headers, lets it run, and ends it with a status.</summary>
internal sealed class GrpcApplication(ServerCalls calls) : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection features) => features;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection features)
    {
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        if (request.Method != "POST")
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        if (!HeaderNames.IsGrpc(request.Headers.ContentType))
        {
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        string? encoding = request.Headers[HeaderNames.Encoding];
        if (!string.IsNullOrEmpty(encoding) && encoding != HeaderNames.Identity)
        {
            response.Headers[HeaderNames.AcceptEncoding] = HeaderNames.Identity;
            Refuse(response, new GrpcStatus(GrpcStatusCode.Unimplemented, $"messages compressed with {encoding} are not supported"));
            return;
        }
        TimeSpan? timeout = null;
        string? timeoutText = request.Headers[HeaderNames.Timeout];
        if (!string.IsNullOrEmpty(timeoutText))
        {
            if (!GrpcTimeout.TryParse(timeoutText, out TimeSpan parsed))
            {
                Refuse(response, new GrpcStatus(GrpcStatusCode.InvalidArgument, "grpc-timeout is not one"));
                return;
            }
            timeout = parsed;
        }
        GrpcConnection connection = features.Get<GrpcConnection>() ?? throw new InvalidOperationException("no connection");
        await calls.RunAsync(
            request.Path, timeout, features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted,
            features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader, features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer,
            (deadline, cancellation) => new GrpcServerCall(connection, request.Path, deadline, cancellation, new Head(features)),
            (call, status) => FinishAsync(features, call, status));
    }

    private static async Task FinishAsync(IFeatureCollection features, GrpcServerCall? call, GrpcStatus status)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        if (call is null)
        {
            Refuse(response, status);
            return;
        }
        // Trailers-only: the status stands in the headers, nothing follows.
        IHeaderDictionary headers = response.Headers;
        bool isTrailersOnly = !call.HasStarted && !status.IsOk;
        if (!isTrailersOnly)
        {
            call.StartResponse();
            headers = features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }
        else
        {
            headers.ContentType = HeaderNames.ContentType;
        }
        WriteStatus(headers, status);
        Append(call.Trailers, headers);
        await features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
    }

    private static void Refuse(IHttpResponseFeature response, GrpcStatus status)
    {
        response.Headers.ContentType = HeaderNames.ContentType;
        WriteStatus(response.Headers, status);
    }

    private static void WriteStatus(IHeaderDictionary headers, GrpcStatus status)
    {
        headers[HeaderNames.Status] = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail)) headers[HeaderNames.Message] = StatusText.Encode(status.Detail);
    }

    private static void Append(GrpcMetadata from, IHeaderDictionary to)
    {
        foreach ((string key, string value) in from) to.Append(key, value);
    }

    private sealed class Head(IFeatureCollection features) : ICallHead
    {
        public void Send(GrpcMetadata headers)
        {
            IHeaderDictionary response = features.GetRequiredFeature<IHttpResponseFeature>().Headers;
            response.ContentType = HeaderNames.ContentType;
            Append(headers, response);
        }

        public async ValueTask FlushAsync(CancellationToken cancel) => await features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.FlushAsync(cancel);

        public GrpcMetadata Read()
        {
            GrpcMetadata metadata = new();
            foreach ((string key, Microsoft.Extensions.Primitives.StringValues values) in features.GetRequiredFeature<IHttpRequestFeature>().Headers)
                foreach (string? value in values) metadata.AddReceived(key, value);
            return metadata;
        }
    }
}
