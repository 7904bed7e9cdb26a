using System.Security.Cryptography;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Shares;

namespace Dsdn.CelestiaClient.Tests.Integration;

/// <summary>The six of Tahap 14A.A1: always against the development server, and against a light node where DA_RPC_URL names one.</summary>
public sealed class CelestiaIntegrationTests
{
    private const int RoundTripMs = 30_000, PatienceMs = 180_000;

    public static TheoryData<string> Targets => Target.All;

    private readonly CancellationTokenSource _patience = new(PatienceMs);

    private CancellationToken Patience => _patience.Token;

    private static Blob Fresh(CelestiaOptions options, int bytes = 2_000)
    {
        Assert.True(Blob.TryCreate(options.Namespace, RandomNumberGenerator.GetBytes(bytes), out Blob? blob).IsValid);
        return blob!;
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Post(string name)
    {
        await using Target target = await Target.OpenAsync(name);
        await using var client = new CelestiaNode(target.Options);
        Blob blob = Fresh(target.Options);
        ulong before = (await client.HeadAsync(Patience)).Height;
        var included = Assert.IsType<SubmitOutcome.Included>(await client.SubmitAsync([blob], Patience));
        Assert.True(included.Height > before);
        Assert.True(included.FeeUtia > 0);
        Assert.Equal(ShareCommitment.Of(blob), included.Blobs.Single().Commitment);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Get(string name)
    {
        await using Target target = await Target.OpenAsync(name);
        await using var writer = new CelestiaNode(target.Options);
        Blob blob = Fresh(target.Options);
        var included = Assert.IsType<SubmitOutcome.Included>(await writer.SubmitAsync([blob], Patience));
        await using var reader = new CelestiaNode(target.Options); // which has seen nothing yet
        var present = Assert.IsType<NamespaceReading.Present>(await reader.ReadAsync(included.Height, target.Options.Namespace, Patience));
        Assert.Contains(present.Blobs, one => one.Blob.Data.Span.SequenceEqual(blob.Data.Span));
        Assert.IsType<NamespaceReading.Unknown>(await reader.ReadAsync(included.Height + 1_000_000, target.Options.Namespace, Patience));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task RoundTripWithinThirtySeconds(string name)
    {
        await using Target target = await Target.OpenAsync(name);
        await using var client = new CelestiaNode(target.Options);
        Assert.True((await client.HeadAsync(Patience)).IsKnown);
        using var deadline = new CancellationTokenSource(RoundTripMs);
        Blob blob = Fresh(target.Options, 100_000);
        var included = Assert.IsType<SubmitOutcome.Included>(await client.SubmitAsync([blob], deadline.Token));
        var present = Assert.IsType<NamespaceReading.Present>(await client.ReadAsync(included.Height, target.Options.Namespace, deadline.Token));
        Assert.Contains(present.Blobs, one => one.Blob.Data.Span.SequenceEqual(blob.Data.Span));
        Assert.False(deadline.IsCancellationRequested);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Subscribe(string name)
    {
        await using Target target = await Target.OpenAsync(name);
        await using var client = new CelestiaNode(target.Options);
        ulong after = (await client.HeadAsync(Patience)).Height;
        Task<SubmitOutcome> submit = Task.Run(() => client.SubmitAsync([Fresh(target.Options)], Patience));
        ulong expected = after;
        bool isSeen = false;
        await foreach (ulong height in client.HeightsAsync(after, Patience))
        {
            Assert.Equal(++expected, height);
            if (await client.ReadAsync(height, target.Options.Namespace, Patience) is NamespaceReading.Present) isSeen = true;
            if (isSeen && submit.IsCompleted && height > after + 3 && client.Metrics.Snapshot().WakeUps > 0) break;
        }
        Assert.True(isSeen);
        Assert.IsType<SubmitOutcome.Included>(await submit);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Health(string name)
    {
        await using Target target = await Target.OpenAsync(name);
        await using var client = new CelestiaNode(target.Options);
        DaHealth health = await client.ProbeAsync(Patience);
        Assert.True(health.CanRead && health.CanWrite, string.Join('\n', health.Failures));
        Assert.True(health.HeadHeight > 0 && health.Balance.Utia > 0);
        Dsdn.CelestiaClient.Health.StartReport report = await Dsdn.CelestiaClient.Health.DaStartCheck.RunAsync(client, Patience);
        Assert.True(report.MayServe && !report.IsDegraded, string.Join('\n', report.Findings));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Reconnection(string name)
    {
        await using Target target = await Target.OpenAsync(name);
        CelestiaEndpoint endpoint = target.Options.Endpoints[0];
        await using var relay = new Relay(endpoint.Address);
        await using var client = new CelestiaNode(target.Options with { RetryCount = 1, RetryDelayMs = 10, Endpoints = [Doubles.Clients.Endpoint(relay.Url, endpoint.Token)] });
        ulong last = (await client.HeadAsync(Patience)).Height;
        await using IAsyncEnumerator<ulong> heights = client.HeightsAsync(last, Patience).GetAsyncEnumerator(Patience);
        Assert.True(await heights.MoveNextAsync());
        relay.Cut();
        Assert.False((await client.ProbeAsync(Patience)).CanRead);
        Assert.IsType<NamespaceReading.Unknown>(await client.ReadAsync(heights.Current + 1, target.Options.Namespace, Patience));
        Assert.IsNotType<SubmitOutcome.Included>(await client.SubmitAsync([Fresh(target.Options)], Patience));
        relay.Mend();
        for (int i = 0; i < 3; i++)
        {
            ulong before = heights.Current;
            Assert.True(await heights.MoveNextAsync());
            Assert.Equal(before + 1, heights.Current); // nothing is left out over the outage
        }
        Assert.IsType<SubmitOutcome.Included>(await client.SubmitAsync([Fresh(target.Options)], Patience));
    }
}
