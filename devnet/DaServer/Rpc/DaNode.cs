using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;
using Dsdn.DaServer.Submission;
using Dsdn.DaServer.Subscriptions;
using Microsoft.Extensions.Logging;

namespace Dsdn.DaServer.Rpc;

/// <summary>All that methods work with.</summary>
internal sealed class DaNode(
    Preset preset, Ledger ledger, HeightGate heights, Mempool mempool, Submitter submitter, Producer producer, FaultBoard faults, IReadOnlyList<AccountKey> keyring, byte[] secret, string peerId, DaMetrics metrics, TimeProvider clock, ILogger log)
{
    public Preset Preset => preset;

    public Ledger Ledger => ledger;

    public HeightGate Heights => heights;

    public Mempool Mempool => mempool;

    public Submitter Submitter => submitter;

    public Producer Producer => producer;

    public FaultBoard Faults => faults;

    public Tampering Tampering { get; } = new(faults);

    public SubscriptionHub Subscriptions { get; } = new();

    public IReadOnlyList<AccountKey> Keyring => keyring;

    /// <summary>Signs tokens.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>As libp2p writes it.</summary>
    public string PeerId => peerId;

    public DaMetrics Metrics => metrics;

    public ILogger Log => log;

    public ulong NowMs => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What a token permits; null where it is none of this server, or has expired.</summary>
    public IReadOnlyList<RpcPermission>? Verify(string token) =>
        AuthToken.Verify(token, secret) is { } known && !known.IsExpired(CometTime.FromUnixMs(NowMs)) ? known.Allow : null;

    public async Task<CallResult> WithBlock(Call call, ulong height, bool needsData, Func<ServedBlock, CallResult> answer)
    {
        (ServedBlock? block, RpcFailure failure) = await heights.BlockAsync(call.Method, height, needsData, call.Cancelled);
        return block is null ? CallResult.Fail(failure) : answer(block);
    }

    /// <summary>Opens a channel on the caller's WebSocket.</summary>
    /// <param name="render">From a new block to the item that is sent.</param>
    public CallResult Subscribe(Call call, Func<ServedBlock, Action<Utf8JsonWriter>> render)
    {
        if (call.Caller.Session is not { } session || call.Request.Id is not { } id) return CallResult.Fail(RpcFailure.NeedsWebSocket(call.Method));
        return session.Subscribe(id, call.Method, render) is { } channel ? CallResult.Of(channel) : CallResult.Fail("too many subscriptions");
    }
}
