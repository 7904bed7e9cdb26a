using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Chain.Crypto;

/// <summary>The 32-bit word of SHA-256: of one state, or the same word of several states side by side.</summary>
internal unsafe interface ISha256Word<TWord>
    where TWord : unmanaged
{
    static abstract int Lanes { get; }

    static abstract TWord Broadcast(uint value);

    static abstract TWord Add(TWord a, TWord b);

    static abstract TWord Xor(TWord a, TWord b, TWord c);

    /// <summary>(e &amp; f) ^ (~e &amp; g).</summary>
    static abstract TWord Choose(TWord e, TWord f, TWord g);

    /// <summary>(a &amp; b) ^ (a &amp; c) ^ (b &amp; c).</summary>
    static abstract TWord Majority(TWord a, TWord b, TWord c);

    static abstract TWord RotateRight(TWord a, [ConstantExpected] byte bits);

    static abstract TWord ShiftRight(TWord a, [ConstantExpected] byte bits);

    /// <summary>The sixteen big-endian words of a 64-byte block of each lane.</summary>
    static abstract void Load(byte** blocks, TWord* words);

    /// <summary>The digest of each lane, 32 bytes one after another.</summary>
    static abstract void Store(TWord* state, byte* digests);
}

/// <summary>One message.</summary>
internal readonly unsafe struct Sha256One : ISha256Word<uint>
{
    public static int Lanes => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Broadcast(uint value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint a, uint b) => unchecked(a + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Xor(uint a, uint b, uint c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Choose(uint e, uint f, uint g) => ((f ^ g) & e) ^ g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Majority(uint a, uint b, uint c) => ((a | b) & c) | (a & b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight(uint a, [ConstantExpected] byte bits) => BitOperations.RotateRight(a, bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ShiftRight(uint a, [ConstantExpected] byte bits) => a >> bits;

    public static void Load(byte** blocks, uint* words)
    {
        for (int i = 0; i < Sha256Compression.BlockWords; i++) words[i] = Sha256Four.BigEndian(blocks[0], i);
    }

    public static void Store(uint* state, byte* digests)
    {
        for (int i = 0; i < Sha256Compression.StateWords; i++)
            BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(digests + (4 * i), 4), state[i]);
    }
}

/// <summary>Four messages (SSE2, NEON; correct everywhere).</summary>
internal readonly unsafe struct Sha256Four : ISha256Word<Vector128<uint>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Broadcast(uint value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> a, Vector128<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Xor(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Choose(Vector128<uint> e, Vector128<uint> f, Vector128<uint> g) => ((f ^ g) & e) ^ g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Majority(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) => ((a | b) & c) | (a & b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> RotateRight(Vector128<uint> a, [ConstantExpected] byte bits) => (a >>> bits) | (a << (32 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftRight(Vector128<uint> a, [ConstantExpected] byte bits) => a >>> bits;

    public static void Load(byte** blocks, Vector128<uint>* words)
    {
        for (int i = 0; i < Sha256Compression.BlockWords; i++)
            words[i] = Vector128.Create(BigEndian(blocks[0], i), BigEndian(blocks[1], i), BigEndian(blocks[2], i), BigEndian(blocks[3], i));
    }

    public static void Store(Vector128<uint>* state, byte* digests)
    {
        for (int i = 0; i < Sha256Compression.StateWords; i++)
        {
            for (int lane = 0; lane < 4; lane++)
                BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(digests + (32 * lane) + (4 * i), 4), state[i][lane]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint BigEndian(byte* block, int word)
    {
        uint read = Unsafe.ReadUnaligned<uint>(block + (4 * word));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(read) : read;
    }
}

/// <summary>Eight messages (AVX2 where there is one; correct everywhere).</summary>
internal readonly unsafe struct Sha256Eight : ISha256Word<Vector256<uint>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast(uint value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> a, Vector256<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Choose(Vector256<uint> e, Vector256<uint> f, Vector256<uint> g) => ((f ^ g) & e) ^ g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Majority(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) => ((a | b) & c) | (a & b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight(Vector256<uint> a, [ConstantExpected] byte bits) => (a >>> bits) | (a << (32 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftRight(Vector256<uint> a, [ConstantExpected] byte bits) => a >>> bits;

    public static void Load(byte** blocks, Vector256<uint>* words)
    {
        LoadHalf(blocks, 0, words);
        LoadHalf(blocks, 32, words + 8);
    }

    public static void Store(Vector256<uint>* state, byte* digests)
    {
        if (!Avx2.IsSupported)
        {
            for (int i = 0; i < Sha256Compression.StateWords; i++)
            {
                for (int lane = 0; lane < 8; lane++)
                    BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(digests + (32 * lane) + (4 * i), 4), state[i][lane]);
            }
            return;
        }
        Transpose(state);
        for (int lane = 0; lane < 8; lane++) Swap(state[lane]).AsByte().Store(digests + (32 * lane));
    }

    /// <summary>Eight words of each of eight blocks, from byte <paramref name="at"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadHalf(byte** blocks, int at, Vector256<uint>* words)
    {
        if (!Avx2.IsSupported)
        {
            int first = at / 4;
            for (int i = 0; i < 8; i++)
            {
                words[i] = Vector256.Create(
                    Sha256Four.BigEndian(blocks[0], first + i), Sha256Four.BigEndian(blocks[1], first + i), Sha256Four.BigEndian(blocks[2], first + i),
                    Sha256Four.BigEndian(blocks[3], first + i), Sha256Four.BigEndian(blocks[4], first + i), Sha256Four.BigEndian(blocks[5], first + i),
                    Sha256Four.BigEndian(blocks[6], first + i), Sha256Four.BigEndian(blocks[7], first + i));
            }
            return;
        }
        for (int lane = 0; lane < 8; lane++) words[lane] = Swap(Vector256.Load(blocks[lane] + at).AsUInt32());
        Transpose(words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Swap(Vector256<uint> words) => Avx2.Shuffle(
        words.AsByte(),
        Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();

    /// <summary>Turns eight rows of eight words into their columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(Vector256<uint>* r)
    {
        const byte LowHalves = 0x20, HighHalves = 0x31;
        Vector256<ulong> a = Avx2.UnpackLow(r[0], r[1]).AsUInt64(), b = Avx2.UnpackHigh(r[0], r[1]).AsUInt64();
        Vector256<ulong> c = Avx2.UnpackLow(r[2], r[3]).AsUInt64(), d = Avx2.UnpackHigh(r[2], r[3]).AsUInt64();
        Vector256<ulong> e = Avx2.UnpackLow(r[4], r[5]).AsUInt64(), f = Avx2.UnpackHigh(r[4], r[5]).AsUInt64();
        Vector256<ulong> g = Avx2.UnpackLow(r[6], r[7]).AsUInt64(), h = Avx2.UnpackHigh(r[6], r[7]).AsUInt64();
        Vector256<ulong> ac = Avx2.UnpackLow(a, c), ca = Avx2.UnpackHigh(a, c), bd = Avx2.UnpackLow(b, d), db = Avx2.UnpackHigh(b, d);
        Vector256<ulong> eg = Avx2.UnpackLow(e, g), ge = Avx2.UnpackHigh(e, g), fh = Avx2.UnpackLow(f, h), hf = Avx2.UnpackHigh(f, h);
        r[0] = Avx2.Permute2x128(ac, eg, LowHalves).AsUInt32();
        r[1] = Avx2.Permute2x128(ca, ge, LowHalves).AsUInt32();
        r[2] = Avx2.Permute2x128(bd, fh, LowHalves).AsUInt32();
        r[3] = Avx2.Permute2x128(db, hf, LowHalves).AsUInt32();
        r[4] = Avx2.Permute2x128(ac, eg, HighHalves).AsUInt32();
        r[5] = Avx2.Permute2x128(ca, ge, HighHalves).AsUInt32();
        r[6] = Avx2.Permute2x128(bd, fh, HighHalves).AsUInt32();
        r[7] = Avx2.Permute2x128(db, hf, HighHalves).AsUInt32();
    }
}

/// <summary>Sixteen messages (AVX-512F where there is one; correct everywhere).</summary>
internal readonly unsafe struct Sha256Sixteen : ISha256Word<Vector512<uint>>
{
    /// <summary>Truth tables of VPTERNLOG: bit 4a + 2b + c is the result for those three inputs.</summary>
    private const byte XorOfThree = 0x96, SecondIfFirstElseThird = 0xca, MajorityOfThree = 0xe8;

    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Avx512F.IsSupported ? Avx512F.TernaryLogic(a, b, c, XorOfThree) : a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Choose(Vector512<uint> e, Vector512<uint> f, Vector512<uint> g) =>
        Avx512F.IsSupported ? Avx512F.TernaryLogic(e, f, g, SecondIfFirstElseThird) : ((f ^ g) & e) ^ g;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Majority(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Avx512F.IsSupported ? Avx512F.TernaryLogic(a, b, c, MajorityOfThree) : ((a | b) & c) | (a & b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight(Vector512<uint> a, [ConstantExpected] byte bits) =>
        Avx512F.IsSupported ? Avx512F.RotateRight(a, bits) : (a >>> bits) | (a << (32 - bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftRight(Vector512<uint> a, [ConstantExpected] byte bits) => a >>> bits;

    public static void Load(byte** blocks, Vector512<uint>* words)
    {
        Vector256<uint>* halves = stackalloc Vector256<uint>[2 * Sha256Compression.BlockWords];
        Sha256Eight.Load(blocks, halves);
        Sha256Eight.Load(blocks + 8, halves + Sha256Compression.BlockWords);
        for (int i = 0; i < Sha256Compression.BlockWords; i++) words[i] = Vector512.Create(halves[i], halves[Sha256Compression.BlockWords + i]);
    }

    public static void Store(Vector512<uint>* state, byte* digests)
    {
        Vector256<uint>* half = stackalloc Vector256<uint>[Sha256Compression.StateWords];
        for (int i = 0; i < Sha256Compression.StateWords; i++) half[i] = state[i].GetLower();
        Sha256Eight.Store(half, digests);
        for (int i = 0; i < Sha256Compression.StateWords; i++) half[i] = state[i].GetUpper();
        Sha256Eight.Store(half, digests + (8 * 32));
    }
}
