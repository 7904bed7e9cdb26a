using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>Initial state of module 1: parameters; nodes register themselves.</summary>
public sealed record NodesGenesis
{
    public NodesParams Params { get; init; } = new();

    public Amount Total => Amount.Zero;

    /// <summary>What the checker of a genesis has to refuse; empty where all is well.</summary>
    public IEnumerable<string> Faults() => Params.Faults().Select(fault => "nodes.params." + fault);

    internal void Apply(ModuleContext context) => NodesState.Params.Set(context, default, Params);
}
