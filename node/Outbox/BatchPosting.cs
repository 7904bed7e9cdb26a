using System.Security.Cryptography;
using System.Threading.Channels;
using Dsdn.CelestiaClient;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Node.Archive;

namespace Dsdn.Node.Outbox;

/// <summary>Drives the router until nothing that can be posted is pending: what an operator does with the outbox of a coordinator that does not run.</summary>
public sealed class BatchPosting
{
    /// <summary>So many pointers go to the disk together: the first of a failover with a long backlog need not wait for the last.</summary>
    public const int PointersAtOnce = 256;

    private readonly OutboxJournal _journal;
    private readonly BatchArchive _archive;
    private readonly CelestiaNode _celestia;
    private readonly CelestiaCourier _courier;
    private readonly DaRouter _router;
    private readonly Action<RouterEffect> _watch;
    private readonly Dictionary<ulong, Hash256> _commitments = [];
    private readonly Channel<RouterInput> _inputs = Channel.CreateUnbounded<RouterInput>(new UnboundedChannelOptions { SingleReader = true });
    private ulong _wake;

    /// <param name="watch">Sees every effect after it was kept.</param>
    public BatchPosting(OutboxJournal journal, BatchArchive archive, CelestiaNode celestia, RouterOptions options, Action<RouterEffect>? watch = null)
    {
        (_journal, _archive, _celestia, _watch) = (journal, archive, celestia, watch ?? (static _ => { }));
        _courier = new CelestiaCourier(celestia, Envelope, options);
        _router = new DaRouter(options);
    }

    /// <summary>Options for this: at once, as fast as Celestia takes it, and an outage is over with the first good answer.</summary>
    public static RouterOptions AtOnce(RouterOptions options) => options with { FlushAgeMs = 0, ReconcileBytesPerSecondMax = 0, RecoverySuccesses = 1, RecoveryGraceMs = 0 };

    /// <summary>Returns when all has landed that can, or when it is cancelled.</summary>
    /// <param name="adopted">Batches that the outbox does not know although they are not on Celestia: looked for before they are posted.</param>
    public async Task<RouterMetrics> RunAsync(IReadOnlyList<PendingBatch> adopted, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        foreach (PendingBatch batch in adopted) _journal.Carry(new RouterEffect.Remember(batch));
        PendingBatch[] pending = [.. _journal.Pending.Select(batch => batch.Merge([.. _archive.Pointers(batch.Seq).Select(PointerFacts.Of)]))];
        foreach (PendingBatch batch in pending) _commitments[batch.Seq] = batch.Commitment;
        Step(new RouterInput.Started(pending, _journal.HighestSeq, _journal.Memory, Now), stop.Token);
        if (_journal.Memory.IsForced) Step(new RouterInput.ModeForced(null, Now), stop.Token);
        for (ulong seq = _router.HighestSeq + 1; seq <= _archive.Head; seq++) Step(Decided(seq), stop.Token);
        try
        {
            while (_router.Metrics is var metrics && (metrics.PendingCount > metrics.Unpostable || metrics.Mode is RouterMode.Degraded or RouterMode.Emergency or RouterMode.Recovering))
                Step(await _inputs.Reader.ReadAsync(stop.Token), stop.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The outbox knows what was sent: the next one looks for it.
        }
        await stop.CancelAsync();
        return _router.Metrics;
    }

    /// <summary>The pointer as it lies in the archive.</summary>
    public static DaPointer Pointer(in PointerFacts facts, ReadOnlyMemory<byte> nameSpace, in Hash256 commitment, ReadOnlySpan<byte> envelope) => facts.Tier == DaTier.Celestia
        ? new CelestiaPointer(facts.CelestiaHeight, nameSpace, 0, commitment, (uint)envelope.Length, new Hash256(SHA256.HashData(envelope)))
        : new QuorumPointer(facts.CertificateHash);

    private static ulong Now => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private RouterInput.BatchDecided Decided(ulong seq)
    {
        PendingBatch batch = ArchiveReport.Pending(_archive, seq, _celestia.Options.Namespace);
        return new RouterInput.BatchDecided(seq, batch.CoreHash, batch.Commitment, batch.DataBytes, Now);
    }

    private void Step(RouterInput input, CancellationToken cancel)
    {
        IReadOnlyList<RouterEffect> effects = _router.Step(input with { NowMs = Now });
        foreach (RouterEffect.Record[] some in effects.OfType<RouterEffect.Record>().Where(static record => record.Facts.Tier != DaTier.Emergency).Chunk(PointersAtOnce)) _archive.PutPointers([.. some.Select(Pointer)]);
        foreach (RouterEffect effect in effects)
        {
            _journal.Carry(effect);
            _watch(effect);
            Do(effect, cancel);
        }
        _journal.Flush();
    }

    /// <summary>A copy in the emergency store left its own pointer when it was made.</summary>
    private (ulong Seq, DaPointer Pointer) Pointer(RouterEffect.Record record)
    {
        byte[] envelope = _archive.Read(record.Seq) ?? throw new InvalidDataException($"batch {record.Seq} is not in the archive");
        Hash256 commitment = _commitments.TryGetValue(record.Seq, out Hash256 known) ? known : ArchiveReport.CommitmentOf(envelope, _celestia.Options.Namespace);
        return (record.Seq, Pointer(record.Facts, _celestia.Options.Namespace.ToArray(), commitment, envelope));
    }

    private void Do(RouterEffect effect, CancellationToken cancel)
    {
        switch (effect)
        {
            case RouterEffect.Probe:
                Later(async () => await _courier.ProbeAsync(cancel), cancel);
                break;
            case RouterEffect.Submit submit:
                Later(async () => await _courier.SubmitAsync(submit, cancel), cancel);
                break;
            case RouterEffect.LookUp lookUp:
                Later(async () => await _courier.LookUpAsync(lookUp, cancel), cancel);
                break;
            case RouterEffect.StoreEmergency store:
                _inputs.Writer.TryWrite(new RouterInput.EmergencyFailed(store.Seq, "no emergency store is open here", 0));
                break;
            case RouterEffect.WakeAt wake:
                ulong number = ++_wake, waitMs = wake.AtMs - Math.Min(wake.AtMs, Now);
                Later(async () =>
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(waitMs), cancel);
                    return number == _wake ? new RouterInput.Tick(0) : null;
                }, cancel);
                break;
        }
    }

    private void Later(Func<Task<RouterInput?>> work, CancellationToken cancel) => _ = Task.Run(async () =>
    {
        try
        {
            if (await work() is { } answer) _inputs.Writer.TryWrite(answer);
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
        catch (Exception e)
        {
            _inputs.Writer.TryComplete(e);
        }
    }, cancel);

    private ReadOnlyMemory<byte> Envelope(ulong seq) => _archive.Read(seq) ?? throw new InvalidDataException($"batch {seq} is not in the archive");
}
