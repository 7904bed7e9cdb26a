using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Coordinator.Audits;
using Dsdn.Log.Repair;
using Dsdn.Log.Routing;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Node.LogService;
using Dsdn.Node.Queries;
using Dsdn.Services.Batches;

namespace Dsdn.Coordinator;

/// <summary>What a coordinator shows of its log to followers and operators. Safe for all threads.</summary>
internal sealed class CoordinatorHost(LogGenesis genesis, BatchArchive archive, TimeProvider clock) : ILogHost, ILogView
{
    /// <summary>The newest envelopes stay in memory: every follower asks for them at once.</summary>
    private const ulong RecentMax = 64;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, ReadOnlyMemory<byte>> _recent = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _seq = archive.Head;
    private Hash256 _coreHash = genesis.LogId;
    private ulong _decidedMs = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    public BatchLoop? Loop { get; set; }

    public DaLine? Da { get; set; }

    public ChainLine? Chain { get; set; }

    public AttestationDesk? Desk { get; set; }

    public AnswerStore? AuditAnswers { get; set; }

    public LogHostStatus Status
    {
        get
        {
            lock (_lock) return new LogHostStatus(genesis.ChainId, genesis.LogId, _seq, _coreHash, Math.Max(1, archive.First), Mode);
        }
    }

    public ReadOnlyMemory<byte>? Read(ulong seq)
    {
        lock (_lock)
        {
            if (seq > _seq) return null;
            if (_recent.TryGetValue(seq, out ReadOnlyMemory<byte> recent)) return recent;
        }
        return archive.Read(seq);
    }

    public ulong Seq
    {
        get
        {
            lock (_lock) return _seq;
        }
    }

    public Task<T> ReadAsync<T>(Func<LogState, T> read) => (Loop ?? throw new InvalidOperationException("not started")).ReadAsync(read);

    public async Task WaitAsync(ulong seq, CancellationToken cancel)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_seq >= seq) return;
                more = _more.Task;
            }
            await more.WaitAsync(cancel);
        }
    }

    public Task<SubmitVerdict> SubmitAsync(ReadOnlyMemory<byte> encoded) => (Loop ?? throw new InvalidOperationException("not started")).SubmitAsync(encoded);

    public Task<IReadOnlyList<string?>> AttestAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations) =>
        Task.FromResult((Desk ?? throw new InvalidOperationException("not started")).Take(publicKey, attestations));

    public ReadOnlyMemory<byte>? Answers(ulong audit, Hash256 root) => AuditAnswers?.Find(audit, root) is { } sheet ? sheet : null;

    public BatchPlace Place(ulong seq) =>
        new(seq, archive.Pointers(seq), archive.Certificate(seq) is { } certificate ? DaCertificateCodec.Encode(certificate) : default(ReadOnlyMemory<byte>));

    /// <summary>A batch is in the archive: followers may have it.</summary>
    public void Publish(AppliedBatch batch)
    {
        TaskCompletionSource told;
        lock (_lock)
        {
            (_seq, _coreHash, _decidedMs) = (batch.Seq, batch.CoreHash, (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds());
            _recent[batch.Seq] = batch.Encoded;
            if ((ulong)_recent.Count > RecentMax) _recent.Remove(_recent.Keys.First());
            (told, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        told.SetResult();
    }

    /// <summary>Where the log stands when the process starts.</summary>
    public void Opened(LogState state)
    {
        lock (_lock) (_seq, _coreHash) = (state.Seq, state.HeadHash);
    }

    /// <summary>Unhealthy where no batch was decided for far longer than the idle interval, unless production is paused on purpose.</summary>
    public (bool IsHealthy, string Json) Health(ulong staleMs)
    {
        bool ended = Loop?.Ended.IsCompleted == true || Da?.Ended.IsCompleted == true;
        ulong now = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
        ulong age;
        lock (_lock) age = now > _decidedMs ? now - _decidedMs : 0;
        bool isPaused = Da?.Metrics.Pressure == PressureLevel.Pause;
        bool healthy = !ended && (age <= staleMs || isPaused);
        string state = ended ? "stopped" : healthy ? isPaused ? "paused" : "ok" : "no batches";
        return (healthy, JsonSerializer.Serialize(new { status = state, seq = Status.Seq, batchAgeMs = age, mode = Mode }));
    }

    public string Describe()
    {
        RouterMetrics? da = Da?.Metrics;
        LogHostStatus status = Status;
        RepairStatus repair = Loop?.Repair ?? RepairStatus.None;
        return JsonSerializer.Serialize(new
        {
            chainId = status.ChainId, logId = status.LogId.ToString(), seq = status.Seq, coreHash = status.CoreHash.ToString(), oldestSeq = status.OldestSeq,
            mode = status.Mode, isForced = da?.IsForced ?? false, pending = da?.PendingCount ?? 0, pendingBytes = da?.PendingBytes ?? 0, oldestPendingAgeMs = da?.OldestPendingAgeMs ?? 0,
            reconciled = da?.Reconciled ?? 0, failovers = da?.Failovers ?? 0, submitsIncluded = da?.SubmitsIncluded ?? 0, submitsRefused = da?.SubmitsRefused ?? 0,
            submitsUnknown = da?.SubmitsUnknown ?? 0, pressure = (da?.Pressure ?? PressureLevel.None).ToString().ToLower(CultureInfo.InvariantCulture),
            waitingEvents = Loop?.Waiting.Count ?? 0, openCertificates = Desk?.Open ?? 0, anchoredSeq = Chain?.AnchoredSeq ?? 0,
            repairQueue = repair.Queue, repairStuck = repair.Stuck, bytesAtRisk = repair.BytesAtRisk, degradedChunks = repair.Degraded, nodesGone = repair.NodesGone,
        });
    }

    private string Mode => (Da?.Metrics.Mode ?? RouterMode.Healthy).ToString().ToLower(CultureInfo.InvariantCulture);
}
