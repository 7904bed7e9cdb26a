using System.Buffers.Binary;
using System.Numerics;
using Dsdn.Consensus.Replica;

namespace Dsdn.Consensus.Wal;

/// <summary>Where the log lies: bytes that can be read, written and made durable. Grows as it is written.</summary>
public interface IWalDevice
{
    byte[] ReadAll();

    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Everything written is on disk when this returns.</summary>
    void Sync();
}

/// <summary>A record that had been on disk is not readable any more: the disk lost it, and with it perhaps a vote.</summary>
public sealed class WalCorruptException(string detail) : Exception($"DSDN-E-WAL-CORRUPT: {detail}");

/// <summary>
/// The write-ahead log of the height that is being decided. Frames follow each other from offset 0; a new height begins
/// there again over the old ones. A crash may tear or lose what was written after the last sync, never more: a frame
/// that was synced and is unreadable stops the node (chain-decisions 2, WAL).
/// Frame, big-endian, on 16-byte borders: length u32 | CRC-32C of the rest u32 | sequence u64 | sequence of the frame before it u64 |
/// first sequence of the height u64 | highest synced sequence u64 | height u64 | record. Where a crash cut the tail, numbers are
/// left out, so that nothing behind the cut is ever taken for what follows it.
/// </summary>
public sealed class WalLog
{
    private const int HeaderBytes = 48;
    private const int Border = 16;
    private const int RecordBytesMax = 8 * 1024 * 1024;

    private readonly IWalDevice _device;
    private readonly List<WalRecord> _records = [];
    private long _end;
    private ulong _sequence;
    private ulong _previous;
    private ulong _first = 1;
    private ulong _synced;

    private WalLog(IWalDevice device) => _device = device;

    /// <summary>What was in the log when it was opened, of heights above the decided one.</summary>
    public IReadOnlyList<WalRecord> Records => _records;

    /// <summary>Frames appended and syncs made since the log was opened, for metrics.</summary>
    public (ulong Frames, ulong Syncs) Count { get; private set; }

    /// <param name="decidedHeight">Of the chain; frames of this height and below are of no use any more.</param>
    /// <exception cref="WalCorruptException">a synced frame of an undecided height is unreadable</exception>
    public static WalLog Open(IWalDevice device, ulong decidedHeight)
    {
        var log = new WalLog(device);
        log.Scan(device.ReadAll(), decidedHeight);
        device.Sync(); // what a killed process left in the page cache is as good as synced from here on
        return log;
    }

    public void Append(WalRecord record)
    {
        byte[] payload = WalCodec.Encode(record);
        int length = HeaderBytes + payload.Length;
        byte[] frame = new byte[(length + Border - 1) / Border * Border];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(8), ++_sequence);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(16), _previous);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(24), _first);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(32), _synced);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(40), record.Height);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Checksum(frame.AsSpan(8, length - 8)));
        _device.Write(_end, frame);
        _end += frame.Length;
        _previous = _sequence;
        Count = (Count.Frames + 1, Count.Syncs);
    }

    public void Sync()
    {
        _device.Sync();
        _synced = _sequence;
        Count = (Count.Frames, Count.Syncs + 1);
    }

    /// <summary>The height is committed: the next record goes to the beginning.</summary>
    public void Truncate()
    {
        _end = 0;
        _first = _sequence + 1;
    }

    private void Scan(byte[] bytes, ulong decidedHeight)
    {
        int offset = 0;
        while (TryRead(bytes, offset, out Frame frame) && (offset == 0 || frame.Previous == _previous))
        {
            if (offset == 0) _first = frame.First;
            _previous = frame.Sequence;
            if (frame.Height > decidedHeight) _records.Add(Decode(frame));
            offset += (frame.Length + Border - 1) / Border * Border;
        }
        _sequence = _previous;
        for (int at = offset; at + HeaderBytes <= bytes.Length; at += Border)
        {
            if (!TryRead(bytes, at, out Frame later)) continue;
            _sequence = Math.Max(_sequence, later.Sequence);
            if (later.Height <= decidedHeight || later.Sequence <= _previous) continue; // of an older height, not yet written over
            ulong expected = Math.Max(later.First, _previous + 1);
            if (later.Synced >= expected) throw new WalCorruptException($"record {expected} at offset {offset} was on disk and is unreadable; record {later.Sequence} of height {later.Height} follows");
        }
        _end = offset;
        _synced = _previous;
        if (_records.Count == 0) Truncate();
    }

    private static WalRecord Decode(Frame frame) =>
        WalCodec.TryDecode(frame.Payload, out WalRecord? record) ? record : throw new WalCorruptException($"record {frame.Sequence} has the right checksum but is no record; it was written by another version");

    private static bool TryRead(byte[] bytes, int offset, out Frame frame)
    {
        frame = default;
        if (offset + HeaderBytes > bytes.Length) return false;
        ReadOnlySpan<byte> at = bytes.AsSpan(offset);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(at);
        if (length is < HeaderBytes or > RecordBytesMax || length > at.Length) return false;
        if (Checksum(at[8..(int)length]) != BinaryPrimitives.ReadUInt32BigEndian(at[4..])) return false;
        frame = new Frame(
            (int)length, BinaryPrimitives.ReadUInt64BigEndian(at[8..]), BinaryPrimitives.ReadUInt64BigEndian(at[16..]), BinaryPrimitives.ReadUInt64BigEndian(at[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(at[32..]), BinaryPrimitives.ReadUInt64BigEndian(at[40..]), bytes.AsMemory(offset + HeaderBytes, (int)length - HeaderBytes));
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

    private readonly record struct Frame(int Length, ulong Sequence, ulong Previous, ulong First, ulong Synced, ulong Height, ReadOnlyMemory<byte> Payload);
}
