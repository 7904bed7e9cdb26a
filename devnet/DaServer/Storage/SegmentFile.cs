using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.DaServer.Storage;

/// <summary>A file of records: length u32 little-endian | SHA-256 of the payload | payload, one after another.</summary>
internal sealed class SegmentFile : IDisposable
{
    private const int HeadBytes = sizeof(uint) + Hash256.Size;
    private const int PayloadBytesMax = 256 * 1024 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _file;

    private SegmentFile(string path, SafeFileHandle file) => (_path, _file, Length) = (path, file, RandomAccess.GetLength(file));

    public long Length { get; private set; }

    public long CutBytes { get; private set; }

    public static SegmentFile Create(string path) => new(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read));

    public static SegmentFile Open(string path) => new(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));

    /// <summary>On disk when it returns.</summary>
    /// <returns>Where the payload is.</returns>
    public long Append(ReadOnlySpan<byte> payload)
    {
        byte[] record = new byte[HeadBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)payload.Length);
        SHA256.HashData(payload, record.AsSpan(sizeof(uint)));
        payload.CopyTo(record.AsSpan(HeadBytes));
        RandomAccess.Write(_file, record, Length);
        RandomAccess.FlushToDisk(_file);
        long at = Length + HeadBytes;
        Length += record.Length;
        return at;
    }

    /// <returns>Null where the bytes are not those that were written.</returns>
    public byte[]? Read(long offset, int bytes) => TryRecord(offset - HeadBytes, out byte[] payload) && payload.Length == bytes ? payload : null;

    /// <summary>All payloads from the start. What a crash left at the end is cut away, which only the last file can have.</summary>
    /// <exception cref="DaServerException">a record is damaged, and it is not the last thing written</exception>
    public IEnumerable<(long Offset, byte[] Payload)> Scan(bool mayBeCut)
    {
        long at = 0;
        while (at < Length)
        {
            if (!TryRecord(at, out byte[] payload))
            {
                if (!mayBeCut || IsFollowed(at)) throw new DaServerException($"{_path}: the record at byte {at} is damaged", isIntegrity: true);
                CutBytes = Length - at;
                RandomAccess.SetLength(_file, at);
                RandomAccess.FlushToDisk(_file);
                Length = at;
                yield break;
            }
            yield return (at + HeadBytes, payload);
            at += HeadBytes + payload.Length;
        }
    }

    public void Delete()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Whether a whole record stands behind the one at a place: then that one was whole too, once.</summary>
    private bool IsFollowed(long at)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        if (RandomAccess.Read(_file, length, at) < sizeof(uint)) return false;
        long next = at + HeadBytes + BinaryPrimitives.ReadUInt32LittleEndian(length);
        return next < Length && TryRecord(next, out _);
    }

    private bool TryRecord(long at, out byte[] payload)
    {
        payload = [];
        byte[] head = new byte[HeadBytes];
        if (!TryFill(head, at)) return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (length is 0 or > PayloadBytesMax || length > Length - at - HeadBytes) return false;
        byte[] read = new byte[length];
        if (!TryFill(read, at + HeadBytes) || !SHA256.HashData(read).AsSpan().SequenceEqual(head.AsSpan(sizeof(uint)))) return false;
        payload = read;
        return true;
    }

    private bool TryFill(Span<byte> bytes, long at)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, at);
            if (read == 0) return false;
            bytes = bytes[read..];
            at += read;
        }
        return true;
    }
}
