using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Submitting;

/// <summary>From which height on blobs may lie that were sent before without a certain outcome: a later attempt may be told only that they wait already.</summary>
internal sealed class AttemptLog
{
    private const int AttemptsMax = 1_024;

    private readonly Dictionary<Hash256, ulong> _from = [];
    private readonly Queue<Hash256> _order = [];

    /// <returns>The lowest height that any attempt with this commitment can have landed at.</returns>
    public ulong Sending(in Hash256 first, ulong from)
    {
        if (_from.TryGetValue(first, out ulong before) && before <= from) return before;
        if (_from.TryAdd(first, from)) _order.Enqueue(first);
        else _from[first] = from;
        while (_order.Count > AttemptsMax) _from.Remove(_order.Dequeue());
        return from;
    }

    /// <summary>What is proved to be on the chain needs no search; the same blobs sent once more begin anew.</summary>
    public void Landed(in Hash256 first) => _from.Remove(first);

    public bool Knows(in Hash256 first) => _from.ContainsKey(first);
}
