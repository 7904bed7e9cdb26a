using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Staking;

namespace Dsdn.Genesis;

/// <summary>A network from block 0, as its JSON file says. One that came out of <see cref="GenesisChecker"/> can be built.</summary>
public sealed record GenesisSpec
{
    /// <summary>Format of the file.</summary>
    public const ulong ProtocolVersion = 1;

    public required string Network { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>Whole seconds, in milliseconds since 1970.</summary>
    public required ulong GenesisTimeMs { get; init; }

    /// <summary>Base fee of block 0.</summary>
    public required Amount BaseFeePerGas { get; init; }

    /// <summary>What all entries must add up to.</summary>
    public Amount Supply { get; init; } = Allocation.Supply;

    public required ChainParams Params { get; init; }

    public required IReadOnlyList<SpecAccount> Accounts { get; init; }

    public required IReadOnlyList<SpecVesting> Vesting { get; init; }

    public required IReadOnlyList<SpecValidator> Validators { get; init; }

    /// <summary>Null: a chain without a log.</summary>
    public SpecCommittee? Committee { get; init; }

    public required SpecEconomics Economics { get; init; }

    /// <summary>Unbonding is that of <see cref="Params"/>.</summary>
    public required NodesParams Nodes { get; init; }

    /// <summary>Epoch, unbonding and liveness window are those of <see cref="Params"/>.</summary>
    public required StakingParams Staking { get; init; }
}

/// <summary>A plain balance.</summary>
public sealed record SpecAccount(Address Address, Amount Balance, Share Share);

/// <summary>An amount that becomes available evenly over a time.</summary>
public sealed record SpecVesting(Address Beneficiary, Amount Total, ulong StartMs, ulong DurationMs, Share Share);

/// <summary>A validator of block 1.</summary>
/// <param name="ConsensusKey">Ed25519.</param>
/// <param name="Proof">64 bytes: the key's signature over <c>ProofOfPossession.ConsensusMessage</c>.</param>
/// <param name="Payout">Where its tips go.</param>
public sealed record SpecValidator(
    Address Operator, Hash256 ConsensusKey, ReadOnlyMemory<byte> Proof, Address Payout, ulong CommissionBps, Amount Stake, Share Share);

/// <summary>The log's committee of one.</summary>
/// <param name="Validator">The operator it belongs to.</param>
/// <param name="Key">Ed25519.</param>
/// <param name="Proof">64 bytes: the key's signature over <c>ProofOfPossession.CommitteeMessage</c>.</param>
public sealed record SpecCommittee(Address Validator, Hash256 Key, ReadOnlyMemory<byte> Proof);

/// <summary>What the economics module starts with: the reward pool and the treasury that holds the community grants.</summary>
public sealed record SpecEconomics(Amount RewardPool, ulong RewardPoolDurationMs, Amount Treasury, EconomicsParams Params);
