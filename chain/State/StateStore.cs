using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>One version of the state tree: its root and what is needed to derive the next. Immutable; dropping it drops the proposal.</summary>
public abstract class StateVersion
{
    public abstract Hash256 Root { get; }

    /// <summary>Storage root of module n (0..15), the empty-trie root where it has none.</summary>
    public abstract Hash256 ModuleRoot(int module);
}

public sealed record StorageProof(Hash256 Slot, Uint256 Value, IReadOnlyList<ReadOnlyMemory<byte>> Nodes);

/// <summary>As eth_getProof gives it (EIP-1186).</summary>
public sealed record AccountProof(
    Address Address, Account Account, Hash256 CodeHash, Hash256 StorageRoot,
    IReadOnlyList<ReadOnlyMemory<byte>> Nodes, IReadOnlyList<StorageProof> Storage);

/// <summary>Asked for a height outside the retention window.</summary>
public sealed class HistoryUnavailableException(ulong oldest) : Exception($"historical state not available: oldest {oldest}")
{
    public ulong Oldest { get; } = oldest;
}
