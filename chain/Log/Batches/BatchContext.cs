using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>What a batch is checked against.</summary>
/// <param name="LogId">The chain's genesis hash.</param>
/// <param name="Previous">The batch before; null for the first one.</param>
/// <param name="Committee">The one in force for this batch: the state of the log says which.</param>
public sealed record BatchContext(ulong ChainId, Hash256 LogId, BatchHeader? Previous, Committee Committee);
