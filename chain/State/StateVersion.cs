using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>One version of the state tree: its root and what is needed to derive the next. Immutable; dropping it drops the proposal.</summary>
public abstract class StateVersion
{
    public abstract Hash256 Root { get; }

    /// <summary>Storage root of module n (0..15), the empty-trie root where it has none.</summary>
    public abstract Hash256 ModuleRoot(int module);
}
