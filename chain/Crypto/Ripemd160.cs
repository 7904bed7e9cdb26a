using System.Buffers.Binary;
using System.Numerics;

namespace Dsdn.Chain.Crypto;

/// <summary>RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996), for the key fingerprints of BIP-32 only.</summary>
public static class Ripemd160
{
    public const int Size = 20;

    private const int BlockBytes = 64;

    private static ReadOnlySpan<byte> LeftOrder => [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
        3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12, 1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
        4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13];

    private static ReadOnlySpan<byte> RightOrder => [
        5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12, 6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
        15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13, 8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
        12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11];

    private static ReadOnlySpan<byte> LeftShift => [
        11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
        11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
        9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6];

    private static ReadOnlySpan<byte> RightShift => [
        8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
        9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
        8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11];

    private static ReadOnlySpan<uint> LeftConstant => [0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e];

    private static ReadOnlySpan<uint> RightConstant => [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0];

    /// <param name="digest">20 bytes out.</param>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> digest)
    {
        if (digest.Length < Size) throw new ArgumentException("a digest needs 20 bytes");
        Span<uint> h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
        ulong bits = 8UL * (ulong)input.Length;
        for (; input.Length >= BlockBytes; input = input[BlockBytes..]) Compress(h, input);
        Span<byte> tail = stackalloc byte[2 * BlockBytes];
        tail.Clear();
        input.CopyTo(tail);
        tail[input.Length] = 0x80;
        int blocks = input.Length < BlockBytes - 8 ? 1 : 2;
        BinaryPrimitives.WriteUInt64LittleEndian(tail[((blocks * BlockBytes) - 8)..], bits);
        for (int i = 0; i < blocks; i++) Compress(h, tail[(i * BlockBytes)..]);
        for (int i = 0; i < h.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(digest[(4 * i)..], h[i]);
    }

    private static void Compress(Span<uint> h, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[16];
        for (int i = 0; i < words.Length; i++) words[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        (uint la, uint lb, uint lc, uint ld, uint le) = Line(h, words, LeftOrder, LeftShift, LeftConstant, mirrored: false);
        (uint ra, uint rb, uint rc, uint rd, uint re) = Line(h, words, RightOrder, RightShift, RightConstant, mirrored: true);
        unchecked
        {
            uint next = h[1] + lc + rd;
            h[1] = h[2] + ld + re;
            h[2] = h[3] + le + ra;
            h[3] = h[4] + la + rb;
            h[4] = h[0] + lb + rc;
            h[0] = next;
        }
    }

    /// <summary>One of the two parallel lines of 80 steps; the right one takes the functions in reverse order.</summary>
    private static (uint A, uint B, uint C, uint D, uint E) Line(
        ReadOnlySpan<uint> h, ReadOnlySpan<uint> words, ReadOnlySpan<byte> order, ReadOnlySpan<byte> shift, ReadOnlySpan<uint> constant, bool mirrored)
    {
        uint a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int step = 0; step < 80; step++)
        {
            int round = step / 16;
            unchecked
            {
                uint mixed = a + F(mirrored ? 4 - round : round, b, c, d) + words[order[step]] + constant[round];
                mixed = BitOperations.RotateLeft(mixed, shift[step]) + e;
                (a, b, c, d, e) = (e, mixed, b, BitOperations.RotateLeft(c, 10), d);
            }
        }
        return (a, b, c, d, e);
    }

    private static uint F(int kind, uint x, uint y, uint z) => kind switch
    {
        0 => x ^ y ^ z,
        1 => (x & y) | (~x & z),
        2 => (x | ~y) ^ z,
        3 => (x & z) | (y & ~z),
        _ => x ^ (y | ~z),
    };
}
