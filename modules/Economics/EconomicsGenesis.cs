using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Economics;

/// <summary>One grant that vests evenly from its start.</summary>
public sealed record GenesisGrant(Address Beneficiary, Amount Total, ulong StartMs, ulong DurationMs);

/// <summary>Initial state of module 8. The sum of all amounts is the module's balance at block 0.</summary>
public sealed record EconomicsGenesis
{
    public const ulong YearMs = 365UL * 24 * 60 * 60 * 1000;

    public const int GrantsPerAccountMax = ClaimVested.GrantsMax;

    public EconomicsParams Params { get; init; } = new();

    public Amount Treasury { get; init; }

    public Amount RewardPool { get; init; }

    public ulong RewardPoolStartMs { get; init; }

    public ulong RewardPoolDurationMs { get; init; } = 20 * YearMs;

    public IReadOnlyList<GenesisGrant> Grants { get; init; } = [];

    public Amount Total => Grants.Aggregate(Treasury + RewardPool, (sum, grant) => sum + grant.Total);

    /// <summary>What the checker of a genesis has to refuse; empty where all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in Params.Faults()) yield return "economics.params." + fault;
        if (RewardPoolDurationMs == 0) yield return "economics.rewardPoolDurationMs: above zero";
        foreach (GenesisGrant grant in Grants)
            if (grant.DurationMs == 0 || grant.Total.IsZero) yield return $"economics.grants: {grant.Beneficiary} needs an amount and a duration above zero";
        foreach (IGrouping<Address, GenesisGrant> account in Grants.GroupBy(grant => grant.Beneficiary).OrderBy(account => account.Key))
            if (account.Count() > GrantsPerAccountMax) yield return $"economics.grants: {account.Key} has more than {GrantsPerAccountMax}";
    }

    internal void Apply(ModuleContext context)
    {
        EconomicsState.Params.Set(context, default, Params);
        EconomicsState.Treasury.Set(context, default, Treasury);
        EconomicsState.RewardPool.Set(context, default, new StreamRow(RewardPool, Amount.Zero, RewardPoolStartMs, RewardPoolDurationMs));
        Amount left = Amount.Zero;
        ulong number = 0;
        foreach (GenesisGrant grant in Grants)
        {
            EconomicsState.Grants.Set(context, new AddressNumberKey(grant.Beneficiary, number++), new StreamRow(grant.Total, Amount.Zero, grant.StartMs, grant.DurationMs));
            left += grant.Total;
        }
        EconomicsState.GrantsLeft.Set(context, default, left);
    }
}
