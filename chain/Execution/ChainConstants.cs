using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>What a chain is, apart from its state.</summary>
public sealed class ChainConstants(ulong chainId, ChainParams parameters, Hash256 genesisHash)
{
    public ulong ChainId { get; } = chainId;

    public ChainParams Parameters { get; } = parameters;

    public Hash256 GenesisHash { get; } = genesisHash;

    public Hash256 ParamsHash { get; } = BlockHashes.Params(parameters);

    public TransactionBounds Bounds { get; } = parameters.Bounds(chainId);
}
