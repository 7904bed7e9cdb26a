using Dsdn.Chain.Primitives;
using Dsdn.Genesis.Reading;

namespace Dsdn.Genesis.Rules;

/// <summary>Balances and grants, entry by entry.</summary>
internal static class AccountRules
{
    private const ushort ModulesFirst = 0x800;
    private const ushort ModulesLast = 0x80f;

    public static void Check(SpecReader reader)
    {
        SortedSet<(Address, Share)> seen = [];
        for (int i = 0; i < reader.Accounts.Count; i++) CheckAccount(reader.Accounts[i], reader.Spec.Accounts[i], seen);
        for (int i = 0; i < reader.Vesting.Count; i++) CheckGrant(reader.Vesting[i], reader.Spec.Vesting[i], reader.Root.IsGood("genesisTimeMs") ? reader.Spec.GenesisTimeMs : 0);
    }

    private static void CheckAccount(SpecFields fields, SpecAccount account, SortedSet<(Address, Share)> seen)
    {
        if (fields.IsGood("balance") && account.Balance.IsZero) fields.Refuse("balance", GenesisCodes.Account, "must not be zero");
        if (!fields.IsGood("address")) return;
        if (account.Address.IsZero) fields.Refuse("address", GenesisCodes.Account, "must not be the zero address");
        if (!seen.Add((account.Address, account.Share))) fields.Refuse("address", GenesisCodes.Duplicate, "this account appears twice with the same share");
        bool isSubsidy = account.Address == Allocation.SubsidyAddress && account.Share == Share.BootstrapSubsidy;
        if (account.Share == Share.BootstrapSubsidy && !isSubsidy)
            fields.Refuse("address", GenesisCodes.Account, $"the bootstrap subsidy lies at {Allocation.SubsidyAddress}");
        else if (IsModule(account.Address) && !isSubsidy) fields.Refuse("address", GenesisCodes.Account, "is the address of a module");
        if (fields.IsGood("share") && account.Share is Share.Foundation or Share.RewardPool or Share.CommunityGrants)
            fields.Refuse("share", GenesisCodes.Account, "this share is not a plain balance: it vests or lies in the economics module");
    }

    private static void CheckGrant(SpecFields fields, SpecVesting grant, ulong genesisTimeMs)
    {
        if (fields.IsGood("beneficiary") && (grant.Beneficiary.IsZero || IsModule(grant.Beneficiary)))
            fields.Refuse("beneficiary", GenesisCodes.Vesting, "must be an account that can claim");
        if (fields.IsGood("total") && grant.Total.IsZero) fields.Refuse("total", GenesisCodes.Vesting, "must not be zero");
        if (fields.IsGood("durationMs") && grant.DurationMs == 0) fields.Refuse("durationMs", GenesisCodes.Vesting, "must not be zero");
        if (fields.IsGood("startMs") && grant.StartMs < genesisTimeMs)
            fields.Refuse("startMs", GenesisCodes.Vesting, "must not be before genesis");
        if (fields.IsGood("share") && grant.Share is Share.RewardPool or Share.CommunityGrants or Share.BootstrapSubsidy)
            fields.Refuse("share", GenesisCodes.Vesting, "this share does not vest to an account");
        if (fields.IsGood("durationMs") && grant.Share == Share.Foundation && grant.DurationMs is > 0 and not Allocation.FoundationMs)
            fields.Refuse("durationMs", GenesisCodes.Vesting, $"the foundation vests over five years: {Allocation.FoundationMs}");
    }

    private static bool IsModule(Address address)
    {
        for (ushort number = ModulesFirst; number <= ModulesLast; number++)
        {
            if (address == Address.FromNumber(number)) return true;
        }
        return false;
    }
}
