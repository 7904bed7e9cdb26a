using Dsdn.CelestiaClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Attestation;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Node.Archive;
using Dsdn.Node.Outbox;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

/// <summary>What the line is connected to.</summary>
/// <param name="Emergency">Keeps signed copies of batches.</param>
/// <param name="Announce">An event for the next batch, with its id; on the line's thread.</param>
/// <param name="Press">What production is asked to do.</param>
internal sealed record DaLineParts(
    OutboxFolder Outbox, BatchArchive Archive, EmergencyStore Emergency, CelestiaNode Celestia, LogStatements Statements, ReadOnlyMemory<byte> Namespace,
    Action<ulong, EventBody> Announce, Action<PressureLevel> Press);

/// <summary>Carries out what <see cref="DaRouter"/> decides, on a thread of its own: batches never wait for where they go.</summary>
internal sealed class DaLine : IDisposable
{
    private const string Fault = "DSDN-E-COORDINATOR-DA";

    private readonly DaLineParts _parts;
    private readonly ILogger _logger;
    private readonly Mailbox _box;
    private readonly DaRouter _router;
    private readonly CancellationTokenSource _stop = new();
    private readonly CelestiaCourier _courier;
    private ulong _wake;
    private volatile RouterMetrics _metrics;

    public DaLine(DaLineParts parts, RouterOptions options, TimeProvider clock, ILogger logger)
    {
        (_parts, _logger) = (parts, logger);
        _courier = new CelestiaCourier(parts.Celestia, Envelope, options);
        _box = new Mailbox("da", clock, logger);
        _router = new DaRouter(options);
        _metrics = _router.Metrics;
    }

    public Task<Exception?> Ended => _box.Ended;

    public RouterMetrics Metrics => _metrics;

    /// <param name="head">Of the archive: batches that the outbox does not know yet were decided just before the process ended.</param>
    public void Start(ulong head, Func<ulong, AppliedFacts> factsOf)
    {
        _box.Start();
        _box.Post(() =>
        {
            OutboxJournal journal = _parts.Outbox.Journal;
            PendingBatch[] pending = [.. journal.Pending.Select(batch => batch.Merge([.. _parts.Archive.Pointers(batch.Seq).Select(PointerFacts.Of)]))];
            Step(new RouterInput.Started(pending, journal.HighestSeq, journal.Memory, _box.NowMs));
            foreach (OpenAnnouncement open in journal.Announcements)
                if (Body(open) is { } body) _parts.Announce(open.Id, body);
            for (ulong seq = _router.HighestSeq + 1; seq <= head; seq++) Tell(factsOf(seq));
        });
    }

    /// <summary>A batch is in the archive.</summary>
    public void Decided(AppliedFacts batch) => _box.Post(() => Tell(batch));

    /// <summary>The quorum's certificate of a batch is in the archive.</summary>
    public void Certified(ulong seq, Hash256 certificateHash) => _box.Post(() => Step(new RouterInput.Certified(seq, certificateHash, _box.NowMs)));

    public void Announced(IReadOnlyList<ulong> ids) => _box.Post(() =>
    {
        foreach (ulong id in ids) _parts.Outbox.Journal.Announced(id);
        _parts.Outbox.Journal.Flush();
    });

    /// <param name="mode">Null: automatic again.</param>
    public Task<RouterMode> ForceAsync(RouterMode? mode) => _box.AskAsync(() =>
    {
        Step(new RouterInput.ModeForced(mode, _box.NowMs));
        return _router.Mode;
    });

    public void Dispose()
    {
        _stop.Cancel();
        _box.Dispose();
        _stop.Dispose();
    }

    private void Tell(AppliedFacts batch) => Step(new RouterInput.BatchDecided(batch.Seq, batch.CoreHash, batch.Commitment, batch.DataBytes, _box.NowMs));

    private void Step(RouterInput input)
    {
        IReadOnlyList<RouterEffect> effects = _router.Step(input);
        foreach (RouterEffect.Record[] some in effects.OfType<RouterEffect.Record>().Chunk(BatchPosting.PointersAtOnce)) _parts.Archive.PutPointers([.. some.Select(record => (record.Seq, Pointer(record)))]);
        foreach (RouterEffect effect in effects)
        {
            _parts.Outbox.Journal.Carry(effect);
            Carry(effect);
        }
        _parts.Outbox.Journal.Flush();
        _metrics = _router.Metrics;
    }

    private void Carry(RouterEffect effect)
    {
        switch (effect)
        {
            case RouterEffect.Submit submit: Later(() => _courier.SubmitAsync(submit, _stop.Token), new RouterInput.SubmitDone(submit.Id, new Log.Routing.SubmitOutcome.Unknown(0), 0)); break;
            case RouterEffect.LookUp lookUp: Later(() => _courier.LookUpAsync(lookUp, _stop.Token), new RouterInput.LookupDone(lookUp.Id, [], [], 0)); break;
            case RouterEffect.Probe: Later(() => _courier.ProbeAsync(_stop.Token), new RouterInput.ProbeDone(new ProbeResult.Failed(0, Fault), 0)); break;
            case RouterEffect.StoreEmergency store: Later(() => Task.FromResult(StoreEmergency(store.Seq)), new RouterInput.EmergencyFailed(store.Seq, Fault, 0)); break;
            case RouterEffect.Announce announce: _parts.Announce(announce.Id, announce.Event); break;
            case RouterEffect.ModeChanged changed:
                CoordinatorLog.ModeChanged(_logger, changed.From.ToString(), changed.To.ToString(), changed.Reason.ToString());
                if (changed.To == RouterMode.Healthy) _parts.Emergency.TryEmpty(seq => _router.Find(seq) is not null); // the rest is on Celestia
                break;
            case RouterEffect.Backpressure pressure: _parts.Press(pressure.Level); break;
            case RouterEffect.Alert alert: CoordinatorLog.Alert(_logger, alert.Code, alert.Text); break;
            case RouterEffect.WakeAt wake:
                ulong mine = ++_wake;
                _box.At(wake.AtMs, () =>
                {
                    if (mine == _wake) Step(new RouterInput.Tick(_box.NowMs));
                });
                break;
        }
    }

    /// <summary>Work that waits for others, off the thread; its answer comes back to it.</summary>
    /// <param name="otherwise">What is known where the work fails in a way that nobody foresaw: nothing is lost by not knowing.</param>
    private void Later(Func<Task<RouterInput>> work, RouterInput otherwise) => _ = Task.Run(async () =>
    {
        RouterInput answer = otherwise;
        try
        {
            answer = await work();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return; // nobody waits for the answer any more; the outbox knows that it was asked for
        }
        catch (Exception e)
        {
            CoordinatorLog.CourierFault(_logger, e);
        }
        _box.Post(() => Step(answer with { NowMs = _box.NowMs }));
    });

    private RouterInput StoreEmergency(ulong seq)
    {
        try
        {
            _parts.Emergency.Store(seq, Envelope(seq));
            return new RouterInput.EmergencyStored(seq, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RouterInput.EmergencyFailed(seq, e.Message, 0);
        }
    }

    /// <summary>Pointers lie beside the batch, in the order in which the router names them: the first one is canonical.</summary>
    private DaPointer Pointer(RouterEffect.Record record)
    {
        if (record.Facts.Tier == DaTier.Emergency) return _parts.Emergency.Pointer(record.Seq) ?? throw new InvalidOperationException($"the emergency store has no copy of batch {record.Seq}");
        ReadOnlyMemory<byte> envelope = record.Facts.Tier == DaTier.Celestia ? Envelope(record.Seq) : default;
        return BatchPosting.Pointer(record.Facts, _parts.Namespace, envelope.IsEmpty ? default : _parts.Statements.CommitmentOf(envelope), envelope.Span);
    }

    private ReadOnlyMemory<byte> Envelope(ulong seq) => _parts.Archive.Read(seq) ?? throw new InvalidOperationException($"batch {seq} is not in the archive");

    /// <summary>Null: of a kind that this program does not know.</summary>
    private static EventBody? Body(OpenAnnouncement open)
    {
        var entry = new LogEvent
        {
            ChainId = 0, Kind = open.Kind, AuthorType = AuthorType.Committee, Author = default, Nonce = 0, ValidUntilMs = 0, Body = open.Body, Signature = default,
        };
        return EventBodyCodec.TryDecode(entry, ulong.MaxValue - 1, out EventBody? body) == LogFault.None ? body : null;
    }
}

/// <summary>What the router is told of a batch.</summary>
internal readonly record struct AppliedFacts(ulong Seq, Hash256 CoreHash, Hash256 Commitment, uint DataBytes);
