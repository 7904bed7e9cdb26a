using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Storing;

/// <summary>What the shell does. Effects on a key are answered by <see cref="StoringInput.Changed"/>, fetches by <see cref="StoringInput.FetchEnded"/> too.</summary>
public abstract record StoringEffect
{
    /// <summary>Fetch or rebuild a copy or shard, check both hashes, store it as declared.</summary>
    public sealed record Fetch(FetchPlan Plan) : StoringEffect;

    /// <summary>A staged one is declared in the log.</summary>
    public sealed record Declare(StoredKey Key) : StoringEffect;

    /// <summary>A deleted one that is not erased yet is to be stored again.</summary>
    public sealed record Restore(StoredKey Key) : StoringEffect;

    /// <summary>Take away now, erase then.</summary>
    public sealed record Delete(StoredKey Key, ulong EraseMs) : StoringEffect;

    /// <summary>Erase what is due, and say of each of these keys what the disk has then.</summary>
    public sealed record Sweep(IReadOnlyList<StoredKey> Due) : StoringEffect;

    /// <summary>Sign and hand to coordinators. Nobody waits for an answer: a fact that no batch shows is said again.</summary>
    public sealed record Submit(EventBody Body) : StoringEffect;

    /// <summary>Tell the operator; see <see cref="FetchOutcome.Inconsistent"/>.</summary>
    public sealed record ReportInconsistent(Hash256 ChunkId, byte Slot) : StoringEffect;

    /// <summary>There is more to look at: step again at once, with batches that touched nothing.</summary>
    public sealed record StepAgain : StoringEffect;
}

/// <summary>Where bytes that this node is to store come from.</summary>
/// <param name="Slot">In the placement.</param>
/// <param name="LengthBytes">Of the copy or shard.</param>
/// <param name="Root">Of the copy or shard.</param>
/// <param name="AgreementId">One that references the chunk.</param>
/// <param name="Sources">One that has the same bytes; or six by slot, to make it from other shards.</param>
public sealed record FetchPlan(StoredKey Key, byte Slot, ulong LengthBytes, Hash256 Root, Hash256 AgreementId, IReadOnlyList<FetchSource> Sources)
{
    public bool IsRebuild => Sources.Count > 1;
}

/// <param name="Root">Of what this node holds.</param>
/// <param name="TlsFingerprint">As registered on the chain.</param>
public sealed record FetchSource(Hash256 NodeId, byte Slot, Hash256 Root, Hash256 TlsFingerprint, Endpoint Endpoint);
