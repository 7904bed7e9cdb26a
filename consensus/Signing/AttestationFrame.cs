using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>
/// One line of the record on disk, 128 bytes, big-endian: number u64 | seq u64 | expires u64 | core hash 32 | state root 32 |
/// has a state root u8 | zeros | first 8 bytes of the SHA-256 of all before.
/// </summary>
internal static class AttestationFrame
{
    public const int Bytes = 128;
    public const int ChecksumBytes = 8;

    public static void Write(Span<byte> frame, ulong number, in SignedSeq signed)
    {
        frame.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(frame, number);
        BinaryPrimitives.WriteUInt64BigEndian(frame[8..], signed.Seq);
        BinaryPrimitives.WriteUInt64BigEndian(frame[16..], signed.ExpiresMs);
        signed.CoreHash.CopyTo(frame[24..]);
        if (signed.StateRoot is { } root)
        {
            root.CopyTo(frame[56..]);
            frame[88] = 1;
        }
        Seal(frame);
    }

    public static bool TryRead(ReadOnlySpan<byte> frame, ulong number, out SignedSeq signed)
    {
        signed = default;
        if (frame.Length != Bytes || !IsSealed(frame) || BinaryPrimitives.ReadUInt64BigEndian(frame) != number) return false;
        signed = new SignedSeq(
            BinaryPrimitives.ReadUInt64BigEndian(frame[8..]), new Hash256(frame[24..56]), frame[88] == 1 ? new Hash256(frame[56..88]) : null, BinaryPrimitives.ReadUInt64BigEndian(frame[16..]));
        return true;
    }

    /// <summary>Writes the checksum into the last bytes.</summary>
    public static void Seal(Span<byte> sealedBytes) => Checksum(sealedBytes[..^ChecksumBytes]).CopyTo(sealedBytes[^ChecksumBytes..]);

    public static bool IsSealed(ReadOnlySpan<byte> sealedBytes) => Checksum(sealedBytes[..^ChecksumBytes]).SequenceEqual(sealedBytes[^ChecksumBytes..]);

    private static ReadOnlySpan<byte> Checksum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes).AsSpan(0, ChecksumBytes);
}
