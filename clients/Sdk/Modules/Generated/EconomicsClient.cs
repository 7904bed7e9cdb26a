// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>Holds the treasury, the reward pool that unlocks over twenty years, and vesting grants. Nothing is minted or burned.</summary>
public static class EconomicsClient
{
    public static readonly Address Address = Address.Parse("0x0000000000000000000000000000000000000808");

    private static readonly AbiFunction ClaimVestedFunction = AbiSignature.Function("function claimVested() returns (uint256 amount)");

    /// <summary>Pays the caller what has vested of its grants.</summary>
    public static ModuleCall ClaimVested() =>
        new(Address, Amount.Zero, ClaimVestedFunction.EncodeCall());

    private static readonly AbiFunction TreasuryFunction = AbiSignature.Function("function treasury() view returns (uint256 balance)");

    /// <summary>The treasury, in base units.</summary>
    public static ModuleQuery<Uint256> Treasury() =>
        new(Address, TreasuryFunction, TreasuryFunction.EncodeCall(), values => values[0].Word);

    private static readonly AbiFunction RewardPoolFunction = AbiSignature.Function("function rewardPool() view returns (uint256 total, uint256 unlocked, uint256 paid, uint64 startMs, uint64 durationMs)");

    /// <summary>The node and validator reward pool: what it began with, what time has unlocked, what was paid.</summary>
    public static ModuleQuery<EconomicsRewardPoolResult> RewardPool() =>
        new(Address, RewardPoolFunction, RewardPoolFunction.EncodeCall(), values => new(values[0].Word, values[1].Word, values[2].Word, values[3].UInt64, values[4].UInt64));

    private static readonly AbiFunction VestedFunction = AbiSignature.Function("function vested(address beneficiary) view returns (uint256 total, uint256 unlocked, uint256 claimed, uint256 claimable)");

    /// <summary>Sum over the grants of an account.</summary>
    public static ModuleQuery<EconomicsVestedResult> Vested(Address beneficiary) =>
        new(Address, VestedFunction, VestedFunction.EncodeCall(beneficiary), values => new(values[0].Word, values[1].Word, values[2].Word, values[3].Word));

    private static readonly AbiFunction GrantsFunction = AbiSignature.Function("function grants(address beneficiary) view returns ((uint256 total, uint256 claimed, uint64 startMs, uint64 durationMs)[] grants)");

    /// <summary>The grants of an account.</summary>
    public static ModuleQuery<EconomicsGrantsRow[]> Grants(Address beneficiary) =>
        new(Address, GrantsFunction, GrantsFunction.EncodeCall(beneficiary), values => values[0].Items.Select(item => new EconomicsGrantsRow(item.Items[0].Word, item.Items[1].Word, item.Items[2].UInt64, item.Items[3].UInt64)).ToArray());

    private static readonly AbiFunction ParamsFunction = AbiSignature.Function("function params() view returns (uint16 stakingRewardBps)");

    /// <summary>Yearly reward of validators' stake from the pool, in hundredths of a percent.</summary>
    public static ModuleQuery<ulong> Params() =>
        new(Address, ParamsFunction, ParamsFunction.EncodeCall(), values => values[0].UInt64);
}

/// <summary>Generated from the declaration of Economics.</summary>
public sealed record EconomicsGrantsRow(Uint256 Total, Uint256 Claimed, ulong StartMs, ulong DurationMs);

/// <summary>Generated from the declaration of Economics.</summary>
public sealed record EconomicsRewardPoolResult(Uint256 Total, Uint256 Unlocked, Uint256 Paid, ulong StartMs, ulong DurationMs);

/// <summary>Generated from the declaration of Economics.</summary>
public sealed record EconomicsVestedResult(Uint256 Total, Uint256 Unlocked, Uint256 Claimed, Uint256 Claimable);
