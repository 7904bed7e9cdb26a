using System.Net;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer;
using Dsdn.DaServer.Faults;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Node.Archive;
using Dsdn.Node.Outbox;

namespace Dsdn.Node.Tests.Outbox;

/// <summary>Archive, outbox, router and client on a development DA server: what <c>dsdn da reconcile</c> does.</summary>
public sealed class BatchPostingTests : IAsyncDisposable
{
    private const int Batches = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-posting-").FullName;
    private readonly Namespace _name;
    private readonly BatchArchive _archive;
    private readonly OutboxFolder _outbox;

    public BatchPostingTests()
    {
        Assert.True(Namespace.TryUser("posting"u8, out _name).IsValid);
        _archive = BatchArchive.Open(Path.Combine(_folder, "batches"));
        _outbox = OutboxFolder.Open(Path.Combine(_folder, "outbox"));
        for (ulong seq = 1; seq <= Batches; seq++)
        {
            _archive.Append(seq, Envelope(seq));
            _outbox.Journal.Carry(new RouterEffect.Remember(new PendingBatch(seq, default, CommitmentOf(seq), (uint)Envelope(seq).Length, 1_000, 0, AttemptState.None, BatchPointers.None)));
        }
        _outbox.Journal.Flush();
    }

    [Fact]
    public async Task WhatIsPendingIsPostedOnceInOrderAndThenProvenToBeThere()
    {
        await using DaServerProcess server = await StartAsync();
        await using CelestiaNode celestia = Connect(server);
        ArchiveReport before = ArchiveReport.Make(_archive, View(), 5_000);
        Assert.Equal((5UL, 0UL, 4_000UL), (before.OnlyHere, before.Tiers[(int)DaTier.Celestia], before.OldestPendingAgeMs));
        Assert.Empty(before.Untracked);

        List<ulong> submitted = [];
        RouterMetrics posted = await PostAsync(celestia, effect => submitted.AddRange(effect is RouterEffect.Submit submit ? submit.Seqs : []));
        Assert.Equal((5UL, 0UL), (posted.Found, posted.PendingCount));
        Assert.Equal<ulong>([1, 2, 3, 4, 5], submitted);

        ArchiveReport after = await ArchiveReport.Make(_archive, View(), 5_000).VerifyAsync(_archive, celestia, static _ => { }, CancellationToken.None);
        Assert.Equal((5UL, 5UL, 0), (after.Tiers[(int)DaTier.Celestia], after.Verified, after.Doubtful.Count));
        Assert.Empty(after.Unposted);
        Assert.Empty(_outbox.Journal.Pending);
    }

    [Fact]
    public async Task AReplyThatIsLostAfterTheBlobsLandedIsNotPaidForTwice()
    {
        await using DaServerProcess server = await StartAsync();
        await using CelestiaNode celestia = Connect(server);
        server.Faults.Set(FaultRule.TryParse("drop-reply@blob.Submit*1") ?? throw new InvalidOperationException("no such fault"));
        RouterMetrics posted = await PostAsync(celestia, static _ => { });
        Assert.Equal((5UL, 0UL), (posted.Found, posted.PendingCount));
        int blobs = 0;
        for (ulong height = 1; height <= server.Height; height++) blobs += (await celestia.ReadAsync(height, _name, CancellationToken.None)) is NamespaceReading.Present present ? present.Blobs.Count : 0;
        Assert.Equal(Batches, blobs);
    }

    [Fact]
    public async Task AnOutboxThatWasLostIsMadeAnewFromTheArchiveAndFindsWhatWasPosted()
    {
        await using DaServerProcess server = await StartAsync();
        await using CelestiaNode celestia = Connect(server);
        await PostAsync(celestia, static _ => { });
        string lost = Path.Combine(_folder, "without-pointers");
        using BatchArchive archive = BatchArchive.Open(lost);
        for (ulong seq = 1; seq <= Batches; seq++) archive.Append(seq, Envelope(seq));
        using OutboxFolder empty = OutboxFolder.Open(Path.Combine(_folder, "new-outbox"));
        empty.Journal.Carry(new RouterEffect.Remember(new PendingBatch(9, default, default, 1, 0, 0, AttemptState.None, BatchPointers.None)));
        empty.Journal.Carry(new RouterEffect.Forget(9)); // it knew of later batches once
        empty.Journal.Flush();
        OutboxView view = new(empty.Journal.Pending, empty.Journal.Memory, empty.Journal.HighestSeq, []);
        Assert.Equal(Batches, ArchiveReport.Make(archive, view, 1).Untracked.Count());
        PendingBatch[] adopted = [.. Enumerable.Range(1, Batches).Select(seq => new PendingBatch((ulong)seq, default, CommitmentOf((ulong)seq), (uint)Envelope((ulong)seq).Length, 1_000, 1, AttemptState.Sent, BatchPointers.None))];
        int submits = 0;
        RouterMetrics found = await new BatchPosting(empty.Journal, archive, celestia, Options, effect => submits += effect is RouterEffect.Submit ? 1 : 0).RunAsync(adopted, CancellationToken.None);
        Assert.Equal((5UL, 0), (found.Found, submits));
    }

    [Fact]
    public async Task APointerToNothingIsNamed()
    {
        await using DaServerProcess server = await StartAsync();
        await using CelestiaNode celestia = Connect(server);
        await PostAsync(celestia, static _ => { });
        _archive.Append(6, Envelope(6));
        _archive.PutPointer(6, BatchPosting.Pointer(PointerFacts.OnCelestia(1), _name.ToArray(), CommitmentOf(6), Envelope(6)));
        ArchiveReport report = await ArchiveReport.Make(_archive, View(), 1).VerifyAsync(_archive, celestia, static _ => { }, CancellationToken.None);
        Assert.Equal(new DoubtfulPointer(6, 1, IsProvenAbsent: true), Assert.Single(report.Doubtful));
    }

    public async ValueTask DisposeAsync()
    {
        _outbox.Dispose();
        _archive.Dispose();
        Directory.Delete(_folder, recursive: true);
        await Task.CompletedTask;
    }

    private static RouterOptions Options => BatchPosting.AtOnce(RouterOptions.Devnet) with { SubmitTimeoutMs = 60_000, ExtendedSubmitTimeoutMs = 60_000, LookUpTimeoutMs = 60_000, ProbeTimeoutMs = 60_000, HeadAgeMsMax = 600_000, RetryMsMax = 500 };

    private Task<RouterMetrics> PostAsync(CelestiaNode celestia, Action<RouterEffect> watch) => new BatchPosting(_outbox.Journal, _archive, celestia, Options, watch).RunAsync([], CancellationToken.None);

    private OutboxView View() => OutboxFolder.View(Path.Combine(_folder, "outbox")) ?? throw new InvalidOperationException("no outbox");

    private Task<DaServerProcess> StartAsync() =>
        DaServerProcess.StartAsync(new DaServerOptions { DataFolder = Path.Combine(_folder, "da"), Listen = new IPEndPoint(IPAddress.Loopback, 0), BlockTimeMs = 200 });

    private CelestiaNode Connect(DaServerProcess server)
    {
        CelestiaEndpoint.TryCreate(server.Endpoint.ToString(), AccessToken.Of(server.WriteToken), out CelestiaEndpoint? endpoint);
        return new CelestiaNode(new CelestiaOptions { Endpoints = [endpoint!], Namespace = _name, TrustsOnFirstUse = true, BlockTimeMs = 200, Subscribes = false, HeadAgeBlocksMax = 3_000 });
    }

    private Hash256 CommitmentOf(ulong seq)
    {
        Assert.True(Blob.TryCreate(_name, Envelope(seq), out Blob? blob).IsValid);
        return ShareCommitment.Of(blob!);
    }

    private static byte[] Envelope(ulong seq) => [.. Enumerable.Range(0, 700 + (int)seq).Select(i => (byte)((i * 31) ^ (int)seq))];
}
