using System.Buffers.Binary;
using System.Numerics;

namespace Dsdn.Log.Routing.Outbox;

/// <summary>
/// A frame of the outbox, big-endian, on 16-byte borders: length u32 | CRC-32C of the rest u32 | generation u64 | index u64 | highest
/// synced index u64 | record. A generation begins at offset 0 of one of the two files with the whole content; what happens follows it.
/// </summary>
internal static class OutboxFrames
{
    public const int HeaderBytes = 32;
    public const int Border = 16;
    public const int RecordBytesMax = 64 * 1_024;

    public static byte[] Encode(ulong generation, ulong index, ulong synced, ReadOnlySpan<byte> record)
    {
        int length = HeaderBytes + record.Length;
        byte[] frame = new byte[(length + Border - 1) / Border * Border];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(8), generation);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(16), index);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(24), synced);
        record.CopyTo(frame.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Checksum(frame.AsSpan(8, length - 8)));
        return frame;
    }

    public static bool TryRead(ReadOnlyMemory<byte> bytes, int offset, out OutboxFrame frame)
    {
        frame = default;
        if (offset + HeaderBytes > bytes.Length) return false;
        ReadOnlySpan<byte> at = bytes.Span[offset..];
        uint length = BinaryPrimitives.ReadUInt32BigEndian(at);
        if (length is < HeaderBytes or > HeaderBytes + RecordBytesMax || length > at.Length) return false;
        if (Checksum(at[8..(int)length]) != BinaryPrimitives.ReadUInt32BigEndian(at[4..])) return false;
        frame = new OutboxFrame(
            ((int)length + Border - 1) / Border * Border, BinaryPrimitives.ReadUInt64BigEndian(at[8..]), BinaryPrimitives.ReadUInt64BigEndian(at[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(at[24..]), bytes.Slice(offset + HeaderBytes, (int)length - HeaderBytes));
        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}

/// <param name="Bytes">With the fill up to the border.</param>
/// <param name="Index">From 1 within the generation.</param>
internal readonly record struct OutboxFrame(int Bytes, ulong Generation, ulong Index, ulong Synced, ReadOnlyMemory<byte> Record);
