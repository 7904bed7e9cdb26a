using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Archive;

/// <summary>Where a record lies: <paramref name="Offset"/> of its head, bytes of its content.</summary>
internal readonly record struct RecordPlace(ulong Number, long Offset, int Bytes);

/// <summary>
/// A file of records that is only appended to: length u32 | CRC-32C u32 of number and content | number u64 | content. A crash leaves a last record
/// that does not hold, which is cut off; a record in the middle that does not hold is damage, which nobody repairs in silence.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    public const int HeadBytes = 16;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly int _contentBytesMax;

    private RecordFile(string path, SafeFileHandle file, int contentBytesMax) => (_path, _file, _contentBytesMax) = (path, file, contentBytesMax);

    /// <summary>Where the next record goes.</summary>
    public long Length { get; private set; }

    /// <param name="mayWrite">False: another process may be writing, and what it has not finished is not looked at.</param>
    public static RecordFile Open(string path, bool mayWrite, int contentBytesMax) => new(
        path, File.OpenHandle(path, mayWrite ? FileMode.OpenOrCreate : FileMode.Open, mayWrite ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite), contentBytesMax);

    /// <summary>Reads every record; the file then ends behind the last one that holds.</summary>
    /// <param name="tailBytesMax">More than this that does not hold was not left by a crash.</param>
    public List<RecordPlace> Scan(bool mayCut, long tailBytesMax)
    {
        List<RecordPlace> places = [];
        long end = RandomAccess.GetLength(_file);
        byte[] buffer = [];
        Length = 0;
        while (TryRead(Length, end, ref buffer, out RecordPlace place))
        {
            places.Add(place);
            Length += HeadBytes + place.Bytes;
        }
        if (Length == end || !mayCut) return places;
        if (end - Length > tailBytesMax) throw new ArchiveException(ArchiveException.Damaged, $"{_path}: the record at {Length} does not hold, and {end - Length} bytes follow");
        RandomAccess.SetLength(_file, Length);
        RandomAccess.FlushToDisk(_file);
        return places;
    }

    /// <summary>A file whose records are known from its index.</summary>
    public void Adopt(long length) => Length = length;

    public long FileBytes => RandomAccess.GetLength(_file);

    /// <summary>Not durable before <see cref="Sync"/>.</summary>
    public RecordPlace Append(ulong number, ReadOnlySpan<byte> content)
    {
        byte[] record = new byte[HeadBytes + content.Length];
        BinaryPrimitives.WriteUInt32BigEndian(record, (uint)content.Length);
        BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(8), number);
        content.CopyTo(record.AsSpan(HeadBytes));
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(4), Crc32C(record.AsSpan(8)));
        RandomAccess.Write(_file, record, Length);
        RecordPlace place = new(number, Length, content.Length);
        Length += record.Length;
        return place;
    }

    public void Sync() => RandomAccess.FlushToDisk(_file);

    /// <summary>Checked against its CRC and its number.</summary>
    public byte[] Read(in RecordPlace place)
    {
        byte[] record = [];
        return TryRead(place.Offset, place.Offset + HeadBytes + place.Bytes, ref record, out RecordPlace read) && read == place
            ? record.AsSpan(HeadBytes, place.Bytes).ToArray()
            : throw new ArchiveException(ArchiveException.Damaged, $"{_path}: the record at {place.Offset} does not hold");
    }

    public void Dispose() => _file.Dispose();

    /// <summary>CRC-32C (RFC 3720, B.4).</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private bool TryRead(long offset, long end, ref byte[] record, out RecordPlace place)
    {
        place = default;
        Span<byte> head = stackalloc byte[HeadBytes];
        if (end - offset < HeadBytes || !Fill(head, offset)) return false;
        uint bytes = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (bytes > (uint)_contentBytesMax || end - offset - HeadBytes < bytes) return false;
        if (record.Length < HeadBytes + bytes) record = new byte[HeadBytes + bytes];
        Span<byte> whole = record.AsSpan(0, HeadBytes + (int)bytes);
        if (!Fill(whole, offset) || BinaryPrimitives.ReadUInt32BigEndian(whole[4..]) != Crc32C(whole[8..])) return false;
        place = new RecordPlace(BinaryPrimitives.ReadUInt64BigEndian(whole[8..]), offset, (int)bytes);
        return true;
    }

    private bool Fill(Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(_file, buffer, offset);
            if (read == 0) return false;
            buffer = buffer[read..];
            offset += read;
        }
        return true;
    }
}
