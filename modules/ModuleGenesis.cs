using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Agreements;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Economics;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Slashing;
using Dsdn.Modules.Staking;

namespace Dsdn.Modules;

/// <summary>The modules' part of a genesis. The builder adds plain accounts; together they are the supply.</summary>
public sealed record ModuleGenesis
{
    public StakingGenesis Staking { get; init; } = new();

    public NodesGenesis Nodes { get; init; } = new();

    /// <summary>Null: a chain without a log, whose state has nothing of module 2.</summary>
    public CommitteeGenesis? Committee { get; init; }

    /// <summary>Null where there is no log: the state has nothing of module 10.</summary>
    public AgreementsGenesis? Agreements { get; init; }

    public SlashingGenesis Slashing { get; init; } = new();

    public EconomicsGenesis Economics { get; init; } = new();

    /// <summary>What the modules hold at block 0.</summary>
    public Amount Total => Staking.Total + Nodes.Total + Economics.Total;

    /// <summary>Everything wrong with it, each with its path; empty where it may be applied.</summary>
    public IReadOnlyList<string> Faults(ulong chainId) => [.. Staking.Faults(chainId), .. Nodes.Faults(), .. Committee?.Faults(chainId) ?? [], .. Slashing.Faults(), .. Economics.Faults(), .. Agreements?.Faults() ?? []];

    /// <summary>Writes module accounts (with their code marker and balances) and tables. Call once, on a state without modules.</summary>
    /// <exception cref="ArgumentException">there are faults</exception>
    public void Apply(StateOverlay state, ulong chainId, ulong timeMs)
    {
        if (Faults(chainId) is [string first, ..]) throw new ArgumentException(first);
        ModuleKernel kernel = DsdnModules.Kernel();
        BlockContext block = new(chainId, 0, timeMs, default, default, default, 0, default);
        foreach (ModuleDeclaration module in DsdnModules.Table.Modules)
        {
            if ((module.Number == CommitteeState.Module && Committee is null) || (module.Number == AgreementsState.Module && Agreements is null)) continue;
            state.SetAccount(ModuleTable.AddressOf(module.Number), new Account(0, BalanceOf(module.Number), IsModule: true));
        }
        Economics.Apply(kernel.GenesisWriter(state, block, EconomicsState.Module));
        Nodes.Apply(kernel.GenesisWriter(state, block, NodesState.Module));
        Committee?.Apply(kernel.GenesisWriter(state, block, CommitteeState.Module));
        Agreements?.Apply(kernel.GenesisWriter(state, block, AgreementsState.Module));
        Slashing.Apply(kernel.GenesisWriter(state, block, SlashingState.Module));
        Staking.Apply(kernel.GenesisWriter(state, block, StakingState.Module));
    }

    private Amount BalanceOf(byte module) => module switch
    {
        StakingState.Module => Staking.Total,
        NodesState.Module => Nodes.Total,
        EconomicsState.Module => Economics.Total,
        _ => Amount.Zero,
    };
}
