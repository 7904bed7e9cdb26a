using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Chain.Erasure;

/// <summary>
/// Multiplication by a factor is linear over bits, so it is an 8x8 matrix of bits, in the order of GF2P8AFFINEQB: byte 7 - i of the
/// matrix gives bit i of the product, which is the parity of that byte and the input.
/// </summary>
internal static class AffineMatrix
{
    private const int Bits = 8;

    public static ulong Of(byte factor)
    {
        ulong matrix = 0;
        for (int bit = 0; bit < Bits; bit++)
        {
            byte column = GaloisField.Multiply((byte)(1 << bit), factor);
            for (int row = 0; row < Bits; row++)
                if ((column >> row & 1) == 1) matrix |= 1UL << ((Bits * (Bits - 1 - row)) + bit);
        }
        return matrix;
    }

    /// <summary>The instruction in plain steps, for processors without it.</summary>
    public static byte Apply(ulong matrix, byte input)
    {
        int product = 0;
        for (int row = 0; row < Bits; row++)
            product |= (System.Numerics.BitOperations.PopCount(matrix >> (Bits * (Bits - 1 - row)) & input) & 1) << row;
        return (byte)product;
    }
}

/// <summary>32 bytes by one affine transformation. Without GFNI it is written out, so that the path can be taken everywhere.</summary>
internal readonly unsafe struct Affine256 : IErasureLane<Vector256<byte>>
{
    public static int FactorBytes => sizeof(ulong);

    public static void Prepare(byte factor, byte* at) => *(ulong*)at = AffineMatrix.Of(factor);

    public static Vector256<byte> Load(byte* at) => Vector256.Load(at);

    public static void Store(byte* at, Vector256<byte> vector) => vector.Store(at);

    public static Vector256<byte> Xor(Vector256<byte> a, Vector256<byte> b) => a ^ b;

    public static (Vector256<byte> Low, Vector256<byte> High) Split(Vector256<byte> input) => (input, input);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Product(byte* factor, Vector256<byte> low, Vector256<byte> high)
    {
        if (Gfni.V256.IsSupported) return Gfni.V256.GaloisFieldAffineTransform(low, Vector256.Create(*(ulong*)factor).AsByte(), 0);
        Vector256<byte> product = default;
        for (int i = 0; i < Vector256<byte>.Count; i++) product = product.WithElement(i, AffineMatrix.Apply(*(ulong*)factor, low.GetElement(i)));
        return product;
    }
}

/// <summary>64 bytes by one affine transformation.</summary>
internal readonly unsafe struct Affine512 : IErasureLane<Vector512<byte>>
{
    public static int FactorBytes => sizeof(ulong);

    public static void Prepare(byte factor, byte* at) => Affine256.Prepare(factor, at);

    public static Vector512<byte> Load(byte* at) => Vector512.Load(at);

    public static void Store(byte* at, Vector512<byte> vector) => vector.Store(at);

    public static Vector512<byte> Xor(Vector512<byte> a, Vector512<byte> b) => a ^ b;

    public static (Vector512<byte> Low, Vector512<byte> High) Split(Vector512<byte> input) => (input, input);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Product(byte* factor, Vector512<byte> low, Vector512<byte> high) => Gfni.V512.IsSupported
        ? Gfni.V512.GaloisFieldAffineTransform(low, Vector512.Create(*(ulong*)factor).AsByte(), 0)
        : Vector512.Create(Affine256.Product(factor, low.GetLower(), low.GetLower()), Affine256.Product(factor, low.GetUpper(), low.GetUpper()));
}
