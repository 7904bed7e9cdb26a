using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Submitting;

/// <summary>
/// Mismatches of the account's sequence (code 32) come after timeouts and can stick: three in a row, and the endpoint rests until what waits in its
/// mempool has expired.
/// </summary>
internal sealed class SequenceGuard(TimeProvider clock)
{
    public const int MismatchesMax = 3;

    /// <summary>Blocks after which a transaction leaves the mempool.</summary>
    public const ulong MempoolBlocks = 36;

    private readonly Dictionary<NodeCalls, (int Mismatches, ulong RestsUntilMs)> _endpoints = [];

    /// <summary>0: it may be written to.</summary>
    public ulong RestMs(NodeCalls endpoint)
    {
        ulong now = Now();
        return _endpoints.TryGetValue(endpoint, out var state) && state.RestsUntilMs > now ? state.RestsUntilMs - now : 0;
    }

    /// <returns>Whether the endpoint rests from now on.</returns>
    public bool Mismatched(NodeCalls endpoint, ulong blockMs)
    {
        int count = _endpoints.GetValueOrDefault(endpoint).Mismatches + 1;
        bool rests = count >= MismatchesMax;
        _endpoints[endpoint] = rests ? (0, Now() + (MempoolBlocks * blockMs)) : (count, 0);
        return rests;
    }

    public void Succeeded(NodeCalls endpoint) => _endpoints.Remove(endpoint);

    private ulong Now() => (ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());
}
