using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// The word of the permutation: one 64-bit lane of one state, or the same lane of several states side by side. The
/// permutation is written once over it and compiled for each width.
/// </summary>
internal interface IKeccakWord<TWord>
    where TWord : struct
{
    static abstract TWord Broadcast(ulong value);

    static abstract TWord Xor(TWord a, TWord b);

    static abstract TWord Xor(TWord a, TWord b, TWord c);

    /// <summary>a ^ (~b &amp; c).</summary>
    static abstract TWord Chi(TWord a, TWord b, TWord c);

    static abstract TWord RotateLeft(TWord a, [ConstantExpected] byte bits);
}

/// <summary>One state.</summary>
internal readonly struct ScalarWord : IKeccakWord<ulong>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Broadcast(ulong value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong a, ulong b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong a, ulong b, ulong c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Chi(ulong a, ulong b, ulong c) => a ^ (~b & c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateLeft(ulong a, [ConstantExpected] byte bits) => BitOperations.RotateLeft(a, bits);
}

/// <summary>Four states (AVX2 where there is one; correct everywhere).</summary>
internal readonly struct FourWords : IKeccakWord<Vector256<ulong>>
{
    private const byte LowHalves = 0x20;
    private const byte HighHalves = 0x31;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Broadcast(ulong value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Xor(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Chi(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c) => a ^ Vector256.AndNot(c, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> RotateLeft(Vector256<ulong> a, [ConstantExpected] byte bits) => (a << bits) | (a >>> (64 - bits));

    /// <summary>Turns four rows of four words into their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Transpose(ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d)
    {
        if (!Avx2.IsSupported)
        {
            (a, b, c, d) = (Column(a, b, c, d, 0), Column(a, b, c, d, 1), Column(a, b, c, d, 2), Column(a, b, c, d, 3));
            return;
        }
        Vector256<ulong> evenAb = Avx2.UnpackLow(a, b), oddAb = Avx2.UnpackHigh(a, b);
        Vector256<ulong> evenCd = Avx2.UnpackLow(c, d), oddCd = Avx2.UnpackHigh(c, d);
        a = Avx2.Permute2x128(evenAb, evenCd, LowHalves);
        b = Avx2.Permute2x128(oddAb, oddCd, LowHalves);
        c = Avx2.Permute2x128(evenAb, evenCd, HighHalves);
        d = Avx2.Permute2x128(oddAb, oddCd, HighHalves);
    }

    private static Vector256<ulong> Column(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d, int i) =>
        Vector256.Create(a[i], b[i], c[i], d[i]);
}

/// <summary>Eight states (AVX-512F where there is one; correct everywhere).</summary>
internal readonly struct EightWords : IKeccakWord<Vector512<ulong>>
{
    /// <summary>Truth tables of VPTERNLOG: bit 4a + 2b + c is the result for those three inputs.</summary>
    internal const byte XorOfThree = 0x96, FirstXorNotSecondAndThird = 0xd2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Broadcast(ulong value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Xor(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) =>
        Avx512F.IsSupported ? Avx512F.TernaryLogic(a, b, c, XorOfThree) : a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Chi(Vector512<ulong> a, Vector512<ulong> b, Vector512<ulong> c) =>
        Avx512F.IsSupported ? Avx512F.TernaryLogic(a, b, c, FirstXorNotSecondAndThird) : a ^ Vector512.AndNot(c, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> RotateLeft(Vector512<ulong> a, [ConstantExpected] byte bits) =>
        Avx512F.IsSupported ? Avx512F.RotateLeft(a, bits) : (a << bits) | (a >>> (64 - bits));
}
