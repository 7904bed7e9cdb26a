using System.Diagnostics.Metrics;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task SubmitsReadsAndHeadsAreCounted()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        Assert.IsType<SubmitOutcome.Included>(await client.SubmitAsync([TestChain.Blob(1_234)], CancellationToken.None));
        node.Lie = static request => request.Method == RpcMethod.Submit ? TestReply.Error(request, "insufficient funds") : null;
        Assert.IsType<SubmitOutcome.Refused>(await client.SubmitAsync([TestChain.Blob()], CancellationToken.None));
        await client.HeadAsync(CancellationToken.None);
        DaCounters counted = client.Metrics.Snapshot();
        Assert.Equal((1L, 1L, 0L, 1_234UL, 4UL, 4UL), (counted.Included, counted.Refused, counted.Unknown, counted.BlobBytes, counted.InclusionHeight, counted.HeadHeight));
        Assert.Equal(1, counted.SubmitBuckets.Sum());
        Assert.Equal((UInt128)5_000_000, counted.BalanceUtia);
        Assert.Contains((RpcMethod.Submit, "ok", 1L), counted.Calls);
        Assert.Contains((RpcMethod.Submit, "DSDN-E-DA-CALL-FUNDS", 1L), counted.Calls);
    }

    [Fact]
    public async Task EndpointsAreUpOrDownAsTheirHeadsCanBeRead()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        Assert.Equal(1, await UpAsync());
        node.Lie = static _ => TestReply.Drop;
        Assert.Equal(0, await UpAsync());

        async Task<long?> UpAsync()
        {
            await client.HeadAsync(CancellationToken.None);
            long? up = null;
            using var listener = new MeterListener { InstrumentPublished = static (instrument, listening) => { if (instrument.Name == "dsdn_da_endpoint_up") listening.EnableMeasurementEvents(instrument); } };
            listener.SetMeasurementEventCallback<long>((_, value, tags, _) => up = tags[0].Value as string == client.Options.Endpoints[0].Name ? value : up);
            listener.Start();
            listener.RecordObservableInstruments();
            return up;
        }
    }

    [Fact]
    public async Task ClientMayBeDisposedTwice()
    {
        var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1"], AccessToken.None));
        await client.DisposeAsync();
        await client.DisposeAsync();
    }

    /// <summary>Alerts and dashboards hold to these names.</summary>
    [Fact]
    public async Task InstrumentsHaveTheNamesOfTheAlerts()
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => { lock (names) if (instrument.Meter.Name == "dsdn.da") names.Add(instrument.Name); } };
        listener.Start();
        await using var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1"], AccessToken.None));
        lock (names)
        {
            Assert.Equal(
                [
                    "dsdn_da_balance_utia", "dsdn_da_blob_bytes_total", "dsdn_da_block_seconds", "dsdn_da_calls_total", "dsdn_da_endpoint_lag_blocks", "dsdn_da_endpoint_up", "dsdn_da_fee_utia_total",
                    "dsdn_da_head_age_seconds", "dsdn_da_head_height", "dsdn_da_inclusion_height", "dsdn_da_proof_failures_total", "dsdn_da_submit_seconds", "dsdn_da_submits_total", "dsdn_da_wakeups_total",
                ],
                names);
        }
    }
}
