using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;
using Dsdn.Grpc.Server;
using Dsdn.Grpc.Trunks;

namespace Dsdn.Network.Tests.Grpc;

/// <summary>Calls without HTTP/2, on TLS with both certificates.</summary>
public sealed class TrunkTests
{
    private const int TrunksMax = 3;

    private static readonly GrpcMarshaller<string> Text = new(
        Encoding.UTF8.GetByteCount, (text, output) => Encoding.UTF8.GetBytes(text, output), bytes => Encoding.UTF8.GetString(bytes));

    private static readonly GrpcMethod<string, string> Down = new(GrpcMethodKind.ServerStreaming, "dsdn.test.v1.Text", "Down", Text, Text) { MessageBytesMax = 100_000 };
    private static readonly GrpcMethod<string, string> Up = new(GrpcMethodKind.ClientStreaming, "dsdn.test.v1.Text", "Up", Text, Text) { MessageBytesMax = 100_000 };
    private static readonly GrpcMethod<string, string> Missing = new(GrpcMethodKind.ServerStreaming, "dsdn.test.v1.Text", "Missing", Text, Text);

    [Fact]
    public async Task ManyCallsOfAllSizesFollowOneAnother()
    {
        await using Rig rig = await Rig.StartAsync();
        for (int round = 0; round < 30; round++)
        {
            Assert.Equal(round * 40, await rig.DownAsync($"{round * 40}"));
            Assert.Equal($"{round * 70_000}", await rig.UpAsync(Enumerable.Repeat(new string('x', 70_000), round)));
        }
        Assert.Equal(1, rig.Connections);
    }

    [Fact]
    public async Task OneTooManyFindsNone()
    {
        await using Rig rig = await Rig.StartAsync();
        List<TrunkCall<string, string>> calls = [];
        for (int i = 0; i < TrunksMax; i++) calls.Add((await rig.Channel.TryOpenAsync(Down, default))!);
        Assert.Null(await rig.Channel.TryOpenAsync(Down, default));
        foreach (TrunkCall<string, string> call in calls) call.Dispose();
        Assert.Equal(5, await rig.DownAsync("5"));
    }

    /// <summary>The server says no while the client still sends, far more than the system's buffers hold.</summary>
    [Fact]
    public async Task RefusalInTheMiddleArrivesWithItsTrailers()
    {
        await using Rig rig = await Rig.StartAsync();
        GrpcException refused = await Assert.ThrowsAsync<GrpcException>(() => rig.UpAsync(["refuse", .. Enumerable.Repeat(new string('x', 90_000), 500)]));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.FailedPrecondition, "no: 100 % ありがとう"), refused.Status);
        Assert.True(refused.Trailers.TryGet("why", out string? why));
        Assert.Equal("said", why);
        Assert.Equal("3", await rig.UpAsync(["abc"]));
    }

    [Fact]
    public async Task UnknownMethodsAndFailedHandlersHaveTheirStatus()
    {
        await using Rig rig = await Rig.StartAsync();
        Assert.Equal(GrpcStatusCode.Unimplemented, await rig.StatusAsync(Missing, "1"));
        Assert.Equal(GrpcStatusCode.Unknown, await rig.StatusAsync(Down, "throw"));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, await rig.StatusAsync(Down, "long"));
        Assert.Equal(2, await rig.DownAsync("2"));
    }

    [Fact]
    public async Task TooLargeARequestIsRefusedHere()
    {
        await using Rig rig = await Rig.StartAsync();
        using TrunkCall<string, string> call = (await rig.Channel.TryOpenAsync(Up, default))!;
        Assert.Equal(GrpcStatusCode.ResourceExhausted, Assert.Throws<GrpcException>(() => call.Buffer(new string('x', 100_001))).Status.Code);
    }

    /// <summary>A handler that waits hears that its client is gone: cancelled, or disposed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LeavingACallEndsItsHandler(bool isCancelled)
    {
        await using Rig rig = await Rig.StartAsync();
        using CancellationTokenSource cancel = new();
        using (TrunkCall<string, string> call = (await rig.Channel.TryOpenAsync(Down, cancel.Token))!)
        {
            call.Buffer("endless");
            await call.CompleteAsync();
            Assert.True(await call.MoveNextAsync());
            if (isCancelled)
            {
                await cancel.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.MoveNextAsync());
            }
        }
        await rig.Cancelled.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await rig.DownAsync("1"));
    }

    [Fact]
    public async Task ServerThatStopsEndsCallsAndCanBeReplaced()
    {
        await using Rig rig = await Rig.StartAsync();
        using TrunkCall<string, string> call = (await rig.Channel.TryOpenAsync(Down, default))!;
        call.Buffer("endless");
        await call.CompleteAsync();
        Assert.True(await call.MoveNextAsync());
        Assert.Equal(1, await rig.DownAsync("1")); // leaves a trunk idle
        await rig.Server.StopAsync();
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(async () => await call.MoveNextAsync())).Status.Code);
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(async () => await rig.Channel.TryOpenAsync(Down, default))).Status.Code);
    }

    /// <summary>What is no call closes the connection, and nothing else.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\0\u0001x")]
    [InlineData("\u0080\u00ff\u00ff\u00ff\u00ff")]
    public async Task GarbageClosesTheConnection(string text)
    {
        await using Rig rig = await Rig.StartAsync();
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, rig.Server.Port);
        await using SslStream stream = new(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(rig.ClientTls(new SslApplicationProtocol("dsdn-trunk/1")));
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\u0080\0\0\0\0"));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        byte[] answer = new byte[1_000];
        int read;
        try
        {
            do read = await stream.ReadAsync(answer, patience.Token);
            while (read > 0);
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread.
        }
        Assert.Equal(3, await rig.DownAsync("3"));
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly X509Certificate2 _certificate = NewCertificate();
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _connections;

        private Rig() => Server = new GrpcServer(new GrpcServices().ServerStreaming(Down, DownAsync).ClientStreaming(Up, UpAsync), new GrpcServerOptions
        {
            StopGraceMs = 300,
            Admit = _ =>
            {
                Interlocked.Increment(ref _connections);
                return new MemoryStream();
            },
            Tls = () => new SslServerAuthenticationOptions { ServerCertificate = _certificate, ClientCertificateRequired = true, RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });

        public GrpcServer Server { get; }

        public TrunkChannel Channel { get; private set; } = null!;

        public Task Cancelled => _cancelled.Task;

        public int Connections => Volatile.Read(ref _connections);

        public static async Task<Rig> StartAsync()
        {
            Rig rig = new();
            await rig.Server.StartAsync();
            rig.Channel = new TrunkChannel(new GrpcChannelOptions("127.0.0.1", rig.Server.Port) { Tls = rig.ClientTls() }, TrunksMax);
            return rig;
        }

        public SslClientAuthenticationOptions ClientTls(params IEnumerable<SslApplicationProtocol> protocols) => new()
        {
            TargetHost = "dsdn",
            ApplicationProtocols = [.. protocols],
            ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        };

        public async Task<int> DownAsync(string request)
        {
            using TrunkCall<string, string> call = (await Channel.TryOpenAsync(Down, default))!;
            call.Buffer(request);
            await call.CompleteAsync();
            int count = 0;
            while (await call.MoveNextAsync()) Assert.Equal($"{count++}", call.Current);
            return count;
        }

        public async Task<GrpcStatusCode> StatusAsync(GrpcMethod<string, string> method, string request)
        {
            using TrunkCall<string, string> call = (await Channel.TryOpenAsync(method, default))!;
            call.Buffer(request);
            await call.CompleteAsync();
            return (await Assert.ThrowsAsync<GrpcException>(async () => await call.MoveNextAsync())).Status.Code;
        }

        public async Task<string> UpAsync(IEnumerable<string> parts)
        {
            using TrunkCall<string, string> call = (await Channel.TryOpenAsync(Up, default))!;
            Task<string> answer = call.ReadSingleAsync();
            try
            {
                foreach (string part in parts)
                {
                    if (answer.IsCompleted) break;
                    call.Buffer(part);
                    await call.FlushAsync();
                }
                if (!answer.IsCompleted) await call.CompleteAsync();
            }
            catch (GrpcException)
            {
                // The answer says why.
            }
            return await answer;
        }

        public async ValueTask DisposeAsync()
        {
            Channel.Dispose();
            await Server.DisposeAsync();
            _certificate.Dispose();
        }

        private static X509Certificate2 NewCertificate()
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 made = new CertificateRequest("CN=dsdn", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        }

        private async Task DownAsync(string request, GrpcWriter<string> writer, GrpcServerCall call)
        {
            if (request == "throw") throw new InvalidOperationException("a secret");
            if (request == "long") await writer.WriteAsync(new string('x', 100_001));
            if (request == "endless")
            {
                await writer.WriteAsync("one");
                try
                {
                    await Task.Delay(Timeout.Infinite, call.Cancellation);
                }
                finally
                {
                    _cancelled.TrySetResult();
                }
            }
            for (int i = 0; i < int.Parse(request, System.Globalization.CultureInfo.InvariantCulture); i++) await writer.WriteAsync($"{i}");
        }

        private static async Task<string> UpAsync(GrpcReader<string> reader, GrpcServerCall call)
        {
            long length = 0;
            while (await reader.MoveNextAsync(call.Cancellation))
            {
                if (reader.Current == "refuse") throw new GrpcException(new GrpcStatus(GrpcStatusCode.FailedPrecondition, "no: 100 % ありがとう"), new GrpcMetadata { { "why", "said" } });
                length += reader.Current.Length;
            }
            return $"{length}";
        }
    }
}
