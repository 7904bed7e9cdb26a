using System.Net;
using System.Text;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;
using Dsdn.Grpc.Server;

namespace Dsdn.Network.Tests.Grpc;

/// <summary>Our client against our server; what outside clients see is in devnet/clients/suites/grpc.mjs.</summary>
public sealed class CallTests
{
    private static readonly GrpcMarshaller<string> Text = new(
        Encoding.UTF8.GetByteCount, (text, output) => Encoding.UTF8.GetBytes(text, output), bytes => Encoding.UTF8.GetString(bytes));

    private static readonly GrpcMethod<string, string> Unary = Method(GrpcMethodKind.Unary, "Unary");
    private static readonly GrpcMethod<string, string> Down = Method(GrpcMethodKind.ServerStreaming, "Down");
    private static readonly GrpcMethod<string, string> Up = Method(GrpcMethodKind.ClientStreaming, "Up");
    private static readonly GrpcMethod<string, string> Both = Method(GrpcMethodKind.Duplex, "Both");
    private static readonly GrpcMethod<string, string> Missing = Method(GrpcMethodKind.Unary, "Missing");

    [Fact]
    public async Task AllFourKindsAnswer()
    {
        await using Rig rig = await Rig.StartAsync();
        Assert.Equal("hello", await rig.Channel.CallAsync(Unary, "hello"));
        List<string> down = [];
        await foreach (string item in rig.Channel.StreamAsync(Down, "3")) down.Add(item);
        Assert.Equal(["0", "1", "2"], down);
        await using (GrpcClientCall<string, string> up = rig.Channel.Open(Up))
        {
            foreach (string part in (string[])["a", "b", "c"]) await up.Requests.WriteAsync(part);
            await up.Requests.CompleteAsync();
            Assert.Equal("abc", await up.ReadSingleAsync());
            Assert.True(up.Status?.IsOk);
        }
        await using GrpcClientCall<string, string> both = rig.Channel.Open(Both);
        for (int i = 0; i < 20; i++)
        {
            await both.Requests.WriteAsync($"{i}");
            Assert.True(await both.Responses.MoveNextAsync());
            Assert.Equal($"{i}", both.Responses.Current);
        }
        await both.Requests.CompleteAsync();
        Assert.False(await both.Responses.MoveNextAsync());
    }

    [Fact]
    public async Task StatusAndTrailersArrive()
    {
        await using Rig rig = await Rig.StartAsync();
        GrpcException failed = await Assert.ThrowsAsync<GrpcException>(() => rig.Channel.CallAsync(Unary, "fail 9"));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.FailedPrecondition, " 100 % ありがとう "), failed.Status);
        Assert.True(failed.Trailers.TryGetBytes("why-bin", out byte[]? why));
        Assert.Equal([0, 255], why);
        Assert.False(failed.IsViolation);
        Assert.Equal(GrpcStatusCode.Unimplemented, (await Assert.ThrowsAsync<GrpcException>(() => rig.Channel.CallAsync(Missing, ""))).Status.Code);
        Assert.Equal("after", await rig.Channel.CallAsync(Unary, "after"));
    }

    /// <summary>A server that knows enough answers while the client still sends; the broken write must not hide what it said.</summary>
    [Theory]
    [InlineData("early", GrpcStatusCode.Ok)]
    [InlineData("refuse", GrpcStatusCode.FailedPrecondition)]
    public async Task AnswerBeforeAllRequestsWereReadIsHeard(string first, GrpcStatusCode expected)
    {
        await using Rig rig = await Rig.StartAsync();
        for (int i = 0; i < 100; i++)
        {
            await using GrpcClientCall<string, string> up = rig.Channel.Open(Up);
            try
            {
                await up.Requests.WriteAsync(first);
                for (int part = 0; part < 20; part++) await up.Requests.WriteAsync(new string('x', 50_000));
                await up.Requests.CompleteAsync();
            }
            catch (GrpcException)
            {
                // The server has answered, or is about to.
            }
            if (expected == GrpcStatusCode.Ok)
            {
                Assert.Equal("enough", await up.ReadSingleAsync());
                continue;
            }
            GrpcException refused = await Assert.ThrowsAsync<GrpcException>(() => up.ReadSingleAsync());
            Assert.Equal(expected, refused.Status.Code);
            Assert.True(refused.Trailers.TryGet("why", out string? why));
            Assert.Equal("said", why);
        }
    }

    /// <summary>An upload of 10 GiB stood still for ever: the transport forgets a write that waits for the server's window once the body has ended.</summary>
    [Fact]
    public async Task AWriteThatWaitsForTheServersWindowEndsWithTheCall()
    {
        await using Rig rig = await Rig.StartAsync();
        for (int i = 0; i < 50; i++)
        {
            using var cancelling = new CancellationTokenSource();
            await using GrpcClientCall<string, string> up = rig.Channel.Open(Up, null, cancelling.Token);
            await up.Requests.WriteAsync("stall");
            Task writing = Task.Run(async () =>
            {
                while (true) await up.Requests.WriteAsync(new string('x', 50_000));
            });
            cancelling.CancelAfter(5 + (i % 7));
            await Assert.ThrowsAnyAsync<Exception>(() => writing.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.True(writing.IsFaulted || writing.IsCanceled);
        }
    }

    [Fact]
    public async Task DeadlineEndsTheCallOnBothSides()
    {
        await using Rig rig = await Rig.StartAsync();
        await rig.Channel.CallAsync(Unary, "connected"); // a deadline that passes on the way there is nothing for the server
        GrpcException late = await Assert.ThrowsAsync<GrpcException>(
            () => rig.Channel.CallAsync(Unary, "wait", new GrpcCallOptions(Deadline: TimeSpan.FromMilliseconds(150))));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, late.Status.Code);
        await rig.Cancelled.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task CallerCancels()
    {
        await using Rig rig = await Rig.StartAsync();
        await rig.Channel.CallAsync(Unary, "connected");
        using var cancelling = new CancellationTokenSource(150);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Channel.CallAsync(Unary, "wait", cancellation: cancelling.Token));
        await rig.Cancelled.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task DisposedStreamIsCancelledAtTheServer()
    {
        await using Rig rig = await Rig.StartAsync();
        await foreach (string _ in rig.Channel.StreamAsync(Down, "endless")) break;
        await rig.Cancelled.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task MessagesOverTheLimitAreRefusedOnEitherSide()
    {
        await using Rig rig = await Rig.StartAsync(channel: options => options with { RequestBytesMax = 10_000_000, ResponseBytesMax = 1_000 });
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await Failure(new string('x', 5_000_000))).Code);
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await Failure(new string('x', 1_001))).Code);
        Assert.Equal(1_000, (await rig.Channel.CallAsync(Unary, new string('x', 1_000))).Length);
        await using Rig small = await Rig.StartAsync(channel: options => options with { RequestBytesMax = 10 });
        Assert.Equal(GrpcStatusCode.ResourceExhausted, (await Assert.ThrowsAsync<GrpcException>(() => small.Channel.CallAsync(Unary, "12345678901"))).Status.Code);

        async Task<GrpcStatus> Failure(string text) => (await Assert.ThrowsAsync<GrpcException>(() => rig.Channel.CallAsync(Unary, text))).Status;
    }

    [Fact]
    public async Task NobodyListens()
    {
        using GrpcChannel channel = new(new GrpcChannelOptions("127.0.0.1", HandshakeTests.FreePort()));
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(Unary, "x"))).Status.Code);
    }

    [Fact]
    public async Task ServerThatStopsEndsItsCalls()
    {
        await using Rig rig = await Rig.StartAsync();
        await using GrpcClientCall<string, string> call = rig.Channel.Open(Both);
        await call.Requests.WriteAsync("one");
        Assert.True(await call.Responses.MoveNextAsync());
        await rig.Server.StopAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(async () => await call.Responses.MoveNextAsync())).Status.Code);
    }

    private static GrpcMethod<string, string> Method(GrpcMethodKind kind, string name) => new(kind, "dsdn.test.v1.Text", name, Text, Text);

    private sealed class Rig : IAsyncDisposable
    {
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Rig(Func<GrpcChannelOptions, GrpcChannelOptions> channel)
        {
            Server = new GrpcServer(
                new GrpcServices().Unary(Unary, UnaryAsync).ServerStreaming(Down, DownAsync).ClientStreaming(Up, UpAsync).Duplex(Both, BothAsync),
                new GrpcServerOptions { Address = IPAddress.Loopback, StopGraceMs = 300, RequestBytesMax = 4_000_000, ResponseBytesMax = 4_000_000 });
            Open = port => new GrpcChannel(channel(new GrpcChannelOptions("127.0.0.1", port)));
        }

        public GrpcServer Server { get; }

        public GrpcChannel Channel { get; private set; } = null!;

        public Task Cancelled => _cancelled.Task;

        private Func<int, GrpcChannel> Open { get; }

        public static async Task<Rig> StartAsync(Func<GrpcChannelOptions, GrpcChannelOptions>? channel = null)
        {
            Rig rig = new(channel ?? (options => options));
            await rig.Server.StartAsync();
            rig.Channel = rig.Open(rig.Server.Port);
            return rig;
        }

        public async ValueTask DisposeAsync()
        {
            Channel.Dispose();
            await Server.DisposeAsync();
        }

        private async Task<string> UnaryAsync(string request, GrpcServerCall call)
        {
            if (request == "wait") await Forever(call);
            if (request != "fail 9") return request;
            call.Trailers.Add("why-bin", new byte[] { 0, 255 });
            throw new GrpcException(GrpcStatusCode.FailedPrecondition, " 100 % ありがとう ");
        }

        private async Task DownAsync(string request, GrpcWriter<string> writer, GrpcServerCall call)
        {
            if (request == "endless")
            {
                await writer.WriteAsync("one");
                await Forever(call);
            }
            for (int i = 0; i < int.Parse(request, System.Globalization.CultureInfo.InvariantCulture); i++) await writer.WriteAsync($"{i}");
        }

        private static async Task<string> UpAsync(GrpcReader<string> reader, GrpcServerCall call)
        {
            StringBuilder all = new();
            await foreach (string part in reader.ReadAllAsync(call.Cancellation))
            {
                if (part == "stall") await Task.Delay(Timeout.Infinite, call.Cancellation);
                if (part == "early") return "enough";
                if (part == "refuse") throw new GrpcException(new GrpcStatus(GrpcStatusCode.FailedPrecondition, "no"), new GrpcMetadata { { "why", "said" } });
                all.Append(part);
            }
            return all.ToString();
        }

        private static async Task BothAsync(GrpcReader<string> reader, GrpcWriter<string> writer, GrpcServerCall call)
        {
            await foreach (string part in reader.ReadAllAsync()) await writer.WriteAsync(part);
        }

        private async Task Forever(GrpcServerCall call)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, call.Cancellation);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }
        }
    }
}
