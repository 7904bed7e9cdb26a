using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>SHA-256 of many messages of different lengths behind one prefix. Those of one number of blocks run side by side.</summary>
public static unsafe class Sha256Many
{
    private const int BlockBytes = Sha256Compression.BlockBytes;

    /// <summary>Messages of more blocks than this (of 64 bytes) go to the framework one by one.</summary>
    private const int LaneBlocksMax = 64;

    /// <summary>Up to this many messages cost less one by one than in a register that is mostly idle.</summary>
    private const int AloneMax = 2;

    /// <summary>A lane's head block and its last two blocks, which hold the padding.</summary>
    private const int StagedBytes = 3 * BlockBytes;

    /// <summary>The digest of <paramref name="prefix"/> | <c>packed[offsets[i]..offsets[i + 1]]</c> goes to <c>digests[i]</c>.</summary>
    /// <param name="prefix">At most <see cref="Sha256Batch.PrefixBytesMax"/> bytes.</param>
    /// <param name="offsets">n + 1 ascending positions.</param>
    /// <param name="digests">n of them; not where the messages lie.</param>
    public static void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets, Span<Hash256> digests) =>
        Hash(prefix, packed, offsets, digests, Sha256Batch.BestPath);

    internal static void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets, Span<Hash256> digests, Sha256Path path)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix.Length, Sha256Batch.PrefixBytesMax);
        if (offsets.Length != digests.Length + 1 || offsets[0] < 0 || offsets[^1] > packed.Length) throw new ArgumentException("one more offset than digests is needed, within the packed bytes");
        for (int i = 0; i < digests.Length; i++)
            if (offsets[i + 1] < offsets[i]) throw new ArgumentException("offsets must ascend");
        int[] order = ArrayPool<int>.Shared.Rent(digests.Length);
        Span<int> ends = stackalloc int[LaneBlocksMax + 2];
        SortByBlocks(prefix.Length, offsets, order.AsSpan(0, digests.Length), ends);
        fixed (byte* head = prefix, bytes = packed)
        fixed (int* at = offsets)
        fixed (Hash256* digest = digests)
        {
            Messages messages = new(head, prefix.Length, bytes, at);
            for (int blocks = 1; blocks <= LaneBlocksMax; blocks++)
            {
                ReadOnlySpan<int> group = order.AsSpan(ends[blocks - 1]..ends[blocks]);
                if (path >= Sha256Path.SixteenLanes) group = Groups<Sha256Sixteen, Vector512<uint>>(messages, group, blocks, path == Sha256Batch.BestPath ? 8 : AloneMax, digest);
                if (path >= Sha256Path.EightLanes) group = Groups<Sha256Eight, Vector256<uint>>(messages, group, blocks, AloneMax, digest);
                if (path >= Sha256Path.FourLanes) group = Groups<Sha256Four, Vector128<uint>>(messages, group, blocks, AloneMax, digest);
                Groups<Sha256One, uint>(messages, group, blocks, 0, digest);
            }
        }
        foreach (int i in order.AsSpan(ends[LaneBlocksMax]..digests.Length)) ByFramework(prefix, packed[offsets[i]..offsets[i + 1]], ref digests[i]);
        ArrayPool<int>.Shared.Return(order);
    }

    private readonly struct Messages(byte* prefix, int prefixBytes, byte* packed, int* offsets)
    {
        public readonly int PrefixBytes = prefixBytes;

        public byte* Prefix => prefix;

        public byte* Body(int i) => packed + offsets[i];

        public int BodyBytes(int i) => offsets[i + 1] - offsets[i];
    }

    /// <summary>Counting sort; messages of b blocks lie in order[ends[b - 1]..ends[b]], longer ones behind ends[LaneBlocksMax].</summary>
    private static void SortByBlocks(int prefix, ReadOnlySpan<int> offsets, Span<int> order, Span<int> ends)
    {
        ends.Clear();
        for (int i = 0; i < order.Length; i++) ends[Blocks(prefix, offsets, i)]++;
        for (int b = 1; b < ends.Length; b++) ends[b] += ends[b - 1];
        for (int i = order.Length - 1; i >= 0; i--) order[--ends[Blocks(prefix, offsets, i)]] = i;
        // Each entry now holds its group's start, which is the end of the group before it.
        for (int b = 0; b < ends.Length - 1; b++) ends[b] = ends[b + 1];
        ends[^1] = order.Length;
    }

    private static int Blocks(int prefix, ReadOnlySpan<int> offsets, int i) =>
        (int)Math.Min(((long)prefix + offsets[i + 1] - offsets[i] + 8) / BlockBytes, LaneBlocksMax) + 1;

    /// <returns>The messages that are not hashed.</returns>
    [SkipLocalsInit]
    private static ReadOnlySpan<int> Groups<TOps, TWord>(scoped in Messages messages, ReadOnlySpan<int> group, int blocks, int idle, Hash256* digests)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged
    {
        if (group.Length <= idle) return group;
        byte* staged = stackalloc byte[TOps.Lanes * StagedBytes];
        byte** at = stackalloc byte*[TOps.Lanes];
        TWord* state = stackalloc TWord[Sha256Compression.StateWords];
        TWord* words = stackalloc TWord[Sha256Compression.BlockWords];
        byte* output = stackalloc byte[TOps.Lanes * Hash256.Size];
        int tail = Math.Max(blocks - 2, 0);
        while (group.Length > idle)
        {
            int used = Math.Min(TOps.Lanes, group.Length);
            for (int lane = 0; lane < used; lane++) Stage(messages, group[lane], blocks, tail, staged + (lane * StagedBytes));
            Sha256Compression.Start<TOps, TWord>(state);
            for (int block = 0; block < blocks; block++)
            {
                bool isHead = block == 0 && messages.PrefixBytes > 0;
                for (int lane = 0; lane < TOps.Lanes; lane++)
                {
                    int from = Math.Min(lane, used - 1); // idle lanes repeat the last message
                    byte* own = staged + (from * StagedBytes);
                    at[lane] = block >= tail ? own + ((block - tail + 1) * BlockBytes)
                        : isHead ? own
                        : messages.Body(group[from]) + (block * BlockBytes) - messages.PrefixBytes;
                }
                TOps.Load(at, words);
                Sha256Compression.Compress<TOps, TWord>(state, words);
            }
            TOps.Store(state, output);
            for (int lane = 0; lane < used; lane++) digests[group[lane]] = new Hash256(new ReadOnlySpan<byte>(output + (lane * Hash256.Size), Hash256.Size));
            group = group[used..];
        }
        return group;
    }

    /// <summary>Writes the head block, if there is a prefix, and behind it the last blocks with their padding.</summary>
    private static void Stage(in Messages messages, int i, int blocks, int tail, byte* staged)
    {
        ReadOnlySpan<byte> prefix = new(messages.Prefix, messages.PrefixBytes), body = new(messages.Body(i), messages.BodyBytes(i));
        Span<byte> last = new(staged + BlockBytes, 2 * BlockBytes);
        last.Clear();
        if (tail == 0)
        {
            prefix.CopyTo(last);
            body.CopyTo(last[prefix.Length..]);
        }
        else
        {
            Span<byte> head = new(staged, BlockBytes);
            prefix.CopyTo(head);
            body[..(BlockBytes - prefix.Length)].CopyTo(head[prefix.Length..]);
            body[((tail * BlockBytes) - prefix.Length)..].CopyTo(last);
        }
        int bytes = prefix.Length + body.Length;
        last[bytes - (tail * BlockBytes)] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(last[(((blocks - tail) * BlockBytes) - 8)..], (ulong)bytes * 8);
    }

    private static void ByFramework(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body, ref Hash256 digest)
    {
        byte[] joined = ArrayPool<byte>.Shared.Rent(prefix.Length + body.Length);
        prefix.CopyTo(joined);
        body.CopyTo(joined.AsSpan(prefix.Length));
        SHA256.HashData(joined.AsSpan(0, prefix.Length + body.Length), MemoryMarshal.AsBytes(new Span<Hash256>(ref digest)));
        ArrayPool<byte>.Shared.Return(joined);
    }
}
