using System.Runtime.CompilerServices;

namespace Dsdn.Chain.Crypto;

/// <summary>Keccak-f[1600] (FIPS 202, 3.2-3.3), unrolled over the 25 lanes, for any width of word.</summary>
internal static class KeccakPermutation
{
    internal const int Lanes = 25;

    private static ReadOnlySpan<ulong> RoundConstants => [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008];

    /// <param name="first">The first of 25 words: lane (x, y) is word x + 5 y.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Permute<TOps, TWord>(ref TWord first)
        where TOps : IKeccakWord<TWord>
        where TWord : struct
    {
        TWord a0 = first, a1 = Unsafe.Add(ref first, 1), a2 = Unsafe.Add(ref first, 2), a3 = Unsafe.Add(ref first, 3), a4 = Unsafe.Add(ref first, 4);
        TWord a5 = Unsafe.Add(ref first, 5), a6 = Unsafe.Add(ref first, 6), a7 = Unsafe.Add(ref first, 7), a8 = Unsafe.Add(ref first, 8), a9 = Unsafe.Add(ref first, 9);
        TWord a10 = Unsafe.Add(ref first, 10), a11 = Unsafe.Add(ref first, 11), a12 = Unsafe.Add(ref first, 12), a13 = Unsafe.Add(ref first, 13), a14 = Unsafe.Add(ref first, 14);
        TWord a15 = Unsafe.Add(ref first, 15), a16 = Unsafe.Add(ref first, 16), a17 = Unsafe.Add(ref first, 17), a18 = Unsafe.Add(ref first, 18), a19 = Unsafe.Add(ref first, 19);
        TWord a20 = Unsafe.Add(ref first, 20), a21 = Unsafe.Add(ref first, 21), a22 = Unsafe.Add(ref first, 22), a23 = Unsafe.Add(ref first, 23), a24 = Unsafe.Add(ref first, 24);
        foreach (ulong constant in RoundConstants)
        {
            // theta
            TWord c0 = TOps.Xor(TOps.Xor(a0, a5, a10), a15, a20);
            TWord c1 = TOps.Xor(TOps.Xor(a1, a6, a11), a16, a21);
            TWord c2 = TOps.Xor(TOps.Xor(a2, a7, a12), a17, a22);
            TWord c3 = TOps.Xor(TOps.Xor(a3, a8, a13), a18, a23);
            TWord c4 = TOps.Xor(TOps.Xor(a4, a9, a14), a19, a24);
            TWord d0 = TOps.Xor(c4, TOps.RotateLeft(c1, 1));
            TWord d1 = TOps.Xor(c0, TOps.RotateLeft(c2, 1));
            TWord d2 = TOps.Xor(c1, TOps.RotateLeft(c3, 1));
            TWord d3 = TOps.Xor(c2, TOps.RotateLeft(c4, 1));
            TWord d4 = TOps.Xor(c3, TOps.RotateLeft(c0, 1));

            // theta's last step, rho and pi: b is the rotated a in its new place; then chi, row by row
            TWord b0 = TOps.Xor(a0, d0);
            TWord b1 = TOps.RotateLeft(TOps.Xor(a6, d1), 44);
            TWord b2 = TOps.RotateLeft(TOps.Xor(a12, d2), 43);
            TWord b3 = TOps.RotateLeft(TOps.Xor(a18, d3), 21);
            TWord b4 = TOps.RotateLeft(TOps.Xor(a24, d4), 14);
            TWord b5 = TOps.RotateLeft(TOps.Xor(a3, d3), 28);
            TWord b6 = TOps.RotateLeft(TOps.Xor(a9, d4), 20);
            TWord b7 = TOps.RotateLeft(TOps.Xor(a10, d0), 3);
            TWord b8 = TOps.RotateLeft(TOps.Xor(a16, d1), 45);
            TWord b9 = TOps.RotateLeft(TOps.Xor(a22, d2), 61);
            TWord b10 = TOps.RotateLeft(TOps.Xor(a1, d1), 1);
            TWord b11 = TOps.RotateLeft(TOps.Xor(a7, d2), 6);
            TWord b12 = TOps.RotateLeft(TOps.Xor(a13, d3), 25);
            TWord b13 = TOps.RotateLeft(TOps.Xor(a19, d4), 8);
            TWord b14 = TOps.RotateLeft(TOps.Xor(a20, d0), 18);
            TWord b15 = TOps.RotateLeft(TOps.Xor(a4, d4), 27);
            TWord b16 = TOps.RotateLeft(TOps.Xor(a5, d0), 36);
            TWord b17 = TOps.RotateLeft(TOps.Xor(a11, d1), 10);
            TWord b18 = TOps.RotateLeft(TOps.Xor(a17, d2), 15);
            TWord b19 = TOps.RotateLeft(TOps.Xor(a23, d3), 56);
            TWord b20 = TOps.RotateLeft(TOps.Xor(a2, d2), 62);
            TWord b21 = TOps.RotateLeft(TOps.Xor(a8, d3), 55);
            TWord b22 = TOps.RotateLeft(TOps.Xor(a14, d4), 39);
            TWord b23 = TOps.RotateLeft(TOps.Xor(a15, d0), 41);
            TWord b24 = TOps.RotateLeft(TOps.Xor(a21, d1), 2);

            a0 = TOps.Xor(TOps.Chi(b0, b1, b2), TOps.Broadcast(constant));
            a1 = TOps.Chi(b1, b2, b3);
            a2 = TOps.Chi(b2, b3, b4);
            a3 = TOps.Chi(b3, b4, b0);
            a4 = TOps.Chi(b4, b0, b1);
            a5 = TOps.Chi(b5, b6, b7);
            a6 = TOps.Chi(b6, b7, b8);
            a7 = TOps.Chi(b7, b8, b9);
            a8 = TOps.Chi(b8, b9, b5);
            a9 = TOps.Chi(b9, b5, b6);
            a10 = TOps.Chi(b10, b11, b12);
            a11 = TOps.Chi(b11, b12, b13);
            a12 = TOps.Chi(b12, b13, b14);
            a13 = TOps.Chi(b13, b14, b10);
            a14 = TOps.Chi(b14, b10, b11);
            a15 = TOps.Chi(b15, b16, b17);
            a16 = TOps.Chi(b16, b17, b18);
            a17 = TOps.Chi(b17, b18, b19);
            a18 = TOps.Chi(b18, b19, b15);
            a19 = TOps.Chi(b19, b15, b16);
            a20 = TOps.Chi(b20, b21, b22);
            a21 = TOps.Chi(b21, b22, b23);
            a22 = TOps.Chi(b22, b23, b24);
            a23 = TOps.Chi(b23, b24, b20);
            a24 = TOps.Chi(b24, b20, b21);
        }
        first = a0;
        Unsafe.Add(ref first, 1) = a1;
        Unsafe.Add(ref first, 2) = a2;
        Unsafe.Add(ref first, 3) = a3;
        Unsafe.Add(ref first, 4) = a4;
        Unsafe.Add(ref first, 5) = a5;
        Unsafe.Add(ref first, 6) = a6;
        Unsafe.Add(ref first, 7) = a7;
        Unsafe.Add(ref first, 8) = a8;
        Unsafe.Add(ref first, 9) = a9;
        Unsafe.Add(ref first, 10) = a10;
        Unsafe.Add(ref first, 11) = a11;
        Unsafe.Add(ref first, 12) = a12;
        Unsafe.Add(ref first, 13) = a13;
        Unsafe.Add(ref first, 14) = a14;
        Unsafe.Add(ref first, 15) = a15;
        Unsafe.Add(ref first, 16) = a16;
        Unsafe.Add(ref first, 17) = a17;
        Unsafe.Add(ref first, 18) = a18;
        Unsafe.Add(ref first, 19) = a19;
        Unsafe.Add(ref first, 20) = a20;
        Unsafe.Add(ref first, 21) = a21;
        Unsafe.Add(ref first, 22) = a22;
        Unsafe.Add(ref first, 23) = a23;
        Unsafe.Add(ref first, 24) = a24;
    }
}
