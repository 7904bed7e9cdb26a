using System.Buffers.Binary;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Placement;

/// <summary>
/// The draws of a chunk: one SHA-256 over seed, agreement and chunk, then a mixer a node (decision 0029). Whoever could choose a node's id after the seed was known could win any
/// draw under any public function; so what protects is that nodes are older than the seed, and the mixer need only be even.
/// </summary>
internal readonly struct ChunkDraw
{
    private readonly ulong _first, _second, _third, _fourth;

    /// <param name="seed">Of the running epoch of the log's committee; the genesis hash in epoch 0.</param>
    public ChunkDraw(in Hash256 seed, in Hash256 agreement, in Hash256 chunk)
    {
        Hash256 hash = LogTag.Hash(LogDomain.Placement, new LogWriter(3 * Hash256.Size).Hash(seed).Hash(agreement).Hash(chunk).Written);
        (_first, _second, _third, _fourth) = Words(hash);
    }

    /// <summary>64 even bits for a node.</summary>
    public ulong Of(in PlaceableNode node)
    {
        unchecked
        {
            ulong mixed = Mix(_first ^ node.First);
            mixed = Mix(mixed + (_second ^ node.Second));
            mixed = Mix(mixed + (_third ^ node.Third));
            return Mix(mixed + (_fourth ^ node.Fourth));
        }
    }

    internal static (ulong First, ulong Second, ulong Third, ulong Fourth) Words(in Hash256 id)
    {
        ReadOnlySpan<byte> bytes = id.Span;
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }
}
