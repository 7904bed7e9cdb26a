using System.Threading.Channels;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Sync;

/// <summary>Nothing that peers send can fill the store; the operator must act.</summary>
public sealed class StateSyncFailedException(string code, string detail) : Exception($"{code}: {detail}")
{
    public string Code { get; } = code;
}

/// <summary>Drives <see cref="StateSyncRun"/> with real peers and time until the store holds a chain. Used once, before the chain is opened.</summary>
public sealed class StateSyncShell(IKeyValueStore store, GenesisBlock genesis, IPeerLinks links, TimeProvider clock, ILogger logger) : IPeerSink
{
    private const int TickMs = 100;
    private const int InputsMax = 1_024;
    private const ulong BanMs = 10 * 60 * 1_000;

    private readonly Channel<StateSyncInput> _inputs = Channel.CreateBounded<StateSyncInput>(InputsMax);
    private readonly PeerScore _score = new();

    /// <exception cref="StateSyncFailedException">no peer can help</exception>
    public async Task RunAsync(ulong trustedHeight, Hash256 trustedHash, CancellationToken cancellation)
    {
        var run = new StateSyncRun(store, genesis, StateSyncOptions.Default);
        Carry(run.Begin(trustedHeight, trustedHash, NowMs()));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(TickMs), clock);
        Task ticking = TickAsync(timer, cancellation);
        await foreach (StateSyncInput input in _inputs.Reader.ReadAllAsync(cancellation))
        {
            Carry(run.Step(input, NowMs()));
            if (run.End is StateSyncEffect.Failed failed) throw new StateSyncFailedException(failed.Code, failed.Detail);
            if (run.End is not StateSyncEffect.Done done) continue;
            SyncLog.Restored(logger, done.Height);
            break;
        }
        timer.Dispose();
        await ticking;
    }

    public void OnPeerUp(PeerId peer) => Post(new StateSyncInput.PeerUp(peer, NowMs()));

    public void OnPeerGone(PeerId peer) => Post(new StateSyncInput.PeerGone(peer, NowMs()));

    public async ValueTask OnPeerMessageAsync(PeerId from, PeerLane lane, ReadOnlyMemory<byte> bytes)
    {
        if (!PeerMessageCodec.TryDecode(bytes.Span, lane, out PeerMessage? message, out PeerDecodeError error)) Penalize(from, Offence.Malformed, error.Code());
        else if (!links.TryHandle(from, message) && StateSyncRun.IsAnswer(message))
            await _inputs.Writer.WriteAsync(new StateSyncInput.Received(from, message, NowMs()));
    }

    /// <summary>A peer's coming and going must not be lost; there are few of them.</summary>
    private void Post(StateSyncInput input)
    {
        if (!_inputs.Writer.TryWrite(input)) _ = _inputs.Writer.WriteAsync(input).AsTask();
    }

    private async Task TickAsync(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) _inputs.Writer.TryWrite(new StateSyncInput.Tick(NowMs()));
        }
        catch (OperationCanceledException)
        {
            // the node is told to stop; the import goes on where it stood at the next start
        }
    }

    private void Carry(IReadOnlyList<StateSyncEffect> effects)
    {
        foreach (StateSyncEffect effect in effects)
        {
            if (effect is StateSyncEffect.Send send) links.Send(send.Peer, PeerMessageCodec.Lane(send.Message), PeerMessageCodec.Encode(send.Message));
            else if (effect is StateSyncEffect.Penalize penalize) Penalize(penalize.Peer, penalize.Offence, penalize.Detail);
        }
    }

    private void Penalize(PeerId peer, Offence offence, string detail)
    {
        lock (_score)
        {
            if (_score.Note(peer, offence, NowMs()) is { } until) links.Ban(peer, Math.Max(until, NowMs() + BanMs), $"{offence}: {detail}");
        }
    }

    private ulong NowMs() => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
}

internal static partial class SyncLog
{
    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "state restored from a snapshot at height {Height}")]
    public static partial void Restored(ILogger logger, ulong height);

    [LoggerMessage(EventId = 31, Level = LogLevel.Information, Message = "snapshot taken at height {Height}")]
    public static partial void Taken(ILogger logger, ulong height);

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning, Message = "no snapshot was taken")]
    public static partial void NotTaken(ILogger logger, Exception error);
}
