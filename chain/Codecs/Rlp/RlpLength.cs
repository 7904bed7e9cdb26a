using System.Numerics;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Rlp;

/// <summary>Encoded lengths in bytes, header included, for writers that know a list's payload before they write it.</summary>
public static class RlpLength
{
    public static int Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 1 && bytes[0] < 0x80 ? 1 : RlpWriter.HeaderLength(bytes.Length) + bytes.Length;

    public static int Of(ulong value) => value < 0x80 ? 1 : 9 - (BitOperations.LeadingZeroCount(value) / 8);

    public static int Of(Uint256 value) => value.FitsUInt64 ? Of(value.ToUInt64()) : 1 + value.ByteLength;

    /// <summary>A list with this many payload bytes.</summary>
    public static int OfList(int payloadLength) => RlpWriter.HeaderLength(payloadLength) + payloadLength;
}
