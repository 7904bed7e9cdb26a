using Dsdn.Chain.Log.Events;
using Dsdn.Log.State;

namespace Dsdn.Log.Storing;

/// <summary>When a node speaks of itself: on a change that matters for placement, and every so often (rulings 41).</summary>
internal sealed class StatsRule(StoringOptions options)
{
    /// <summary>Free space is said in such parts of the capacity, so that every put is not an event; a change of four parts is one.</summary>
    private const ulong Parts = 64, PartsOfAChange = 4;

    private ulong _saidMs;

    /// <returns>Null: there is nothing to say.</returns>
    public NodeStats? Next(NodeEntry self, ulong logTimeMs, NodeFacts facts, ulong nowMs)
    {
        NodeStats now = new(facts.Endpoints, facts.CapacityBytes, Quantized(facts), facts.Chunks, facts.LoadPermille, facts.ReadKibPerSecond, facts.WriteKibPerSecond);
        bool isDue = self.Stats is not { } said || IsChange(said, now) || logTimeMs >= self.StatsAtMs + options.StatsEveryMs;
        // What was said is in a batch soon, or was lost.
        if (!isDue || (_saidMs != 0 && nowMs >= _saidMs && nowMs < _saidMs + Math.Min(options.SayAgainMs, options.StatsEveryMs))) return null;
        _saidMs = nowMs;
        return now;
    }

    private static ulong Quantized(NodeFacts facts)
    {
        ulong part = Math.Max(1, facts.CapacityBytes / Parts), free = Math.Min(facts.FreeBytes, facts.CapacityBytes);
        return free - (free % part);
    }

    private static bool IsChange(NodeStats said, NodeStats now)
    {
        if (said.CapacityBytes != now.CapacityBytes || said.Endpoints.Count != now.Endpoints.Count || (said.FreeBytes == 0) != (now.FreeBytes == 0)) return true;
        for (int i = 0; i < now.Endpoints.Count; i++)
        {
            Endpoint before = said.Endpoints[i], after = now.Endpoints[i];
            if (before.Role != after.Role || before.Port != after.Port || !before.Ip.Span.SequenceEqual(after.Ip.Span)) return true;
        }
        ulong difference = said.FreeBytes > now.FreeBytes ? said.FreeBytes - now.FreeBytes : now.FreeBytes - said.FreeBytes;
        return difference > now.CapacityBytes / Parts * PartsOfAChange;
    }
}
