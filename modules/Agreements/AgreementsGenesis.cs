using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Agreements;

/// <summary>Initial state of module 10: parameters; accounts open agreements themselves.</summary>
public sealed record AgreementsGenesis
{
    public AgreementsParams Params { get; init; } = new();

    /// <summary>What the checker of a genesis has to refuse; empty where all is well.</summary>
    public IEnumerable<string> Faults() => Params.Faults().Select(fault => "agreements.params." + fault);

    internal void Apply(ModuleContext context) => AgreementsState.Params.Set(context, default, Params);
}
