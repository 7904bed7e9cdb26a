using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>What a module may know of the block it runs in.</summary>
public sealed record BlockContext(
    ulong ChainId, ulong Height, ulong TimeMs, Address Coinbase, Address Proposer, Amount BaseFee, ulong GasLimit, Hash256 Beacon)
{
    /// <summary>Hash of the block before this one.</summary>
    public Hash256 ParentHash { get; init; }

    /// <summary>Hash of block 0, which is the id of the log; no state in genesis can hold it.</summary>
    public Hash256 GenesisHash { get; init; }

    /// <summary>The certificate in this block's body, for the accounting of who signed; null where the body has none.</summary>
    public Certificate? LastCommit { get; init; }

    /// <summary>What the block proves against validators: checked, the accused ascending, each once.</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];
}
