using Dsdn.Celestia.Rpc;

namespace Dsdn.CelestiaClient.Transport;

/// <summary>
/// The endpoints in the order in which to ask them: that of the configuration, those last that lately failed, lag or were proved wrong. All are asked
/// before a read is given up. Safe for concurrent use.
/// </summary>
internal sealed class EndpointPool
{
    private const ulong RestMs = 5_000, DistrustMs = 300_000;

    private readonly IReadOnlyList<NodeCalls> _all;
    private readonly int _lagBlocksMax;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly ulong[] _restUntil, _heads;

    public EndpointPool(IReadOnlyList<NodeCalls> all, int lagBlocksMax, TimeProvider clock)
    {
        (_all, _lagBlocksMax, _clock) = (all, lagBlocksMax, clock);
        _restUntil = new ulong[all.Count];
        _heads = new ulong[all.Count];
    }

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<NodeCalls> All => _all;

    /// <summary>The one to ask first is first.</summary>
    public IReadOnlyList<NodeCalls> InOrder()
    {
        ulong now = Now();
        lock (_lock)
        {
            ulong best = _heads.Max();
            return [.. Enumerable.Range(0, _all.Count).OrderBy(i => Rank(i, now, best)).ThenBy(static i => i).Select(i => _all[i])];
        }
    }

    /// <summary>How far behind the best known head an endpoint is.</summary>
    public ulong Lag(NodeCalls endpoint)
    {
        lock (_lock) return _heads.Max() - _heads[IndexOf(endpoint)];
    }

    public void HeadSeen(NodeCalls endpoint, ulong height)
    {
        lock (_lock)
        {
            int at = IndexOf(endpoint);
            _heads[at] = Math.Max(_heads[at], height);
            _restUntil[at] = 0;
        }
    }

    public void Succeeded(NodeCalls endpoint)
    {
        lock (_lock) _restUntil[IndexOf(endpoint)] = 0;
    }

    /// <summary>An endpoint that waits for a height or has pruned it is healthy.</summary>
    public void Failed(NodeCalls endpoint, CallFailure failure)
    {
        if (failure.Failure.Code == DaCodes.Cancelled) return;
        if (failure.Fault is CallFault.FutureHeight or CallFault.Pruned or CallFault.NotFound or CallFault.BadHeight) return;
        ulong until = Now() + (failure.Failure.IsProvedWrong || failure.Failure.Code == DaCodes.WrongChain ? DistrustMs : RestMs);
        lock (_lock) _restUntil[IndexOf(endpoint)] = until;
    }

    private int Rank(int at, ulong now, ulong best)
    {
        if (_restUntil[at] > now) return _restUntil[at] - now > RestMs ? 3 : 2;
        return _heads[at] > 0 && best - _heads[at] > (ulong)_lagBlocksMax ? 1 : 0;
    }

    private int IndexOf(NodeCalls endpoint)
    {
        for (int i = 0; i < _all.Count; i++)
            if (ReferenceEquals(_all[i], endpoint)) return i;
        throw new ArgumentException("an endpoint of another client");
    }

    private ulong Now() => (ulong)Math.Max(0, _clock.GetUtcNow().ToUnixTimeMilliseconds());
}
