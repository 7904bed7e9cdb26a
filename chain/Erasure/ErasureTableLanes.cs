using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Chain.Erasure;

/// <summary>A byte's product is that of its low half and that of its high half: two look-ups among sixteen, for 16 bytes at once.</summary>
internal readonly unsafe struct Table128 : IErasureLane<Vector128<byte>>
{
    /// <summary>The products of the low halves, then of the high halves.</summary>
    public const int TableBytes = 2 * 16;

    public static int FactorBytes => TableBytes;

    public static void Prepare(byte factor, byte* at)
    {
        for (int half = 0; half < 16; half++)
        {
            at[half] = GaloisField.Multiply((byte)half, factor);
            at[16 + half] = GaloisField.Multiply((byte)(half << 4), factor);
        }
    }

    public static Vector128<byte> Load(byte* at) => Vector128.Load(at);

    public static void Store(byte* at, Vector128<byte> vector) => vector.Store(at);

    public static Vector128<byte> Xor(Vector128<byte> a, Vector128<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<byte> Low, Vector128<byte> High) Split(Vector128<byte> input) =>
        (input & Vector128.Create((byte)0x0f), (input.AsUInt16() >>> 4).AsByte() & Vector128.Create((byte)0x0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Product(byte* factor, Vector128<byte> low, Vector128<byte> high) =>
        Vector128.ShuffleNative(Vector128.Load(factor), low) ^ Vector128.ShuffleNative(Vector128.Load(factor + 16), high);
}

/// <summary>Two <see cref="Table128"/> side by side.</summary>
internal readonly unsafe struct Table256 : IErasureLane<Vector256<byte>>
{
    public static int FactorBytes => Table128.TableBytes;

    public static void Prepare(byte factor, byte* at) => Table128.Prepare(factor, at);

    public static Vector256<byte> Load(byte* at) => Vector256.Load(at);

    public static void Store(byte* at, Vector256<byte> vector) => vector.Store(at);

    public static Vector256<byte> Xor(Vector256<byte> a, Vector256<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<byte> Low, Vector256<byte> High) Split(Vector256<byte> input) =>
        (input & Vector256.Create((byte)0x0f), (input.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)0x0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Product(byte* factor, Vector256<byte> low, Vector256<byte> high) => In(factor, low) ^ In(factor + 16, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> In(byte* table, Vector256<byte> at)
    {
        if (Avx2.IsSupported) return Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(table), at);
        Vector128<byte> half = Vector128.Load(table);
        return Vector256.Create(Vector128.ShuffleNative(half, at.GetLower()), Vector128.ShuffleNative(half, at.GetUpper()));
    }
}

/// <summary>Four <see cref="Table128"/> side by side.</summary>
internal readonly unsafe struct Table512 : IErasureLane<Vector512<byte>>
{
    public static int FactorBytes => Table128.TableBytes;

    public static void Prepare(byte factor, byte* at) => Table128.Prepare(factor, at);

    public static Vector512<byte> Load(byte* at) => Vector512.Load(at);

    public static void Store(byte* at, Vector512<byte> vector) => vector.Store(at);

    public static Vector512<byte> Xor(Vector512<byte> a, Vector512<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<byte> Low, Vector512<byte> High) Split(Vector512<byte> input) =>
        (input & Vector512.Create((byte)0x0f), (input.AsUInt16() >>> 4).AsByte() & Vector512.Create((byte)0x0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Product(byte* factor, Vector512<byte> low, Vector512<byte> high)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.Shuffle(Avx512F.BroadcastVector128ToVector512((uint*)factor).AsByte(), low)
                ^ Avx512BW.Shuffle(Avx512F.BroadcastVector128ToVector512((uint*)(factor + 16)).AsByte(), high);
        }
        return Vector512.Create(Table256.Product(factor, low.GetLower(), high.GetLower()), Table256.Product(factor, low.GetUpper(), high.GetUpper()));
    }
}
