using System.Net;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;
using Dsdn.Services.Batches.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.LogService;

public sealed class LogServerTests : IAsyncLifetime
{
    private static readonly ChainIdentity Chain = new(17847, Dsdn.Chain.Crypto.Keccak.Hash("a log of a test"u8));

    private readonly Host _host = new();
    private readonly NodeIdentity _identity = new(Seed(1));
    private LogServer? _server;

    public async ValueTask InitializeAsync()
    {
        _server = new LogServer(_host, _identity, Chain, IPAddress.Loopback, 0, TimeProvider.System, NullLoggerFactory.Instance);
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task BatchesAreStreamedAsTheyAreDecided()
    {
        _host.Decide([1]);
        _host.Decide([2, 2]);
        using var rig = new Caller(Port, Chain);
        var got = new List<byte[]>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (ReadOnlyMemory<byte> envelope in rig.Client.FollowAsync(1, stop.Token))
        {
            got.Add(envelope.ToArray());
            if (got.Count == 2) _host.Decide([3, 3, 3]);
            if (got.Count == 3) break;
        }
        Assert.Equal([[1], [2, 2], [3, 3, 3]], got);
        StatusReply status = await rig.Client.StatusAsync(stop.Token);
        Assert.Equal((3UL, 17847UL, "healthy"), (status.Seq, status.ChainId, status.Mode));
    }

    [Fact]
    public async Task ARefusedEventCarriesItsCode()
    {
        using var rig = new Caller(Port, Chain);
        GrpcException refused = await Assert.ThrowsAsync<GrpcException>(() => rig.Client.SubmitAsync(new byte[] { 9 }, CancellationToken.None));
        Assert.True(refused.Trailers.TryGet(LogMethods.CodeTrailer, out string? code));
        Assert.Equal("DSDN-E-TEST", code);
        SubmitReply taken = await rig.Client.SubmitAsync(new byte[] { 1 }, CancellationToken.None);
        Assert.Equal(7UL, taken.Seq);
    }

    [Fact]
    public async Task AttestationsOfAWrongFormAreRefusedAsAWhole()
    {
        using var rig = new Caller(Port, Chain);
        BatchAttestation good = new(5, new byte[64], default), bad = new(6, new byte[63], default);
        Assert.Equal(["", "DSDN-E-TEST"], await rig.Client.AttestAsync(new byte[32], [good, good with { Seq = 99 }], CancellationToken.None));
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => rig.Client.AttestAsync(new byte[32], [good, bad], CancellationToken.None))).Status.Code);
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => rig.Client.AttestAsync(new byte[31], [good], CancellationToken.None))).Status.Code);
        BatchAttestation[] many = [.. Enumerable.Repeat(good, LogMethods.AttestationsMax + 1)];
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => rig.Client.AttestAsync(new byte[32], many, CancellationToken.None))).Status.Code);
    }

    [Fact]
    public async Task WhoSubmitsTooFastIsToldSoAndNothingElseSuffers()
    {
        using var rig = new Caller(Port, Chain);
        GrpcException? refused = null;
        for (int i = 0; i < 3_000 && refused is null; i++)
        {
            try
            {
                await rig.Client.SubmitAsync(new byte[] { 1 }, CancellationToken.None);
            }
            catch (GrpcException e)
            {
                refused = e;
            }
        }
        if (refused is not null) // a machine too slow to reach the limit shows nothing
        {
            Assert.Equal(GrpcStatusCode.ResourceExhausted, refused.Status.Code);
            Assert.True(refused.Trailers.TryGet(LogMethods.CodeTrailer, out string? code));
            Assert.Equal("DSDN-E-LOG-RATE", code);
        }
        await rig.Client.StatusAsync(CancellationToken.None);
    }

    [Fact]
    public async Task ANodeOfAnotherChainGetsNoFurtherThanTheHandshake()
    {
        using var stranger = new Caller(Port, new ChainIdentity(17845, Chain.GenesisHash));
        await Assert.ThrowsAsync<GrpcException>(() => stranger.Client.StatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task AnotherNodeAtTheCoordinatorsAddressIsNotTalkedTo()
    {
        using var caller = new Caller(Port, Chain, new PeerId(Dsdn.Chain.Crypto.Keccak.Hash("somebody else"u8)));
        await Assert.ThrowsAsync<GrpcException>(() => caller.Client.StatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task PlacesNameWhereBatchesLie()
    {
        _host.Decide([1]);
        using var rig = new Caller(Port, Chain);
        Place place = Assert.Single(await rig.Client.PlacesAsync(1, 10, CancellationToken.None));
        Assert.Equal(LogFault.None, DaPointerCodec.TryDecode(place.Pointers[0].Memory, out DaPointer? pointer));
        Assert.Equal(DaTier.Quorum, pointer?.Tier);
        Assert.Equal(GrpcStatusCode.InvalidArgument, (await Assert.ThrowsAsync<GrpcException>(() => rig.Client.PlacesAsync(1, LogMethods.PlacesMax + 1, CancellationToken.None))).Status.Code);
    }

    [Theory]
    [InlineData("127.0.0.1:45900", true)]
    [InlineData("[::1]:45900", true)]
    [InlineData("0x0101010101010101010101010101010101010101010101010101010101010101@example.org:1", true)]
    [InlineData("0101010101010101010101010101010101010101010101010101010101010101@example.org:1", true)]
    [InlineData("x@example.org:1", false)]
    [InlineData("example.org", false)]
    [InlineData(":1", false)]
    [InlineData("example.org:0", false)]
    [InlineData("example.org:65536", false)]
    [InlineData("", false)]
    public void AddressesAreReadStrictly(string text, bool isOne) => Assert.Equal(isOne, LogAddress.Parse(text) is not null);

    private int Port => _server?.Port ?? 0;

    private static byte[] Seed(byte fill)
    {
        byte[] seed = new byte[32];
        seed.AsSpan().Fill(fill);
        return seed;
    }

    private sealed class Caller : IDisposable
    {
        private readonly NodeIdentity _identity = new(Seed(2));

        public Caller(int port, ChainIdentity chain, PeerId? id = null) => Client = new LogClient(new LogAddress("127.0.0.1", port, id), _identity, chain, TimeProvider.System);

        public LogClient Client { get; }

        public void Dispose()
        {
            Client.Dispose();
            _identity.Dispose();
        }
    }

    /// <summary>A log of whatever bytes.</summary>
    private sealed class Host : ILogHost
    {
        private readonly Lock _lock = new();
        private readonly List<byte[]> _batches = [];
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LogHostStatus Status => new(17847, Chain.GenesisHash, (ulong)_batches.Count, Chain.GenesisHash, 1, "healthy");

        public void Decide(byte[] envelope)
        {
            TaskCompletionSource told;
            lock (_lock)
            {
                _batches.Add(envelope);
                (told, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
            told.SetResult();
        }

        public ReadOnlyMemory<byte>? Read(ulong seq)
        {
            lock (_lock) return seq <= (ulong)_batches.Count ? _batches[(int)seq - 1] : (ReadOnlyMemory<byte>?)null;
        }

        public Task WaitAsync(ulong seq, CancellationToken cancel)
        {
            lock (_lock) return (ulong)_batches.Count >= seq ? Task.CompletedTask : _more.Task.WaitAsync(cancel);
        }

        public Task<SubmitVerdict> SubmitAsync(ReadOnlyMemory<byte> encoded) =>
            Task.FromResult(encoded.Span[0] == 9 ? new SubmitVerdict(default, 7, "DSDN-E-TEST", "nine") : new SubmitVerdict(Chain.GenesisHash, 7, null, ""));

        public Task<IReadOnlyList<string?>> AttestAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations) =>
            Task.FromResult<IReadOnlyList<string?>>([.. attestations.Select(static item => item.Seq == 99 ? "DSDN-E-TEST" : null)]);

        public BatchPlace Place(ulong seq) => new(seq, [new QuorumPointer(Chain.GenesisHash)], default);
    }
}
