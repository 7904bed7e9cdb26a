using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>As eth_getProof gives it (EIP-1186).</summary>
public sealed record AccountProof(
    Address Address, Account Account, Hash256 CodeHash, Hash256 StorageRoot,
    IReadOnlyList<ReadOnlyMemory<byte>> Nodes, IReadOnlyList<StorageProof> Storage);

/// <param name="Slot">As asked for, before hashing; zero value = proven absent.</param>
public sealed record StorageProof(Hash256 Slot, Uint256 Value, IReadOnlyList<ReadOnlyMemory<byte>> Nodes);
