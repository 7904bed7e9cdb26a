using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Slashing;

/// <summary>Initial state of module 5. It holds no money: what is taken goes from Staking to the treasury.</summary>
public sealed record SlashingGenesis
{
    public SlashingParams Params { get; init; } = new();

    /// <summary>Null: those of the code.</summary>
    public StorageParams? Storage { get; init; }

    /// <summary>What the checker of a genesis has to refuse; empty where all is well.</summary>
    public IEnumerable<string> Faults() =>
        [.. Params.Faults().Select(static fault => "slashing.params." + fault), .. (Storage?.Faults() ?? []).Select(static fault => "slashing.storage." + fault)];

    internal void Apply(ModuleContext context)
    {
        SlashingState.Params.Set(context, default, Params);
        if (Storage is { } storage) SlashingState.Storage.Set(context, default, storage);
    }
}
