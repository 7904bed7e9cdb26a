using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Agreements;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Slashing;
using Dsdn.Modules.Staking;

namespace Dsdn.Modules;

/// <summary>The modules of Chain Nusantara, and in what order their block work runs.</summary>
public static class DsdnModules
{
    public static readonly ModuleTable Table = new(
        modules: [StakingModule.Declaration, NodesModule.Declaration, CommitteeModule.Declaration, SlashingModule.Declaration, EconomicsModule.Declaration, AgreementsModule.Declaration],
        beginBlock: [
            new Hook(SlashingState.Module, "evidence", "one step an item of evidence, at most 16", Punish.Run),
            new Hook(StakingState.Module, "liveness", "one step a validator that missed the parent, at most 150", Liveness.Run),
        ],
        endBlock: [new Hook(StakingState.Module, "epoch", "at epoch ends one step a validator, at most 150", EpochEnd.Run)],
        consensus: new ConsensusPort(StakingState.Module, ValidatorSets.Current, new EvidencePort(SlashingState.Module, Punish.Find)));

    /// <summary>Base fees wait here for the end of the epoch.</summary>
    public static Address FeePool => Table.Consensus.FeePool;

    /// <summary>Name, address, ABI and Solidity interface of each module, ascending by address.</summary>
    public static IReadOnlyList<ModuleDescription> Descriptions { get; } = [.. Table.Modules.Select(ModuleTexts.Describe)];

    public static ModuleKernel Kernel() => new(Table, GasSchedule.Default);
}
