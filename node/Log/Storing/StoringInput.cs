using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Storing;

/// <param name="NowMs">The node's clock, ms since 1970.</param>
public abstract record StoringInput(ulong NowMs)
{
    /// <summary>The first one: all that the disk has.</summary>
    public sealed record Opened(ulong NowMs, IReadOnlyList<DiskEntry> Entries) : StoringInput(NowMs);

    /// <summary>Batches are part of the state.</summary>
    /// <param name="Touched">Chunks they changed.</param>
    public sealed record Applied(ulong NowMs, IReadOnlyList<Hash256> Touched) : StoringInput(NowMs);

    /// <summary>Time passes; at least every few seconds.</summary>
    public sealed record Ticked(ulong NowMs, NodeFacts Facts) : StoringInput(NowMs);

    /// <summary>What the disk has under a key now: after every effect on it, whether it came out or not, and where it changed by itself.</summary>
    public sealed record Changed(ulong NowMs, DiskEntry Entry) : StoringInput(NowMs);

    /// <summary>A fetch is over. Where it came out, <see cref="Changed"/> came before.</summary>
    /// <param name="Blamed">Nodes that did not give what they should have.</param>
    public sealed record FetchEnded(ulong NowMs, StoredKey Key, FetchOutcome Outcome, IReadOnlyList<Hash256> Blamed) : StoringInput(NowMs);
}

/// <summary>How a fetch ended.</summary>
public enum FetchOutcome
{
    Stored,

    /// <summary>Somebody did not answer, did not have it, or gave other bytes.</summary>
    Failed,

    /// <summary>This node has no room, or its disk failed.</summary>
    NoRoom,

    /// <summary>Six shards that are each what was declared make a seventh that is not: who encoded the chunk is at fault, nobody else (dataplane 1.18).</summary>
    Inconsistent,
}

/// <summary>What a node says of itself.</summary>
/// <param name="Endpoints">By role, address and port, as in an event.</param>
public sealed record NodeFacts(IReadOnlyList<Endpoint> Endpoints, ulong CapacityBytes, ulong FreeBytes, ulong Chunks, ushort LoadPermille, uint ReadKibPerSecond, uint WriteKibPerSecond);
