using System.Net;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.StorageNode.Tests.Kit;

/// <summary>A log with a coordinator's server in front of it: what is submitted is in the next batch, which is decided at once. Its log time is that of the machine.</summary>
internal sealed class ServedLog : ILogHost, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly LogServer _server;

    public ServedLog()
    {
        Log = new SampleLog();
        Chain = new ChainIdentity(LogKeys.ChainId, Log.Genesis.LogId);
        _server = new LogServer(this, new NodeIdentity(LogKeys.Seed("coordinator")), Chain, IPAddress.Loopback, 0, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public SampleLog Log { get; }

    public ChainIdentity Chain { get; }

    public LogAddress Address => new("127.0.0.1", _server.Port, null);

    public LogHostStatus Status
    {
        get
        {
            lock (_lock) return new LogHostStatus(LogKeys.ChainId, Log.Genesis.LogId, Log.State.Seq, Log.State.HeadHash, 1, "healthy");
        }
    }

    public Task StartAsync() => _server.StartAsync();

    public T Ask<T>(Func<LogQueries, T> question)
    {
        lock (_lock) return question(Log.State.Queries);
    }

    /// <summary>Gathers events and decides a batch of them.</summary>
    public AppliedBatch Decide(Action<SampleLog> gather)
    {
        AppliedBatch batch;
        TaskCompletionSource[] waiting;
        lock (_lock)
        {
            gather(Log);
            ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), last = Log.State.LogTimeMs == 0 ? SampleLog.StartMs : Log.State.LogTimeMs;
            batch = Log.Commit(now > last ? now - last : 1);
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        foreach (TaskCompletionSource one in waiting) one.TrySetResult();
        return batch;
    }

    /// <summary>Returns when the log says so.</summary>
    public async Task UntilAsync(Func<LogQueries, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (condition(Log.State.Queries)) return;
                TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(source);
                more = source.Task;
            }
            await more.WaitAsync(patience.Token);
        }
    }

    public ReadOnlyMemory<byte>? Read(ulong seq)
    {
        lock (_lock) return seq <= (ulong)Log.Envelopes.Count ? Log.Envelopes[(int)seq - 1] : (ReadOnlyMemory<byte>?)null;
    }

    public async Task WaitAsync(ulong seq, CancellationToken cancel)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (Log.State.Seq >= seq) return;
                TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add(source);
                more = source.Task;
            }
            await more.WaitAsync(cancel);
        }
    }

    public Task<SubmitVerdict> SubmitAsync(ReadOnlyMemory<byte> encoded)
    {
        lock (_lock)
        {
            LogFault fault = Log.State.Judge(encoded, Math.Max(Log.State.LogTimeMs + 1, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
            if (fault != LogFault.None) return Task.FromResult(new SubmitVerdict(default, 0, fault.Code(), "judged"));
            AppliedBatch batch = Decide(log => log.Raw(encoded.ToArray()));
            return Task.FromResult(new SubmitVerdict(batch.Events[0].Id, batch.Seq, null, ""));
        }
    }

    public Task<IReadOnlyList<string?>> AttestAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations) =>
        Task.FromResult<IReadOnlyList<string?>>([.. attestations.Select(static _ => (string?)null)]);

    public BatchPlace Place(ulong seq) => new(seq, [new QuorumPointer(Log.Genesis.LogId)], default);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
