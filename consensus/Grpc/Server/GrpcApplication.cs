using System.Collections.Frozen;
using System.Globalization;
using Dsdn.Grpc.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Dsdn.Grpc.Server;

/// <summary>One HTTP/2 request = one call: checks the headers, finds the method, runs it under its deadline and ends it with a status.</summary>
internal sealed partial class GrpcApplication(GrpcServices services, GrpcServerOptions options, ILogger log, CancellationToken stopping) : IHttpApplication<IFeatureCollection>
{
    private readonly FrozenDictionary<string, ServerMethod> _methods = services.Methods;
    private readonly FrozenSet<string> _services = services.Names;
    private int _calls;

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
        if (!_methods.TryGetValue(request.Path, out ServerMethod? method))
        {
            Refuse(response, new GrpcStatus(GrpcStatusCode.Unimplemented, Unknown(request.Path)));
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
        try
        {
            if (Interlocked.Increment(ref _calls) > options.CallsMax)
                Refuse(response, new GrpcStatus(GrpcStatusCode.ResourceExhausted, $"the server answers {options.CallsMax} calls at once"));
            else await Run(features, method, request.Path, timeout);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    private async Task Run(IFeatureCollection features, ServerMethod method, string path, TimeSpan? timeout)
    {
        CancellationToken aborted = features.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        DateTimeOffset? deadline = timeout is { } span ? DateTimeOffset.UtcNow + span : null;
        if (timeout is { } wait) ending.CancelAfter(wait);
        var call = new GrpcServerCall(features, path, deadline, ending.Token);
        (Task running, IClosable writer) = method.Start(
            call, features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader, features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer, options);
        Task first = ending.Token.CanBeCanceled && !running.IsCompleted ? await Task.WhenAny(running, Cancelled(ending.Token, running)) : running;
        bool isEarly = first != running && !running.IsCompleted;
        GrpcStatus status = isEarly ? Ended(aborted, stopping) : await StatusOf(running, call, aborted, ending.Token);
        writer.Close();
        if (!aborted.IsCancellationRequested) await Finish(features, call, status);
        // The request's buffers belong to the handler until it ends.
        if (isEarly) await StatusOf(running, call, aborted, ending.Token);
    }

    /// <summary>Completes shortly after the cancellation: a handler that heeds it ends by itself and says its own status.</summary>
    private static async Task Cancelled(CancellationToken cancellation, Task running)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled))
            await Task.WhenAny(cancelled.Task, running);
        await Task.Yield();
    }

    private async Task<GrpcStatus> StatusOf(Task running, GrpcServerCall call, CancellationToken aborted, CancellationToken ending)
    {
        try
        {
            await running;
            return GrpcStatus.Ok;
        }
        catch (GrpcException e)
        {
            if (ending.IsCancellationRequested) return Ended(aborted, stopping);
            foreach ((string key, string value) in e.Trailers) call.Trailers.AddReceived(key, value);
            return e.Status.IsOk ? new GrpcStatus(GrpcStatusCode.Internal, "a handler failed with Ok") : e.Status;
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            return Ended(aborted, stopping);
        }
        catch (BadHttpRequestException e)
        {
            return new GrpcStatus(GrpcStatusCode.Internal, e.Message);
        }
        catch (IOException)
        {
            return new GrpcStatus(GrpcStatusCode.Cancelled, "the client is gone");
        }
        catch (Exception e)
        {
            HandlerFailed(call.Path, e);
            return new GrpcStatus(GrpcStatusCode.Unknown, "the handler failed");
        }
    }

    private static GrpcStatus Ended(CancellationToken aborted, CancellationToken stopping) =>
        aborted.IsCancellationRequested ? new GrpcStatus(GrpcStatusCode.Cancelled, "cancelled")
        : stopping.IsCancellationRequested ? new GrpcStatus(GrpcStatusCode.Unavailable, "the server is stopping")
        : new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "the deadline has passed");

    private static async Task Finish(IFeatureCollection features, GrpcServerCall call, GrpcStatus status)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
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
        GrpcServerCall.Append(call.Trailers, headers);
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

    private string Unknown(string path)
    {
        int slash = path.LastIndexOf('/');
        string service = slash > 1 ? path[1..slash] : "";
        return _services.Contains(service) ? $"unknown method {path[(slash + 1)..]} of {service}" : $"unknown service {service}";
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "gRPC handler failed {Path}")]
    private partial void HandlerFailed(string path, Exception exception);
}
