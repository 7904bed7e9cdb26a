using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Transfers.Storing;

/// <summary>A chunk on its way to nodes.</summary>
/// <param name="Number">Of this upload, from 1, for people.</param>
internal sealed record OutgoingChunk(Hash256 ChunkId, uint LengthBytes, ChunkCoding Coding, IReadOnlyList<Hash256> Roots, ChunkBuffer Buffer, int Number)
{
    /// <summary>What the node of a slot has to store.</summary>
    public Hash256 RootOf(int slot) => Coding == ChunkCoding.Replicas ? Roots[0] : Roots[slot];
}

/// <summary>Where the log says that a chunk goes.</summary>
/// <param name="IsLive">It is stored already, by another upload or an earlier attempt.</param>
/// <param name="Places">By slot; slots without a node are left out.</param>
internal sealed record ReservedPlaces(ulong Seq, uint Generation, bool IsLive, IReadOnlyList<ReservedPlace> Places);

internal readonly record struct ReservedPlace(byte Slot, Hash256 NodeId, ushort Zone);
