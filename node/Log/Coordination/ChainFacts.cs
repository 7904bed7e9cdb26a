using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;

namespace Dsdn.Log.Coordination;

/// <summary>What the log takes over from the chain next: a proof of a block and of the feeds in its state, and the records since the block before.</summary>
/// <param name="From">What was anchored when it was read: it proves nothing after anything else.</param>
/// <param name="Derived">By module ascending, each module's in the order of its feed.</param>
public sealed record ChainFacts(AnchoredChain From, ChainAnchor Anchor, IReadOnlyList<DerivedRecord> Derived);

/// <summary>One record of a module's feed.</summary>
public sealed record DerivedRecord(byte Module, ulong Sequence, ReadOnlyMemory<byte> Record);
