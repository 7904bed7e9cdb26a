using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// SHA-256 (FIPS 180-4) of many messages of one length: sixteen at a time with AVX-512, eight with AVX2, four with 128-bit
/// vectors. A message is a prefix and a body, so that the trees that put bytes in front of their nodes need no copies.
/// </summary>
public static unsafe class Sha256Batch
{
    /// <summary>The longest prefix: one block.</summary>
    public const int PrefixBytesMax = Sha256Compression.BlockBytes;

    private const int BlockBytes = Sha256Compression.BlockBytes;

    /// <summary>Up to this many messages cost less one by one than in a register that is mostly idle.</summary>
    private const int AloneMax = 2;

    /// <summary>From here on one message goes to the framework, whose call costs more but whose rounds cost less.</summary>
    private const int FrameworkBytesMin = 56;

    /// <summary>The head block of a lane and its last two blocks.</summary>
    private const int StagedBytes = 3 * BlockBytes;

    /// <summary>What this processor does best.</summary>
    public static Sha256Path BestPath =>
        Vector512.IsHardwareAccelerated ? Sha256Path.SixteenLanes
        : Vector256.IsHardwareAccelerated ? Sha256Path.EightLanes
        : Vector128.IsHardwareAccelerated ? Sha256Path.FourLanes
        : Sha256Path.Scalar;

    /// <summary>The digest of body i, which is <c>bodies[i * bodyBytes .. (i + 1) * bodyBytes]</c>, goes to <c>digests[i]</c>.</summary>
    public static void Hash(ReadOnlySpan<byte> bodies, int bodyBytes, Span<Hash256> digests) => Hash(default, bodies, bodyBytes, digests);

    /// <summary>The digests of <paramref name="prefix"/> | body i. The digests may lie where the bodies do, from the same start or earlier, if bodies have 32 bytes or more.</summary>
    /// <param name="prefix">In front of every body; at most <see cref="PrefixBytesMax"/> bytes.</param>
    public static void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> bodies, int bodyBytes, Span<Hash256> digests) =>
        Hash(prefix, prefix.Length, 0, bodies, bodyBytes, digests, BestPath);

    /// <summary>The digests of prefix i | body i.</summary>
    /// <param name="prefixBytes">The length of each prefix, at most <see cref="PrefixBytesMax"/>.</param>
    public static void HashEach(ReadOnlySpan<byte> prefixes, int prefixBytes, ReadOnlySpan<byte> bodies, int bodyBytes, Span<Hash256> digests) =>
        Hash(prefixes, prefixBytes, prefixBytes, bodies, bodyBytes, digests, BestPath);

    internal static void Hash(
        ReadOnlySpan<byte> prefixes, int prefixBytes, int prefixStride, ReadOnlySpan<byte> bodies, int bodyBytes, Span<Hash256> digests, Sha256Path path)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bodyBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)prefixBytes, (uint)PrefixBytesMax);
        if (bodies.Length != (long)bodyBytes * digests.Length) throw new ArgumentException("as many bodies as digests are needed");
        if (prefixStride == 0 ? prefixes.Length != prefixBytes : prefixes.Length != (long)prefixBytes * digests.Length)
            throw new ArgumentException("one prefix, or as many as digests, is needed");
        fixed (byte* prefix = prefixes, body = bodies)
        fixed (Hash256* digest = digests)
        {
            Messages messages = new(prefix, prefixBytes, prefixStride, body, bodyBytes);
            int at = 0, count = digests.Length;
            if (path >= Sha256Path.SixteenLanes) at = Groups<Sha256Sixteen, Vector512<uint>>(messages, at, count, path == BestPath ? 8 : AloneMax, digest);
            if (path >= Sha256Path.EightLanes) at = Groups<Sha256Eight, Vector256<uint>>(messages, at, count, AloneMax, digest);
            if (path >= Sha256Path.FourLanes) at = Groups<Sha256Four, Vector128<uint>>(messages, at, count, AloneMax, digest);
            for (; at < count; at++)
            {
                if (path == Sha256Path.Scalar || prefixBytes + bodyBytes < FrameworkBytesMin) Groups<Sha256One, uint>(messages, at, at + 1, 0, digest);
                else ByFramework(messages, at, digest);
            }
        }
    }

    private readonly struct Messages(byte* prefixes, int prefixBytes, int prefixStride, byte* bodies, int bodyBytes)
    {
        public readonly int PrefixBytes = prefixBytes, BodyBytes = bodyBytes;

        public long Bytes => (long)PrefixBytes + BodyBytes;

        public bool HasOnePrefix => prefixStride == 0;

        public byte* Prefix(int i) => prefixes + ((long)i * prefixStride);

        public byte* Body(int i) => bodies + ((long)i * BodyBytes);
    }

    /// <summary>Hashes full registers, and a last one that is not full while more than <paramref name="idle"/> messages are left.</summary>
    /// <returns>The first message that is not hashed.</returns>
    [SkipLocalsInit]
    private static int Groups<TOps, TWord>(in Messages messages, int from, int count, int idle, Hash256* digests)
        where TOps : ISha256Word<TWord>
        where TWord : unmanaged
    {
        if (count - from <= idle) return from;
        long bytes = messages.Bytes, whole = bytes / BlockBytes, blocks = ((bytes + 8) / BlockBytes) + 1;
        byte* staged = stackalloc byte[TOps.Lanes * StagedBytes];
        byte** at = stackalloc byte*[TOps.Lanes];
        TWord* state = stackalloc TWord[Sha256Compression.StateWords];
        TWord* words = stackalloc TWord[Sha256Compression.BlockWords];
        byte* output = stackalloc byte[TOps.Lanes * Hash256.Size];
        PlacePadding(messages, whole, blocks, staged, TOps.Lanes);
        while (count - from > idle)
        {
            int used = Math.Min(TOps.Lanes, count - from);
            for (int lane = 0; lane < TOps.Lanes; lane++) Stage(messages, from + Math.Min(lane, used - 1), whole, staged + (lane * StagedBytes));
            Sha256Compression.Start<TOps, TWord>(state);
            for (long block = 0; block < blocks; block++)
            {
                long inside = InStage(messages, block, whole);
                for (int lane = 0; lane < TOps.Lanes; lane++)
                {
                    at[lane] = inside >= 0
                        ? staged + (lane * StagedBytes) + inside
                        : messages.Body(from + Math.Min(lane, used - 1)) + (block * BlockBytes) - messages.PrefixBytes;
                }
                TOps.Load(at, words);
                Sha256Compression.Compress<TOps, TWord>(state, words);
            }
            TOps.Store(state, output);
            new ReadOnlySpan<byte>(output, used * Hash256.Size).CopyTo(new Span<byte>(digests + from, used * Hash256.Size));
            from += used;
        }
        return from;
    }

    /// <summary>Where a block lies among the staged bytes of its lane; negative where it is read from the body.</summary>
    private static long InStage(in Messages messages, long block, long whole)
    {
        if (block >= whole) return (block - whole + (whole > 0 ? 1 : 0)) * BlockBytes;
        return block == 0 && messages.PrefixBytes > 0 ? 0 : -1;
    }

    /// <summary>What is alike in all messages: the end of the last block and a common prefix.</summary>
    private static void PlacePadding(in Messages messages, long whole, long blocks, byte* staged, int lanes)
    {
        int tail = whole > 0 ? BlockBytes : 0;
        int rest = (int)(messages.Bytes % BlockBytes), end = tail + (int)((blocks - whole) * BlockBytes);
        for (int lane = 0; lane < lanes; lane++)
        {
            Span<byte> own = new(staged + (lane * StagedBytes), StagedBytes);
            own.Clear();
            own[tail + rest] = 0x80;
            BinaryPrimitives.WriteUInt64BigEndian(own[(end - 8)..end], (ulong)messages.Bytes * 8);
            if (messages.HasOnePrefix) new ReadOnlySpan<byte>(messages.Prefix(0), messages.PrefixBytes).CopyTo(own);
        }
    }

    /// <summary>Copies what of a message does not lie in whole blocks of its body.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stage(in Messages messages, int i, long whole, byte* staged)
    {
        int prefix = messages.PrefixBytes;
        if (prefix > 0 && !messages.HasOnePrefix) Unsafe.CopyBlockUnaligned(staged, messages.Prefix(i), (uint)prefix);
        if (whole == 0)
        {
            Unsafe.CopyBlockUnaligned(staged + prefix, messages.Body(i), (uint)messages.BodyBytes);
            return;
        }
        if (prefix > 0) Unsafe.CopyBlockUnaligned(staged + prefix, messages.Body(i), (uint)(BlockBytes - prefix));
        long done = (whole * BlockBytes) - prefix;
        Unsafe.CopyBlockUnaligned(staged + BlockBytes, messages.Body(i) + done, (uint)(messages.BodyBytes - done));
    }

    private static void ByFramework(in Messages messages, int i, Hash256* digests)
    {
        ReadOnlySpan<byte> body = new(messages.Body(i), messages.BodyBytes);
        Span<byte> digest = MemoryMarshal.AsBytes(new Span<Hash256>(digests + i, 1));
        if (messages.PrefixBytes == 0)
        {
            SHA256.HashData(body, digest);
            return;
        }
        int bytes = messages.PrefixBytes + messages.BodyBytes;
        byte[] joined = ArrayPool<byte>.Shared.Rent(bytes);
        new ReadOnlySpan<byte>(messages.Prefix(i), messages.PrefixBytes).CopyTo(joined);
        body.CopyTo(joined.AsSpan(messages.PrefixBytes));
        SHA256.HashData(joined.AsSpan(0, bytes), digest);
        ArrayPool<byte>.Shared.Return(joined);
    }
}
