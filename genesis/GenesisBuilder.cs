using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Modules;
using Dsdn.Modules.Agreements;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Slashing;
using Dsdn.Modules.Staking;

namespace Dsdn.Genesis;

/// <summary>Makes block 0 and its state from a spec that the checker passed.</summary>
public static class GenesisBuilder
{
    /// <exception cref="ArgumentException">the spec was not checked: its modules have faults</exception>
    public static GenesisBlock Build(GenesisSpec spec)
    {
        using var empty = new MemoryStore();
        var state = new StateOverlay(StateStore.Open(empty, new StateOptions()).Head);
        foreach (SpecAccount account in spec.Accounts)
        {
            state.TryGetAccount(account.Address, out Account before); // it may hold of several shares
            state.SetAccount(account.Address, before with { Balance = before.Balance + account.Balance });
        }
        ModulesOf(spec).Apply(state, spec.ChainId, spec.GenesisTimeMs);
        return GenesisBlock.Make(
            spec.ChainId, spec.Params, spec.GenesisTimeMs / 1000, spec.BaseFeePerGas,
            BlockHashes.GenesisExtraData(SpecWriter.Canonical(spec)), state.Changes());
    }

    /// <summary>The modules' part of the spec.</summary>
    public static ModuleGenesis ModulesOf(GenesisSpec spec) => new()
    {
        Staking = new StakingGenesis
        {
            Params = spec.Staking,
            Validators = [.. spec.Validators.Select(validator => new GenesisValidator(
                validator.Operator, validator.ConsensusKey, validator.Proof, validator.Payout, validator.CommissionBps, validator.Stake))],
        },
        Nodes = new NodesGenesis { Params = spec.Nodes },
        Committee = spec.Committee is { } committee ? new CommitteeGenesis(committee.Validator, committee.Key, committee.Proof) : null,
        // What nodes have in stake stays slashable as long as they have to store for an agreement that ended.
        Agreements = spec.Committee is null ? null : new AgreementsGenesis { Params = new AgreementsParams { GraceMs = spec.Params.UnbondingMs } },
        Slashing = new SlashingGenesis { Params = new SlashingParams { EvidenceBlocksMax = SlashingParams.EvidenceBlocks(spec.Params.UnbondingMs, spec.Params.BlockIntervalMs) } },
        Economics = new EconomicsGenesis
        {
            Params = spec.Economics.Params,
            Treasury = spec.Economics.Treasury,
            RewardPool = spec.Economics.RewardPool,
            RewardPoolStartMs = spec.GenesisTimeMs,
            RewardPoolDurationMs = spec.Economics.RewardPoolDurationMs,
            Grants = [.. spec.Vesting.Select(grant => new GenesisGrant(grant.Beneficiary, grant.Total, grant.StartMs, grant.DurationMs))],
        },
    };
}
