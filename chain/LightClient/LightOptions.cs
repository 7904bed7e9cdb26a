using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.LightClient;

/// <summary>What a light client knows of the chain beside the block it trusts.</summary>
/// <param name="GenesisHash">Its first 16 bytes are in everything that validators sign.</param>
/// <param name="TrustPeriodMs">How long after its time a block is trusted: two thirds of the unbonding time (chain-decisions 1.13).</param>
/// <param name="ClockDriftMs">How far ahead of this clock a block's time may be.</param>
public sealed record LightOptions(ulong ChainId, Hash256 GenesisHash, ulong TrustPeriodMs, ulong ClockDriftMs = 10_000)
{
    public static LightOptions Of(ulong chainId, Hash256 genesisHash, ulong unbondingMs) => new(chainId, genesisHash, unbondingMs / 3 * 2);
}
