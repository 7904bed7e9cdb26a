using System.Buffers.Binary;
using System.Numerics;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>
/// Places keys in tables. Owners choose ids freely, so a fixed mix would let one of them put all of his ids in one place; the products
/// depend on a seed that he does not know. It decides nothing but speed.
/// </summary>
internal static class KeyMix
{
    private const ulong First = 0x9e3779b97f4a7c15, Second = 0xc2b2ae3d27d4eb4f, Third = 0xd6e8feb86659fd93;

    public static ulong Of(in Hash256 id, ulong seed)
    {
        ReadOnlySpan<byte> bytes = id.Span;
        ulong low = Fold(Word(bytes, 0) ^ seed, Word(bytes, 8) ^ First);
        ulong high = Fold(Word(bytes, 16) ^ BitOperations.RotateLeft(seed, 32), Word(bytes, 24) ^ Second);
        return Fold(low ^ Third, high ^ seed);
    }

    public static ulong Of(ulong number, ulong seed) => Fold(number ^ seed, First ^ BitOperations.RotateLeft(seed, 17));

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    /// <summary>Both halves of the product.</summary>
    private static ulong Fold(ulong left, ulong right) => Math.BigMul(left, right, out ulong low) ^ low;
}
