using System.IO.Pipelines;
using System.Net.Sockets;
using Dsdn.Grpc.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Dsdn.Grpc.Trunks;

/// <summary>Answers the calls of a trunk, one after another.</summary>
internal sealed class TrunkServer(ServerCalls calls, GrpcServerOptions options)
{
    /// <summary>For what a client has sent already when it is answered: closed earlier, the system would throw the answer away with it.</summary>
    private const int DrainMs = 2_000;

    public async Task RunAsync(ConnectionContext connection, GrpcConnection identity, Stream stream)
    {
        PipeReader input = TrunkProtocol.Reader(stream);
        PipeWriter output = TrunkProtocol.Writer(stream);
        CancellationToken closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        try
        {
            while (await HeadAsync(input, closing) is { } head && await CallAsync(head, connection, identity, input, output))
            {
            }
        }
        catch (Exception failure) when (failure is IOException or GrpcException or OperationCanceledException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // What came is no call, or the client is gone.
        }
        // Neither pipe is completed: the end of the connection cancels reads just then, and a completed pipe has nothing left to cancel.
    }

    private async Task<List<KeyValuePair<string, string>>?> HeadAsync(PipeReader input, CancellationToken closing)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(closing);
        idle.CancelAfter(options.IdleConnectionMs);
        return await TrunkProtocol.ReadHeadAsync(input, idle.Token);
    }

    /// <returns>Whether another call may follow.</returns>
    private async Task<bool> CallAsync(List<KeyValuePair<string, string>> head, ConnectionContext connection, GrpcConnection identity, PipeReader input, PipeWriter output)
    {
        string path = head.Find(static line => line.Key == TrunkProtocol.Path).Value ?? "";
        TrunkEnd end = new();
        bool isSent = false;
        await calls.RunAsync(path, null, connection.ConnectionClosed, input, output, (deadline, cancellation) => new GrpcServerCall(identity, path, deadline, cancellation, new Head(head, output), end), async (call, status) =>
        {
            TrunkProtocol.WriteBlock(output, TrunkProtocol.Lines(status, call?.Trailers ?? new GrpcMetadata()));
            try
            {
                await output.FlushAsync().AsTask().WaitAsync(TimeSpan.FromMilliseconds(options.HeadersTimeoutMs));
                isSent = true;
            }
            catch (TimeoutException)
            {
                connection.Abort(new ConnectionAbortedException("a client that does not read"));
            }
        });
        if (!isSent) return false;
        if (end.Block is not null) return true;
        using var drained = new CancellationTokenSource(DrainMs);
        if (!end.IsBroken) return await TrunkProtocol.SkipRequestsAsync(input, drained.Token);
        for (; ; )
        {
            ReadResult rest = await input.ReadAsync(drained.Token);
            input.AdvanceTo(rest.Buffer.End);
            if (rest.IsCompleted) return false;
        }
    }

    /// <summary>A trunk has no headers in front of the messages.</summary>
    private sealed class Head(List<KeyValuePair<string, string>> request, PipeWriter output) : ICallHead
    {
        public void Send(GrpcMetadata headers)
        {
        }

        public async ValueTask FlushAsync(CancellationToken cancel) => await output.FlushAsync(cancel);

        public GrpcMetadata Read()
        {
            GrpcMetadata metadata = new();
            foreach ((string key, string value) in request) metadata.AddReceived(key, value);
            return metadata;
        }
    }
}
