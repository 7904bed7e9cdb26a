using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

internal static class StakingInvariants
{
    private const int RowsMax = 1_000_000;

    public static readonly IReadOnlyList<Invariant> All = [
        new("balance covers stake, unbonding and rewards", Books),
        new("totals are the sums of the rows", Totals),
        new("shares of a validator are the sum of its delegations", Shares),
        new("rewards owed cover what delegators can claim", Rewards),
        new("the index by power holds exactly the eligible validators", Index)];

    private static IEnumerable<string> Books(ModuleContext context)
    {
        Amount booked = StakingState.ReadTotals(context).Sum;
        if (context.Balance < booked) yield return $"balance {context.Balance}, booked {booked}";
    }

    private static IEnumerable<string> Totals(ModuleContext context)
    {
        Amount staked = Amount.Zero, owed = Amount.Zero, unbonding = Amount.Zero;
        foreach ((_, ValidatorRow row) in StakingState.Validators.Page(context, [], null, RowsMax))
        {
            staked += row.Tokens;
            owed += row.RewardsOwed + row.CommissionOwed;
        }
        foreach ((_, UnbondingPoolRow pool) in StakingState.UnbondingPools.Page(context, [], null, RowsMax)) unbonding += pool.Tokens;
        TotalsRow totals = StakingState.ReadTotals(context);
        if (totals.Staked != staked) yield return $"staked {totals.Staked}, rows {staked}";
        if (totals.Owed != owed) yield return $"owed {totals.Owed}, rows {owed}";
        if (totals.Unbonding != unbonding) yield return $"unbonding {totals.Unbonding}, rows {unbonding}";
    }

    private static IEnumerable<string> Shares(ModuleContext context)
    {
        SortedDictionary<Address, (UInt128 Shares, Amount Worth)> sums = [];
        Dictionary<Address, ValidatorRow> validators = StakingState.Validators.Page(context, [], null, RowsMax).ToDictionary(row => row.Key.Address, row => row.Row);
        foreach ((AddressPairKey key, DelegationRow row) in StakingState.Delegations.Page(context, [], null, RowsMax))
        {
            (UInt128 shares, Amount worth) = sums.GetValueOrDefault(key.Second);
            if (!validators.TryGetValue(key.Second, out ValidatorRow? validator))
            {
                yield return $"delegation to {key.Second}, which is no validator";
                continue;
            }
            sums[key.Second] = (shares + row.Shares, worth + StakeLedger.Worth(validator, row.Shares));
            if (key.First == key.Second && row.Shares != validator.SelfShares) yield return $"{key.First}: self shares {validator.SelfShares}, delegation {row.Shares}";
        }
        foreach ((AddressKey key, ValidatorRow validator) in StakingState.Validators.Page(context, [], null, RowsMax))
        {
            (UInt128 shares, Amount worth) = sums.GetValueOrDefault(key.Address);
            if (shares != validator.Shares) yield return $"{key.Address}: shares {validator.Shares}, delegations {shares}";
            if (worth > validator.Tokens) yield return $"{key.Address}: stake {validator.Tokens}, delegations are worth {worth}";
        }
    }

    private static IEnumerable<string> Rewards(ModuleContext context)
    {
        SortedDictionary<Address, Amount> claims = [];
        Dictionary<Address, ValidatorRow> validators = StakingState.Validators.Page(context, [], null, RowsMax).ToDictionary(row => row.Key.Address, row => row.Row);
        foreach ((AddressPairKey key, DelegationRow row) in StakingState.Delegations.Page(context, [], null, RowsMax))
            claims[key.Second] = claims.GetValueOrDefault(key.Second) + StakeLedger.Settle(validators[key.Second], row).Unclaimed;
        foreach ((Address validatorOperator, Amount claim) in claims)
            if (claim > validators[validatorOperator].RewardsOwed) yield return $"{validatorOperator}: owes {validators[validatorOperator].RewardsOwed}, claims {claim}";
    }

    private static IEnumerable<string> Index(ModuleContext context)
    {
        SortedDictionary<Address, ulong> indexed = [];
        foreach ((PowerKey key, _) in StakingState.ByPower.Page(context, [], null, RowsMax))
            if (!indexed.TryAdd(key.Operator, key.Power)) yield return $"{key.Operator} stands twice in the index";
        foreach ((AddressKey key, ValidatorRow row) in StakingState.Validators.Page(context, [], null, RowsMax))
        {
            if (indexed.GetValueOrDefault(key.Address) != row.Power) yield return $"{key.Address}: power {row.Power}, index {indexed.GetValueOrDefault(key.Address)}";
            indexed.Remove(key.Address);
        }
        foreach ((Address stranger, _) in indexed) yield return $"{stranger} stands in the index without being a validator";
    }
}
