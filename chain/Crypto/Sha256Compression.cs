using System.Runtime.CompilerServices;

namespace Dsdn.Chain.Crypto;

/// <summary>The compression function of FIPS 180-4, 6.2.2, for as many states side by side as a word has lanes.</summary>
internal static unsafe class Sha256Compression
{
    public const int BlockBytes = 64;
    public const int BlockWords = 16;
    public const int StateWords = 8;

    /// <summary>The rounds after which no later word of the schedule is needed.</summary>
    private const int ScheduledRounds = 48;

    /// <summary>FIPS 180-4, 5.3.3.</summary>
    public static ReadOnlySpan<uint> Initial =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>FIPS 180-4, 4.2.2.</summary>
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public static void Start<TOps, TWord>(TWord* state)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged
    {
        for (int i = 0; i < StateWords; i++) state[i] = TOps.Broadcast(Initial[i]);
    }

    /// <param name="state">Eight words, replaced.</param>
    /// <param name="w">The sixteen words of the block, overwritten.</param>
    [SkipLocalsInit]
    public static void Compress<TOps, TWord>(TWord* state, TWord* w)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged
    {
        TWord a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        fixed (uint* k = Constants)
        {
            for (int t = 0; t < 64; t += 8)
            {
                TWord* now = w + (t & 8);
                TWord next = First<TOps, TWord>(e, f, g, h, now[0], k[t]);
                d = TOps.Add(d, next);
                h = TOps.Add(next, Second<TOps, TWord>(a, b, c));
                next = First<TOps, TWord>(d, e, f, g, now[1], k[t + 1]);
                c = TOps.Add(c, next);
                g = TOps.Add(next, Second<TOps, TWord>(h, a, b));
                next = First<TOps, TWord>(c, d, e, f, now[2], k[t + 2]);
                b = TOps.Add(b, next);
                f = TOps.Add(next, Second<TOps, TWord>(g, h, a));
                next = First<TOps, TWord>(b, c, d, e, now[3], k[t + 3]);
                a = TOps.Add(a, next);
                e = TOps.Add(next, Second<TOps, TWord>(f, g, h));
                next = First<TOps, TWord>(a, b, c, d, now[4], k[t + 4]);
                h = TOps.Add(h, next);
                d = TOps.Add(next, Second<TOps, TWord>(e, f, g));
                next = First<TOps, TWord>(h, a, b, c, now[5], k[t + 5]);
                g = TOps.Add(g, next);
                c = TOps.Add(next, Second<TOps, TWord>(d, e, f));
                next = First<TOps, TWord>(g, h, a, b, now[6], k[t + 6]);
                f = TOps.Add(f, next);
                b = TOps.Add(next, Second<TOps, TWord>(c, d, e));
                next = First<TOps, TWord>(f, g, h, a, now[7], k[t + 7]);
                e = TOps.Add(e, next);
                a = TOps.Add(next, Second<TOps, TWord>(b, c, d));
                if (t < ScheduledRounds) Schedule<TOps, TWord>(w, t & 8);
            }
        }
        state[0] = TOps.Add(state[0], a);
        state[1] = TOps.Add(state[1], b);
        state[2] = TOps.Add(state[2], c);
        state[3] = TOps.Add(state[3], d);
        state[4] = TOps.Add(state[4], e);
        state[5] = TOps.Add(state[5], f);
        state[6] = TOps.Add(state[6], g);
        state[7] = TOps.Add(state[7], h);
    }

    /// <summary>Eight used words become those of sixteen rounds later: the schedule lies in a ring of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Schedule<TOps, TWord>(TWord* w, int from)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged
    {
        TWord* near = w + from, far = w + (from ^ 8);
        near[0] = Later<TOps, TWord>(near[0], near[1], far[1], far[6]);
        near[1] = Later<TOps, TWord>(near[1], near[2], far[2], far[7]);
        near[2] = Later<TOps, TWord>(near[2], near[3], far[3], near[0]);
        near[3] = Later<TOps, TWord>(near[3], near[4], far[4], near[1]);
        near[4] = Later<TOps, TWord>(near[4], near[5], far[5], near[2]);
        near[5] = Later<TOps, TWord>(near[5], near[6], far[6], near[3]);
        near[6] = Later<TOps, TWord>(near[6], near[7], far[7], near[4]);
        near[7] = Later<TOps, TWord>(near[7], far[0], near[0], near[5]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Later<TOps, TWord>(TWord before16, TWord before15, TWord before7, TWord before2)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged =>
        TOps.Add(
            TOps.Add(before16, before7),
            TOps.Add(
                TOps.Xor(TOps.RotateRight(before15, 7), TOps.RotateRight(before15, 18), TOps.ShiftRight(before15, 3)),
                TOps.Xor(TOps.RotateRight(before2, 17), TOps.RotateRight(before2, 19), TOps.ShiftRight(before2, 10))));

    /// <summary>T1 of the standard.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord First<TOps, TWord>(TWord e, TWord f, TWord g, TWord h, TWord w, uint k)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged =>
        TOps.Add(
            TOps.Add(TOps.Add(h, TOps.Add(w, TOps.Broadcast(k))), TOps.Choose(e, f, g)),
            TOps.Xor(TOps.RotateRight(e, 6), TOps.RotateRight(e, 11), TOps.RotateRight(e, 25)));

    /// <summary>T2 of the standard.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWord Second<TOps, TWord>(TWord a, TWord b, TWord c)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged =>
        TOps.Add(TOps.Majority(a, b, c), TOps.Xor(TOps.RotateRight(a, 2), TOps.RotateRight(a, 13), TOps.RotateRight(a, 22)));
}
