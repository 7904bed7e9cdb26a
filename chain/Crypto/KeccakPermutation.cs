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
        TWord b0, b1, b2, b3, b4, c0, c1, c2, c3, c4, d0, d1, d2, d3, d4;
        for (int round = 0; round < 24; round += 2)
        {
            c0 = TOps.Xor(TOps.Xor(a0, a5, a10), a15, a20);
            c1 = TOps.Xor(TOps.Xor(a1, a6, a11), a16, a21);
            c2 = TOps.Xor(TOps.Xor(a2, a7, a12), a17, a22);
            c3 = TOps.Xor(TOps.Xor(a3, a8, a13), a18, a23);
            c4 = TOps.Xor(TOps.Xor(a4, a9, a14), a19, a24);
            d0 = TOps.Xor(c4, TOps.RotateLeft(c1, 1));
            d1 = TOps.Xor(c0, TOps.RotateLeft(c2, 1));
            d2 = TOps.Xor(c1, TOps.RotateLeft(c3, 1));
            d3 = TOps.Xor(c2, TOps.RotateLeft(c4, 1));
            d4 = TOps.Xor(c3, TOps.RotateLeft(c0, 1));

            b0 = TOps.Xor(a0, d0);
            b1 = TOps.RotateLeft(TOps.Xor(a6, d1), 44);
            b2 = TOps.RotateLeft(TOps.Xor(a12, d2), 43);
            b3 = TOps.RotateLeft(TOps.Xor(a18, d3), 21);
            b4 = TOps.RotateLeft(TOps.Xor(a24, d4), 14);
            TWord e0 = TOps.Xor(TOps.Chi(b0, b1, b2), TOps.Broadcast(RoundConstants[round]));
            TWord e1 = TOps.Chi(b1, b2, b3);
            TWord e2 = TOps.Chi(b2, b3, b4);
            TWord e3 = TOps.Chi(b3, b4, b0);
            TWord e4 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(a3, d3), 28);
            b1 = TOps.RotateLeft(TOps.Xor(a9, d4), 20);
            b2 = TOps.RotateLeft(TOps.Xor(a10, d0), 3);
            b3 = TOps.RotateLeft(TOps.Xor(a16, d1), 45);
            b4 = TOps.RotateLeft(TOps.Xor(a22, d2), 61);
            TWord e5 = TOps.Chi(b0, b1, b2);
            TWord e6 = TOps.Chi(b1, b2, b3);
            TWord e7 = TOps.Chi(b2, b3, b4);
            TWord e8 = TOps.Chi(b3, b4, b0);
            TWord e9 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(a1, d1), 1);
            b1 = TOps.RotateLeft(TOps.Xor(a7, d2), 6);
            b2 = TOps.RotateLeft(TOps.Xor(a13, d3), 25);
            b3 = TOps.RotateLeft(TOps.Xor(a19, d4), 8);
            b4 = TOps.RotateLeft(TOps.Xor(a20, d0), 18);
            TWord e10 = TOps.Chi(b0, b1, b2);
            TWord e11 = TOps.Chi(b1, b2, b3);
            TWord e12 = TOps.Chi(b2, b3, b4);
            TWord e13 = TOps.Chi(b3, b4, b0);
            TWord e14 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(a4, d4), 27);
            b1 = TOps.RotateLeft(TOps.Xor(a5, d0), 36);
            b2 = TOps.RotateLeft(TOps.Xor(a11, d1), 10);
            b3 = TOps.RotateLeft(TOps.Xor(a17, d2), 15);
            b4 = TOps.RotateLeft(TOps.Xor(a23, d3), 56);
            TWord e15 = TOps.Chi(b0, b1, b2);
            TWord e16 = TOps.Chi(b1, b2, b3);
            TWord e17 = TOps.Chi(b2, b3, b4);
            TWord e18 = TOps.Chi(b3, b4, b0);
            TWord e19 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(a2, d2), 62);
            b1 = TOps.RotateLeft(TOps.Xor(a8, d3), 55);
            b2 = TOps.RotateLeft(TOps.Xor(a14, d4), 39);
            b3 = TOps.RotateLeft(TOps.Xor(a15, d0), 41);
            b4 = TOps.RotateLeft(TOps.Xor(a21, d1), 2);
            TWord e20 = TOps.Chi(b0, b1, b2);
            TWord e21 = TOps.Chi(b1, b2, b3);
            TWord e22 = TOps.Chi(b2, b3, b4);
            TWord e23 = TOps.Chi(b3, b4, b0);
            TWord e24 = TOps.Chi(b4, b0, b1);

            c0 = TOps.Xor(TOps.Xor(e0, e5, e10), e15, e20);
            c1 = TOps.Xor(TOps.Xor(e1, e6, e11), e16, e21);
            c2 = TOps.Xor(TOps.Xor(e2, e7, e12), e17, e22);
            c3 = TOps.Xor(TOps.Xor(e3, e8, e13), e18, e23);
            c4 = TOps.Xor(TOps.Xor(e4, e9, e14), e19, e24);
            d0 = TOps.Xor(c4, TOps.RotateLeft(c1, 1));
            d1 = TOps.Xor(c0, TOps.RotateLeft(c2, 1));
            d2 = TOps.Xor(c1, TOps.RotateLeft(c3, 1));
            d3 = TOps.Xor(c2, TOps.RotateLeft(c4, 1));
            d4 = TOps.Xor(c3, TOps.RotateLeft(c0, 1));

            b0 = TOps.Xor(e0, d0);
            b1 = TOps.RotateLeft(TOps.Xor(e6, d1), 44);
            b2 = TOps.RotateLeft(TOps.Xor(e12, d2), 43);
            b3 = TOps.RotateLeft(TOps.Xor(e18, d3), 21);
            b4 = TOps.RotateLeft(TOps.Xor(e24, d4), 14);
            a0 = TOps.Xor(TOps.Chi(b0, b1, b2), TOps.Broadcast(RoundConstants[round + 1]));
            a1 = TOps.Chi(b1, b2, b3);
            a2 = TOps.Chi(b2, b3, b4);
            a3 = TOps.Chi(b3, b4, b0);
            a4 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(e3, d3), 28);
            b1 = TOps.RotateLeft(TOps.Xor(e9, d4), 20);
            b2 = TOps.RotateLeft(TOps.Xor(e10, d0), 3);
            b3 = TOps.RotateLeft(TOps.Xor(e16, d1), 45);
            b4 = TOps.RotateLeft(TOps.Xor(e22, d2), 61);
            a5 = TOps.Chi(b0, b1, b2);
            a6 = TOps.Chi(b1, b2, b3);
            a7 = TOps.Chi(b2, b3, b4);
            a8 = TOps.Chi(b3, b4, b0);
            a9 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(e1, d1), 1);
            b1 = TOps.RotateLeft(TOps.Xor(e7, d2), 6);
            b2 = TOps.RotateLeft(TOps.Xor(e13, d3), 25);
            b3 = TOps.RotateLeft(TOps.Xor(e19, d4), 8);
            b4 = TOps.RotateLeft(TOps.Xor(e20, d0), 18);
            a10 = TOps.Chi(b0, b1, b2);
            a11 = TOps.Chi(b1, b2, b3);
            a12 = TOps.Chi(b2, b3, b4);
            a13 = TOps.Chi(b3, b4, b0);
            a14 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(e4, d4), 27);
            b1 = TOps.RotateLeft(TOps.Xor(e5, d0), 36);
            b2 = TOps.RotateLeft(TOps.Xor(e11, d1), 10);
            b3 = TOps.RotateLeft(TOps.Xor(e17, d2), 15);
            b4 = TOps.RotateLeft(TOps.Xor(e23, d3), 56);
            a15 = TOps.Chi(b0, b1, b2);
            a16 = TOps.Chi(b1, b2, b3);
            a17 = TOps.Chi(b2, b3, b4);
            a18 = TOps.Chi(b3, b4, b0);
            a19 = TOps.Chi(b4, b0, b1);

            b0 = TOps.RotateLeft(TOps.Xor(e2, d2), 62);
            b1 = TOps.RotateLeft(TOps.Xor(e8, d3), 55);
            b2 = TOps.RotateLeft(TOps.Xor(e14, d4), 39);
            b3 = TOps.RotateLeft(TOps.Xor(e15, d0), 41);
            b4 = TOps.RotateLeft(TOps.Xor(e21, d1), 2);
            a20 = TOps.Chi(b0, b1, b2);
            a21 = TOps.Chi(b1, b2, b3);
            a22 = TOps.Chi(b2, b3, b4);
            a23 = TOps.Chi(b3, b4, b0);
            a24 = TOps.Chi(b4, b0, b1);
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
