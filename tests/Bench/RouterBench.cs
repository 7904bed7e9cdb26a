using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Node.Archive;
using Dsdn.Node.Outbox;

namespace Dsdn.Bench;

/// <summary>
/// The router with its outbox and archive on the disk: from the trigger of an outage to the first batch with a quorum pointer, and
/// the reconciliation of 10,000 pending batches, once with a Celestia that answers at once, once with the development DA server.
/// </summary>
public static class RouterBench
{
    private const int Batches = 10_000, BatchBytes = 64 * 1_024, ServedBatches = 300;
    private const ulong NowMs = 1_800_000_000_000;

    public static async Task RunAsync(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-router-").FullName;
        try
        {
            Namespace.TryUser("dsdn-bench"u8, out Namespace name);
            CorePath(output, Path.Combine(folder, "core"), name);
            await ServerPathAsync(output, Path.Combine(folder, "served"), name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CorePath(TextWriter output, string folder, Namespace name)
    {
        using var batches = new Backlog(folder, name, Batches);
        var router = new Driver(batches, RouterOptions.Default with { SubmitBytesMax = RouterOptions.SubmitBytesCap, ReconcileBytesPerSecondMax = 0 });
        router.Start();
        router.GoDown();
        new Figure("da.failover", router.FailoverMs, "ms", Note: $"from the trigger to the first batch whose canonical pointer is the quorum's, on disk; {Batches} batches pending; goal 1,000").Print(output);
        new Figure("da.failover.all", router.FailoverAllMs, "ms", Note: $"to the last of {Batches}").Print(output);
        double disk = WriteSpeed(folder);
        double seconds = router.Reconcile();
        new Figure("da.reconcile.core", Batches * (double)BatchBytes / seconds / 1e6, "MB/s", "one file written and synced, MB/s", disk, $"{Batches} batches of 64 KiB, 7 MiB a transaction; archive read, outbox and pointers written; Celestia answers at once; goal 50").Print(output);
    }

    private static async Task ServerPathAsync(TextWriter output, string folder, Namespace name)
    {
        using var batches = new Backlog(Path.Combine(folder, "batches"), name, ServedBatches);
        await using DaServerProcess server = await DaServerProcess.StartAsync(new DaServerOptions { DataFolder = Path.Combine(folder, "da"), Listen = new IPEndPoint(IPAddress.Loopback, 0), BlockTimeMs = 50 });
        if (CelestiaEndpoint.TryCreate(server.Endpoint.ToString(), AccessToken.Of(server.WriteToken), out CelestiaEndpoint? endpoint) is { IsNone: false } failure || endpoint is null)
            throw new InvalidOperationException("the endpoint of the DA server is refused");
        await using var celestia = new CelestiaNode(new CelestiaOptions { Endpoints = [endpoint], Namespace = name, TrustsOnFirstUse = true, BlockTimeMs = 50, BlobBytesMax = CelestiaOptions.BlobBytesCap });
        RouterOptions options = BatchPosting.AtOnce(RouterOptions.Default) with { SubmitBytesMax = RouterOptions.SubmitBytesCap, ProbeEveryMs = 200 };
        var clock = Stopwatch.StartNew();
        RouterMetrics metrics = await new BatchPosting(batches.Outbox.Journal, batches.Archive, celestia, options).RunAsync([], CancellationToken.None);
        double seconds = clock.Elapsed.TotalSeconds;
        if (metrics.Found != ServedBatches) throw new InvalidOperationException($"{metrics.Found} batches landed");
        new Figure("da.reconcile.server", ServedBatches * (double)BatchBytes / seconds / 1e6, "MB/s",
            Note: $"{ServedBatches} batches of 64 KiB through client and development DA server in this process: commitments, squares, proofs, read back and verified; {metrics.SubmitsIncluded} transactions").Print(output);
    }

    private static double WriteSpeed(string folder)
    {
        byte[] content = RandomNumberGenerator.GetBytes(64 * 1_024 * 1_024);
        var clock = Stopwatch.StartNew();
        using (var file = new FileStream(Path.Combine(folder, "speed"), FileMode.Create))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        return content.Length / clock.Elapsed.TotalMicroseconds;
    }

    /// <summary>Batches in an archive and an outbox on the disk, none of them posted.</summary>
    private sealed class Backlog : IDisposable
    {
        private readonly OutboxFolder _folder;

        public Backlog(string folder, Namespace name, int count)
        {
            (Name, Count) = (name, count);
            Archive = BatchArchive.Open(Path.Combine(folder, "log"));
            _folder = OutboxFolder.Open(Path.Combine(folder, "outbox"));
            byte[] bytes = RandomNumberGenerator.GetBytes(BatchBytes);
            for (int from = 1; from <= count; from += 256)
            {
                List<(ulong, ReadOnlyMemory<byte>)> some = [];
                for (int seq = from; seq < from + 256 && seq <= count; seq++)
                {
                    BitConverter.TryWriteBytes(bytes, seq);
                    byte[] envelope = [.. bytes];
                    some.Add(((ulong)seq, envelope));
                    Hash256 commitment = Blob.TryCreate(name, envelope, out Blob? blob).IsValid && blob is not null ? ShareCommitment.Of(blob) : throw new InvalidOperationException("the blob is refused");
                    Outbox.Journal.Carry(new RouterEffect.Remember(new PendingBatch((ulong)seq, HashOf(seq), commitment, BatchBytes, NowMs, 0, AttemptState.None, BatchPointers.None)));
                }
                Archive.Append(some);
            }
            Outbox.Journal.Flush();
        }

        public Namespace Name { get; }

        public int Count { get; }

        public BatchArchive Archive { get; }

        public OutboxFolder Outbox => _folder;

        public static Hash256 HashOf(int seq) => new(SHA256.HashData(BitConverter.GetBytes(seq)));

        public void Dispose()
        {
            _folder.Dispose();
            Archive.Dispose();
        }
    }

    /// <summary>The coordinator's loop with a Celestia that knows no delay; time passes by hand.</summary>
    private sealed class Driver(Backlog batches, RouterOptions options)
    {
        private readonly DaRouter _router = new(options);
        private readonly Queue<RouterInput> _answers = new();
        private readonly byte[] _name = batches.Name.ToArray();
        private readonly HashSet<ulong> _landed = [];
        private readonly Stopwatch _clock = new();
        private ulong _nowMs = NowMs, _head = 1_000;
        private bool _isDown;
        private long _bytesRead;

        public double FailoverMs { get; private set; }

        public double FailoverAllMs { get; private set; }

        public void Start()
        {
            _isDown = true;
            Step(new RouterInput.Started(batches.Outbox.Journal.Pending, batches.Outbox.Journal.HighestSeq, batches.Outbox.Journal.Memory, _nowMs));
            for (int seq = 1; seq <= batches.Count; seq++) Step(new RouterInput.Certified((ulong)seq, Backlog.HashOf(seq), _nowMs));
            Drain();
        }

        public void GoDown()
        {
            while (_router.Mode != RouterMode.Degraded && _nowMs < NowMs + options.DegradedAfterMs) Pass(1_000);
            _clock.Restart();
            while (_router.Mode != RouterMode.Degraded) Pass(1);
            FailoverAllMs = _clock.Elapsed.TotalMilliseconds;
        }

        /// <summary>Seconds from the first good answer that lets it begin to the last pointer.</summary>
        public double Reconcile()
        {
            _isDown = false;
            while (_router.Mode == RouterMode.Degraded) Pass(1_000, doesDrain: false);
            _clock.Restart();
            while (_router.Metrics.PendingCount > 0)
            {
                Drain();
                if (_router.Metrics.PendingCount > 0) Pass(1_000);
            }
            _clock.Stop();
            if (_bytesRead != batches.Count * (long)BatchBytes) throw new InvalidOperationException($"{_bytesRead} bytes were posted");
            return _clock.Elapsed.TotalSeconds;
        }

        private void Pass(ulong ms, bool doesDrain = true)
        {
            _nowMs += ms;
            _head += ms / 1_000;
            Step(new RouterInput.Tick(_nowMs));
            if (doesDrain || _router.Mode == RouterMode.Degraded) Drain();
        }

        private void Drain()
        {
            while (_answers.TryDequeue(out RouterInput? answer)) Step(answer with { NowMs = _nowMs });
        }

        private void Step(RouterInput input)
        {
            IReadOnlyList<RouterEffect> effects = _router.Step(input);
            foreach (RouterEffect.Record[] some in effects.OfType<RouterEffect.Record>().Chunk(BatchPosting.PointersAtOnce)) Put(some);
            foreach (RouterEffect effect in effects)
            {
                batches.Outbox.Journal.Carry(effect);
                Do(effect);
            }
            batches.Outbox.Journal.Flush();
        }

        private void Put(IReadOnlyList<RouterEffect.Record> records)
        {
            if (records.Count == 0) return;
            batches.Archive.PutPointers([.. records.Select(record => (record.Seq, Pointer(record)))]);
            if (FailoverMs == 0) FailoverMs = _clock.Elapsed.TotalMilliseconds;
        }

        private DaPointer Pointer(RouterEffect.Record record) => record.Facts.Tier == DaTier.Quorum
            ? new QuorumPointer(record.Facts.CertificateHash)
            : BatchPosting.Pointer(record.Facts, _name, Backlog.HashOf((int)record.Seq), batches.Archive.Read(record.Seq));

        private void Do(RouterEffect effect)
        {
            switch (effect)
            {
                case RouterEffect.Probe:
                    _answers.Enqueue(new RouterInput.ProbeDone(_isDown ? new ProbeResult.Failed(1, "DSDN-E-DA-UNREACHABLE") : new ProbeResult.Answered(1, _head, _nowMs, Log.Routing.DaBalance.Enough), 0));
                    break;
                case RouterEffect.Submit submit:
                    foreach (ulong seq in submit.Seqs)
                    {
                        _bytesRead += batches.Archive.Read(seq)?.Length ?? 0;
                        _landed.Add(seq);
                    }
                    _answers.Enqueue(new RouterInput.SubmitDone(submit.Id, new Log.Routing.SubmitOutcome.Included(++_head), 0));
                    break;
                case RouterEffect.LookUp lookUp:
                    List<FoundBlob> found = [];
                    List<ulong> absent = [];
                    foreach (SoughtBlob blob in lookUp.Blobs)
                    {
                        if (_landed.Contains(blob.Seq)) found.Add(new FoundBlob(blob.Seq, _head));
                        else absent.Add(blob.Seq);
                    }
                    _answers.Enqueue(new RouterInput.LookupDone(lookUp.Id, found, absent, 0));
                    break;
            }
        }
    }
}
