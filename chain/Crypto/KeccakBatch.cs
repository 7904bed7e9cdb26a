using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// Keccak-256 of many messages: eight at a time with AVX-512, four with AVX2, one by one otherwise. Messages of equal block
/// count run side by side, so the trie's nodes of one kind fill the lanes.
/// </summary>
public static unsafe class KeccakBatch
{
    /// <summary>Messages of more blocks than this (of 136 bytes) are hashed one by one.</summary>
    private const int LaneBlocksMax = 32;

    private const int RateBytes = KeccakHasher.RateBytes;
    private const int RateWords = RateBytes / 8;

    /// <summary>What this processor does best.</summary>
    public static KeccakPath BestPath =>
        Vector512.IsHardwareAccelerated ? KeccakPath.EightLanes
        : Vector256.IsHardwareAccelerated ? KeccakPath.FourLanes
        : KeccakPath.Scalar;

    /// <summary>Message i is <c>packed[offsets[i]..offsets[i + 1]]</c>; its digest goes to <c>digests[i]</c>.</summary>
    /// <param name="offsets">n + 1 ascending positions.</param>
    /// <param name="digests">n or more.</param>
    public static void Hash(ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets, Span<Hash256> digests) =>
        Hash(packed, offsets, digests, BestPath);

    internal static void Hash(ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets, Span<Hash256> digests, KeccakPath path)
    {
        int count = offsets.Length - 1;
        if (count < 0 || digests.Length < count) throw new ArgumentException("one more offset than digests is needed");
        for (int i = 0; i < count; i++)
        {
            if (offsets[i] < 0 || offsets[i + 1] < offsets[i] || offsets[i + 1] > packed.Length) throw new ArgumentException("offsets must ascend within the packed bytes");
        }
        if (path == KeccakPath.Scalar || count == 1)
        {
            for (int i = 0; i < count; i++) digests[i] = Keccak.Hash(packed[offsets[i]..offsets[i + 1]]);
            return;
        }
        int[] order = ArrayPool<int>.Shared.Rent(count);
        Span<int> ends = stackalloc int[LaneBlocksMax + 2];
        SortByBlocks(offsets, order, ends);
        fixed (byte* bytes = packed)
        {
            for (int blocks = 1; blocks <= LaneBlocksMax; blocks++)
                HashGroup(bytes, packed, offsets, order.AsSpan(ends[blocks - 1]..ends[blocks]), blocks, digests, path);
        }
        foreach (int i in order.AsSpan(ends[LaneBlocksMax]..count)) digests[i] = Keccak.Hash(packed[offsets[i]..offsets[i + 1]]);
        ArrayPool<int>.Shared.Return(order);
    }

    /// <summary>Counting sort; group b (1 to LaneBlocksMax, then all longer ones) lies in order[ends[b - 1]..ends[b]].</summary>
    private static void SortByBlocks(ReadOnlySpan<int> offsets, Span<int> order, Span<int> ends)
    {
        ends.Clear();
        int count = offsets.Length - 1;
        for (int i = 0; i < count; i++) ends[Group(offsets, i)]++;
        for (int b = 1; b < ends.Length; b++) ends[b] += ends[b - 1];
        for (int i = count - 1; i >= 0; i--) order[--ends[Group(offsets, i)]] = i;
        // Each entry now holds its group's start, which is the end of the group before it.
        for (int b = 0; b < ends.Length - 1; b++) ends[b] = ends[b + 1];
        ends[^1] = count;
    }

    private static int Group(ReadOnlySpan<int> offsets, int i) =>
        Math.Min(((offsets[i + 1] - offsets[i]) / RateBytes) + 1, LaneBlocksMax + 1);

    private static void HashGroup(
        byte* bytes, ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets, ReadOnlySpan<int> group, int blocks, Span<Hash256> digests, KeccakPath path)
    {
        if (path == KeccakPath.EightLanes)
        {
            while (group.Length > 4)
            {
                int take = Math.Min(8, group.Length);
                HashEight(bytes, offsets, group[..take], blocks, digests);
                group = group[take..];
            }
        }
        while (group.Length > 1)
        {
            int take = Math.Min(4, group.Length);
            HashFour(bytes, offsets, group[..take], blocks, digests);
            group = group[take..];
        }
        foreach (int i in group) digests[i] = Keccak.Hash(packed[offsets[i]..offsets[i + 1]]);
    }

    /// <summary>Two to four messages of the same block count; idle lanes repeat the first.</summary>
    [SkipLocalsInit]
    private static void HashFour(byte* bytes, ReadOnlySpan<int> offsets, ReadOnlySpan<int> members, int blocks, Span<Hash256> digests)
    {
        const int Width = 4;
        Vector256<ulong>* state = stackalloc Vector256<ulong>[KeccakPermutation.Lanes];
        new Span<Vector256<ulong>>(state, KeccakPermutation.Lanes).Clear();
        byte* tails = stackalloc byte[Width * RateBytes];
        byte** at = stackalloc byte*[Width];
        PlaceLanes(bytes, offsets, members, blocks, tails, at, Width);
        for (int block = 1; block <= blocks; block++)
        {
            if (block == blocks) PointAtTails(tails, at, Width);
            for (int i = 0; i < RateWords - 1; i += Width)
            {
                Vector256<ulong> a = Words(at[0], i), b = Words(at[1], i), c = Words(at[2], i), d = Words(at[3], i);
                FourWords.Transpose(ref a, ref b, ref c, ref d);
                state[i] ^= a;
                state[i + 1] ^= b;
                state[i + 2] ^= c;
                state[i + 3] ^= d;
            }
            const int Last = RateWords - 1;
            state[Last] ^= Vector256.Create(Word(at[0], Last), Word(at[1], Last), Word(at[2], Last), Word(at[3], Last));
            KeccakPermutation.Permute<FourWords, Vector256<ulong>>(ref *state);
            for (int lane = 0; lane < Width; lane++) at[lane] += RateBytes;
        }
        FourWords.Transpose(ref state[0], ref state[1], ref state[2], ref state[3]);
        for (int lane = 0; lane < members.Length; lane++)
            digests[members[lane]] = new Hash256(new ReadOnlySpan<byte>(state + lane, Hash256.Size));
    }

    /// <summary>Five to eight messages of the same block count; idle lanes repeat the first.</summary>
    [SkipLocalsInit]
    private static void HashEight(byte* bytes, ReadOnlySpan<int> offsets, ReadOnlySpan<int> members, int blocks, Span<Hash256> digests)
    {
        const int Width = 8;
        Vector512<ulong>* state = stackalloc Vector512<ulong>[KeccakPermutation.Lanes];
        new Span<Vector512<ulong>>(state, KeccakPermutation.Lanes).Clear();
        byte* tails = stackalloc byte[Width * RateBytes];
        byte** at = stackalloc byte*[Width];
        PlaceLanes(bytes, offsets, members, blocks, tails, at, Width);
        for (int block = 1; block <= blocks; block++)
        {
            if (block == blocks) PointAtTails(tails, at, Width);
            for (int i = 0; i < RateWords; i++)
            {
                state[i] ^= Vector512.Create(
                    Word(at[0], i), Word(at[1], i), Word(at[2], i), Word(at[3], i), Word(at[4], i), Word(at[5], i), Word(at[6], i), Word(at[7], i));
            }
            KeccakPermutation.Permute<EightWords, Vector512<ulong>>(ref *state);
            for (int lane = 0; lane < Width; lane++) at[lane] += RateBytes;
        }
        Extract((ulong*)state, members, digests, Width);
    }

    /// <summary>Points each lane at its message and writes the padded last blocks.</summary>
    private static void PlaceLanes(byte* bytes, ReadOnlySpan<int> offsets, ReadOnlySpan<int> members, int blocks, byte* tails, byte** at, int width)
    {
        for (int lane = 0; lane < width; lane++)
        {
            int i = members[lane < members.Length ? lane : 0];
            at[lane] = bytes + offsets[i];
            int whole = (blocks - 1) * RateBytes;
            int rest = offsets[i + 1] - offsets[i] - whole;
            Span<byte> tail = new(tails + (lane * RateBytes), RateBytes);
            new ReadOnlySpan<byte>(at[lane] + whole, rest).CopyTo(tail);
            tail[rest..].Clear();
            tail[rest] = 0x01;
            tail[RateBytes - 1] |= 0x80;
        }
    }

    private static void PointAtTails(byte* tails, byte** at, int width)
    {
        for (int lane = 0; lane < width; lane++) at[lane] = tails + (lane * RateBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(byte* block, int i) => Unsafe.ReadUnaligned<ulong>(block + (8 * i));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Words(byte* block, int i) => Vector256.Load((ulong*)(block + (8 * i)));

    /// <summary>A digest is the first four words of its lane.</summary>
    private static void Extract(ulong* state, ReadOnlySpan<int> members, Span<Hash256> digests, int width)
    {
        Span<byte> digest = stackalloc byte[Hash256.Size];
        for (int lane = 0; lane < members.Length; lane++)
        {
            for (int i = 0; i < Hash256.Size / 8; i++) BinaryPrimitives.WriteUInt64LittleEndian(digest[(8 * i)..], state[(i * width) + lane]);
            digests[members[lane]] = new Hash256(digest);
        }
    }
}
