using Dsdn.Chain.Primitives;
using Dsdn.Genesis.Reading;

namespace Dsdn.Genesis.Rules;

/// <summary>Everything adds up to the supply, and each share to its part of it (protocol 1.4).</summary>
internal static class SupplyRules
{
    public static void Check(SpecReader reader)
    {
        if (!reader.AmountsAreWhole) return; // what is unreadable was reported; sums over the rest would mislead
        GenesisSpec spec = reader.Spec;
        if (spec.Supply != Allocation.Supply)
            reader.Root.Refuse("supply", GenesisCodes.Supply, $"the supply is {Allocation.Supply} base units");

        foreach (Share share in Allocation.Shares)
        {
            if (!TrySum(reader, share, out UInt128 sum, out SpecNode at)) reader.Root.Refuse(at, GenesisCodes.Allocation, $"{Allocation.Name(share)} is above 2^128 base units");
            else if (sum != Allocation.Of(share).BaseUnits)
                reader.Root.Refuse(at, GenesisCodes.Allocation, $"{Allocation.Name(share)} adds up to {new Amount(sum)}, not {Allocation.Of(share)} ({Allocation.Percent(share)} %)");
        }
    }

    /// <param name="at">The first entry of the share, or where it would be.</param>
    private static bool TrySum(SpecReader reader, Share share, out UInt128 sum, out SpecNode at)
    {
        List<(UInt128 Amount, SpecNode Node)> parts = [];
        GenesisSpec spec = reader.Spec;
        for (int i = 0; i < spec.Accounts.Count; i++) Take(spec.Accounts[i].Share, spec.Accounts[i].Balance, reader.Accounts[i].Node, "balance");
        for (int i = 0; i < spec.Vesting.Count; i++) Take(spec.Vesting[i].Share, spec.Vesting[i].Total, reader.Vesting[i].Node, "total");
        for (int i = 0; i < spec.Validators.Count; i++) Take(spec.Validators[i].Share, spec.Validators[i].Stake, reader.Validators[i].Node, "stake");
        Take(Share.RewardPool, spec.Economics.RewardPool, reader.RewardPool.Node, "total");
        Take(Share.CommunityGrants, spec.Economics.Treasury, reader.Economics.Node, "treasury");

        at = parts.Count > 0 ? parts[0].Node : reader.Root.Node.Member("accounts") ?? reader.Root.Node;
        sum = UInt128.Zero;
        foreach ((UInt128 amount, _) in parts)
        {
            if (amount > UInt128.MaxValue - sum) return false;
            sum += amount;
        }
        return true;

        void Take(Share of, Amount amount, SpecNode node, string member)
        {
            if (of == share) parts.Add((amount.BaseUnits, node.Member(member) ?? node));
        }
    }
}
