using System.Collections.Frozen;
using System.IO.Pipelines;
using Dsdn.Grpc.Trunks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dsdn.Grpc.Server;

/// <summary>Runs the method of a call under its deadline and says how it ended, whatever carries the call.</summary>
internal sealed partial class ServerCalls(GrpcServices services, GrpcServerOptions options, ILogger log, CancellationToken stopping)
{
    private readonly FrozenDictionary<string, ServerMethod> _methods = services.Methods;
    private readonly FrozenSet<string> _services = services.Names;
    private int _calls;

    /// <param name="aborted">The client cancelled or is gone: nobody is told how it ended.</param>
    /// <param name="begin">Makes the call from its deadline and cancellation.</param>
    /// <param name="finish">Told once how it ended, with no call where it was refused. The handler may still run then; what it writes goes nowhere.</param>
    public async Task RunAsync(
        string path, TimeSpan? timeout, CancellationToken aborted, PipeReader requests, PipeWriter responses, Func<DateTimeOffset?, CancellationToken, GrpcServerCall> begin, Func<GrpcServerCall?, GrpcStatus, Task> finish)
    {
        if (!_methods.TryGetValue(path, out ServerMethod? method))
        {
            await finish(null, new GrpcStatus(GrpcStatusCode.Unimplemented, Unknown(path)));
            return;
        }
        try
        {
            if (Interlocked.Increment(ref _calls) > options.CallsMax)
            {
                await finish(null, new GrpcStatus(GrpcStatusCode.ResourceExhausted, $"the server answers {options.CallsMax} calls at once"));
                return;
            }
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
            DateTimeOffset? deadline = timeout is { } span ? DateTimeOffset.UtcNow + span : null;
            if (timeout is { } wait) ending.CancelAfter(wait);
            GrpcServerCall call = begin(deadline, ending.Token);
            (Task running, IClosable writer) = method.Start(call, requests, responses, options);
            Task first = !running.IsCompleted ? await Task.WhenAny(running, Cancelled(ending.Token, running)) : running;
            bool isEarly = first != running && !running.IsCompleted;
            GrpcStatus status = isEarly ? Ended(aborted) : await StatusOf(running, call, aborted, ending.Token);
            writer.Close();
            if (!aborted.IsCancellationRequested) await finish(call, status);
            // The request's buffers belong to the handler until it ends.
            if (isEarly) await StatusOf(running, call, aborted, ending.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
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
            if (ending.IsCancellationRequested) return Ended(aborted);
            foreach ((string key, string value) in e.Trailers) call.Trailers.AddReceived(key, value);
            return e.Status.IsOk ? new GrpcStatus(GrpcStatusCode.Internal, "a handler failed with Ok") : e.Status;
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            return Ended(aborted);
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

    private GrpcStatus Ended(CancellationToken aborted) =>
        aborted.IsCancellationRequested ? new GrpcStatus(GrpcStatusCode.Cancelled, "cancelled")
        : stopping.IsCancellationRequested ? new GrpcStatus(GrpcStatusCode.Unavailable, "the server is stopping")
        : new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "the deadline has passed");

    private string Unknown(string path)
    {
        int slash = path.LastIndexOf('/');
        string service = slash > 1 ? path[1..slash] : "";
        return _services.Contains(service) ? $"unknown method {path[(slash + 1)..]} of {service}" : $"unknown service {service}";
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "gRPC handler failed {Path}")]
    private partial void HandlerFailed(string path, Exception exception);
}
