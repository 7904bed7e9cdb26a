using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Gossip;

/// <summary>One part of a value with its Merkle proof.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Bytes">64 KiB; the last part holds the rest.</param>
/// <param name="Proof">Siblings from the leaf up.</param>
public readonly record struct ValuePart(int Index, ReadOnlyMemory<byte> Bytes, IReadOnlyList<Hash256> Proof);
