using System.Buffers.Binary;
using System.Globalization;

namespace Dsdn.Node.Archive;

/// <summary>Consecutive batches in one file, named after the first. A full one gets an index beside it, so that opening need not read it.</summary>
internal sealed class Segment : IDisposable
{
    /// <summary>A segment that has reached this takes no more.</summary>
    public const long FullBytes = 64L << 20;

    /// <summary>What a crash may leave: a write of several batches, cut anywhere.</summary>
    private const long TailBytesMax = 2 * BatchArchive.AppendBytesMax;

    private const int IndexEntryBytes = 12;

    private readonly RecordFile _file;
    private readonly List<RecordPlace> _places;

    private Segment(ulong first, string path, RecordFile file, List<RecordPlace> places) => (First, Path, _file, _places) = (first, path, file, places);

    public ulong First { get; }

    public string Path { get; }

    public ulong Last => First + (ulong)_places.Count - 1;

    public bool IsEmpty => _places.Count == 0;

    public bool IsFull => _file.Length >= FullBytes;

    public static string PathOf(string folder, ulong first) => System.IO.Path.Combine(folder, first.ToString("D20", CultureInfo.InvariantCulture) + ".seg");

    /// <param name="isLast">Only the last segment may end in a torn record.</param>
    public static Segment Open(string path, bool isLast, bool mayWrite)
    {
        ulong first = ulong.Parse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture);
        RecordFile file = RecordFile.Open(path, mayWrite, Dsdn.Chain.Log.Batches.BatchEnvelopeCodec.BytesMax);
        try
        {
            List<RecordPlace> places = (isLast ? null : ReadIndex(path, first, file)) ?? file.Scan(mayWrite && isLast, TailBytesMax);
            for (int i = 0; i < places.Count; i++)
                if (places[i].Number != first + (ulong)i) throw new ArchiveException(ArchiveException.Damaged, $"{path}: batch {places[i].Number} where {first + (ulong)i} belongs");
            if (!isLast && file.Length != file.FileBytes) throw new ArchiveException(ArchiveException.Damaged, $"{path}: the record at {file.Length} does not hold");
            return new Segment(first, path, file, places);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Append(ulong seq, ReadOnlySpan<byte> envelope) => _places.Add(_file.Append(seq, envelope));

    public void Sync() => _file.Sync();

    public byte[] Read(ulong seq) => _file.Read(_places[(int)(seq - First)]);

    /// <summary>offset u64 | length u32 each, and a CRC-32C. It saves time and nothing else: without it, or with a wrong one, the segment is read.</summary>
    public void WriteIndex()
    {
        byte[] index = new byte[(_places.Count * IndexEntryBytes) + 4];
        for (int i = 0; i < _places.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(index.AsSpan(i * IndexEntryBytes), (ulong)_places[i].Offset);
            BinaryPrimitives.WriteUInt32BigEndian(index.AsSpan((i * IndexEntryBytes) + 8), (uint)_places[i].Bytes);
        }
        BinaryPrimitives.WriteUInt32BigEndian(index.AsSpan(index.Length - 4), RecordFile.Crc32C(index.AsSpan(0, index.Length - 4)));
        File.WriteAllBytes(IndexPath(Path), index);
    }

    public void Dispose() => _file.Dispose();

    private static string IndexPath(string path) => System.IO.Path.ChangeExtension(path, ".idx");

    private static List<RecordPlace>? ReadIndex(string path, ulong first, RecordFile file)
    {
        if (!File.Exists(IndexPath(path))) return null;
        byte[] index = File.ReadAllBytes(IndexPath(path));
        if (index.Length < 4 || (index.Length - 4) % IndexEntryBytes != 0) return null;
        if (BinaryPrimitives.ReadUInt32BigEndian(index.AsSpan(index.Length - 4)) != RecordFile.Crc32C(index.AsSpan(0, index.Length - 4))) return null;
        List<RecordPlace> places = [];
        long end = 0;
        for (int at = 0; at + IndexEntryBytes <= index.Length - 4; at += IndexEntryBytes)
        {
            RecordPlace place = new(
                first + (ulong)places.Count, (long)BinaryPrimitives.ReadUInt64BigEndian(index.AsSpan(at)), (int)BinaryPrimitives.ReadUInt32BigEndian(index.AsSpan(at + 8)));
            if (place.Offset != end) return null;
            places.Add(place);
            end += RecordFile.HeadBytes + place.Bytes;
        }
        if (end != file.FileBytes) return null;
        file.Adopt(end);
        return places;
    }
}
