using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Placement;

/// <summary>A node that may be given chunks, as far as placement looks at it.</summary>
/// <param name="WeightGib">What it has free, at least 1: its share of new chunks (rulings 41).</param>
/// <param name="RoomBytes">What it may take without falling below a fifth of its capacity free. Not zero.</param>
internal readonly record struct PlaceableNode(Hash256 Id, Address Operator, ushort Zone, StorageNetwork Network, ulong WeightGib, ulong RoomBytes)
{
    /// <summary>The id as numbers, for the draw.</summary>
    public ulong First { get; } = ChunkDraw.Words(Id).First;

    public ulong Second { get; } = ChunkDraw.Words(Id).Second;

    public ulong Third { get; } = ChunkDraw.Words(Id).Third;

    public ulong Fourth { get; } = ChunkDraw.Words(Id).Fourth;
}
