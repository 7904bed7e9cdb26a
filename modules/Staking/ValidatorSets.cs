using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Staking;

/// <summary>
/// Who votes. A set is kept under the first height it votes on; it changes at epoch ends, and by jailing for the next block
/// (chain-decisions 1.12).
/// </summary>
internal static class ValidatorSets
{
    /// <summary>Old sets looked at for deletion when a new one is made.</summary>
    private const int PrunedPerChangeMax = 4;

    /// <summary>Sets looked back on: those of 14 days at a change an hour.</summary>
    private const int StepsBackMax = 336;

    public static ValidatorSet Current(ModuleContext context) => CurrentRow(context, out _).Set;

    public static SetRow CurrentRow(ModuleContext context, out ulong fromHeight)
    {
        fromHeight = StakingState.CurrentSet.Get(context, default).ToUInt64();
        return StakingState.Sets.Find(context, new NumberKey(fromHeight)) ?? throw new StateCorruptException("staking has no validator set");
    }

    /// <summary>The set that voted on a height; null where it is not kept any more.</summary>
    public static SetRow? At(ModuleContext context, ulong height)
    {
        SetRow? row = CurrentRow(context, out ulong from);
        for (int steps = 0; row is not null && from > height; steps++)
        {
            if (steps == StepsBackMax || row.PreviousHeight == 0) return null;
            from = row.PreviousHeight;
            row = StakingState.Sets.Find(context, new NumberKey(from));
        }
        return row;
    }

    /// <summary>Makes <paramref name="validators"/> the set from the next block on, unless it already is.</summary>
    public static void Change(ModuleContext context, StakingParams parameters, IReadOnlyList<Validator> validators)
    {
        SetRow current = CurrentRow(context, out ulong from);
        if (Same(current.Set.Validators, validators)) return;
        ulong next = context.Block.Height + 1;
        SetRow row = new(context.Block.TimeMs, from == next ? current.PreviousHeight : from, new ValidatorSet(validators));
        StakingState.Sets.Set(context, new NumberKey(next), row);
        StakingState.CurrentSet.Set(context, default, (Uint256)next);
        Prune(context, parameters, row.PreviousHeight);
        ulong power = validators.Aggregate(0UL, (sum, validator) => sum + validator.Power);
        context.Emit(StakingEvents.ValidatorSetChanged, next, (ulong)validators.Count, power);
    }

    /// <summary>
    /// The set of the next epoch: the strongest eligible validators, moved towards from the current set as far as the limit
    /// on change allows. Losses go first, in order of the current set; gains follow in order of the new one.
    /// </summary>
    public static IReadOnlyList<Validator> Choose(ModuleContext context, StakingParams parameters)
    {
        IReadOnlyList<Validator> current = Current(context).Validators;
        Dictionary<Address, ulong> powers = current.ToDictionary(validator => validator.Operator, validator => validator.Power);
        List<Validator> wanted = Strongest(context, parameters);
        Dictionary<Address, Validator> wantedByOperator = wanted.ToDictionary(validator => validator.Operator);
        ulong total = current.Aggregate(0UL, (sum, validator) => sum + validator.Power);
        ulong mayLeave = total / parameters.PowerChangeDivisor;
        ulong mayJoin = mayLeave;

        List<Validator> chosen = [];
        foreach (Validator validator in current)
        {
            ulong target = wantedByOperator.TryGetValue(validator.Operator, out Validator? kept) ? kept.Power : 0;
            if (target >= validator.Power) continue;
            ulong loss = Math.Min(validator.Power - target, mayLeave);
            mayLeave -= loss;
            if (validator.Power > loss) chosen.Add(Refreshed(context, validator, validator.Power - loss));
        }
        foreach (Validator validator in wanted)
        {
            ulong before = powers.GetValueOrDefault(validator.Operator);
            if (before > validator.Power) continue; // came down above
            ulong gain = Math.Min(validator.Power - before, mayJoin);
            mayJoin -= gain;
            if (before + gain > 0) chosen.Add(validator with { Power = before + gain });
        }
        chosen.Sort(Order);
        return chosen.Count == 0 ? current : chosen.Count > (int)parameters.ValidatorsMax ? chosen[..(int)parameters.ValidatorsMax] : chosen;
    }

    /// <summary>Takes one validator out of the next block's set. False where it would leave nobody: the chain must go on.</summary>
    public static bool Remove(ModuleContext context, StakingParams parameters, Address validatorOperator)
    {
        IReadOnlyList<Validator> current = Current(context).Validators;
        Validator[] rest = [.. current.Where(validator => validator.Operator != validatorOperator)];
        if (rest.Length == 0) return false;
        Change(context, parameters, rest);
        return true;
    }

    /// <summary>Power descending, then operator ascending.</summary>
    public static int Order(Validator left, Validator right)
    {
        int byPower = right.Power.CompareTo(left.Power);
        return byPower != 0 ? byPower : left.Operator.CompareTo(right.Operator);
    }

    private static List<Validator> Strongest(ModuleContext context, StakingParams parameters)
    {
        List<Validator> strongest = [];
        foreach ((PowerKey key, _) in StakingState.ByPower.Page(context, [], null, (int)parameters.ValidatorsMax))
        {
            if (StakingState.Validators.Find(context, new AddressKey(key.Operator)) is { } row)
                strongest.Add(new Validator(key.Operator, row.ConsensusKey.ToArray(), key.Power, row.Payout));
        }
        return strongest;
    }

    /// <summary>A validator that stays with less power still takes its newest key and payout.</summary>
    private static Validator Refreshed(ModuleContext context, Validator validator, ulong power) =>
        StakingState.Validators.Find(context, new AddressKey(validator.Operator)) is { } row
            ? new Validator(validator.Operator, row.ConsensusKey.ToArray(), power, row.Payout)
            : validator with { Power = power };

    /// <summary>A set is kept as long as evidence against its members is valid: twice the unbonding time after another followed it.</summary>
    private static void Prune(ModuleContext context, StakingParams parameters, ulong previousHeight)
    {
        IReadOnlyList<(NumberKey Key, SetRow Row)> oldest = StakingState.Sets.Page(context, [], null, PrunedPerChangeMax + 1);
        for (int i = 0; i + 1 < oldest.Count; i++)
        {
            if (oldest[i].Key.Number >= previousHeight || oldest[i + 1].Row.MadeMs + (2 * parameters.UnbondingMs) > context.Block.TimeMs) return;
            StakingState.Sets.Delete(context, oldest[i].Key);
        }
    }

    private static bool Same(IReadOnlyList<Validator> left, IReadOnlyList<Validator> right)
    {
        if (left.Count != right.Count) return false;
        for (int i = 0; i < left.Count; i++)
        {
            if (left[i].Operator != right[i].Operator || left[i].Power != right[i].Power || left[i].Payout != right[i].Payout
                || !left[i].ConsensusKey.Span.SequenceEqual(right[i].ConsensusKey.Span)) return false;
        }
        return true;
    }
}
