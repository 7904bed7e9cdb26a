using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>What a module may know of the block it runs in.</summary>
public sealed record BlockContext(
    ulong ChainId, ulong Height, ulong TimeMs, Address Coinbase, Address Proposer, Amount BaseFee, ulong GasLimit, Hash256 Beacon);
