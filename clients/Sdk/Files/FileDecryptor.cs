using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>Where encrypted chunks come from: a buffer, a disk, nodes.</summary>
public interface IChunkSource
{
    /// <summary>Fills the buffer from an offset of a chunk; false where that many bytes are not there.</summary>
    ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>The length of a chunk; -1 where there is none.</summary>
    ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation);
}

/// <summary>
/// Decrypts a file or a range of it. Holds one segment. Whatever was changed, exchanged, cut off or appended is found before a byte of
/// that segment leaves; what was written before then stays written.
/// </summary>
public sealed class FileDecryptor : IDisposable
{
    private readonly IChunkSource _source;
    private readonly FileKey _key;
    private readonly Hash256 _fileId;
    private readonly FileLayout _layout;
    private readonly SegmentCipher _cipher;
    private readonly byte[] _box = new byte[FileLayout.SealedSegmentBytes], _plain = new byte[FileLayout.SegmentBytes];
    private readonly byte[] _head = new byte[ChunkHeader.Bytes];
    private ChunkHeader? _header;

    /// <param name="key">Stays the caller's.</param>
    /// <param name="layout">Of the manifest, or of <see cref="FindLayoutAsync"/>.</param>
    public FileDecryptor(IChunkSource source, FileKey key, Hash256 fileId, FileLayout layout)
    {
        if (!layout.IsValid) throw new ArgumentOutOfRangeException(nameof(layout));
        (_source, _key, _fileId, _layout, _cipher) = (source, key, fileId, layout, new SegmentCipher(key));
    }

    /// <summary>Writes the whole content and checks that nothing follows it.</summary>
    public async ValueTask<FileFault> CopyAllAsync(Stream output, CancellationToken cancellation = default)
    {
        FileFault fault = await CopyAsync(0, _layout.ContentBytes, output, cancellation);
        if (fault != FileFault.None) return fault;
        // The last segment may be padding alone; it is checked like any other.
        fault = await LoadAsync(_layout.Segments - 1, cancellation);
        if (fault != FileFault.None) return fault;
        for (long chunk = 0; chunk < _layout.Chunks; chunk++)
        {
            long length = await _source.LengthAsync((uint)chunk, cancellation);
            if (length != _layout.SealedBytes(chunk)) return length > _layout.SealedBytes(chunk) ? FileFault.Extended : FileFault.Truncated;
        }
        return await _source.LengthAsync((uint)_layout.Chunks, cancellation) < 0 ? FileFault.None : FileFault.Extended;
    }

    /// <summary>Writes a range of the content. Faults: Range, Unavailable and those of a segment.</summary>
    public async ValueTask<FileFault> CopyAsync(long offset, long bytes, Stream output, CancellationToken cancellation = default)
    {
        if (offset < 0 || bytes < 0 || offset > _layout.ContentBytes || bytes > _layout.ContentBytes - offset) return FileFault.Range;
        while (bytes > 0)
        {
            FileFault fault = await LoadAsync(offset / FileLayout.SegmentBytes, cancellation);
            if (fault != FileFault.None) return fault;
            int inside = (int)(offset % FileLayout.SegmentBytes), take = (int)Math.Min(bytes, FileLayout.SegmentBytes - inside);
            await output.WriteAsync(_plain.AsMemory(inside, take), cancellation);
            offset += take;
            bytes -= take;
        }
        return FileFault.None;
    }

    /// <summary>
    /// Finds the length of a file whose manifest is lost, from its chunks alone: the last segment opens as the last and ends in the padding.
    /// </summary>
    public static async ValueTask<(FileFault Fault, FileLayout Layout)> FindLayoutAsync(IChunkSource source, FileKey key, Hash256 fileId, CancellationToken cancellation = default)
    {
        byte[] head = new byte[ChunkHeader.Bytes];
        if (!await source.TryReadAsync(0, 0, head, cancellation)) return (FileFault.Header, default);
        FileFault fault = ChunkHeader.TryRead(head, key, out ChunkHeader header);
        if (fault != FileFault.None) return (fault, default);
        if (header.FileId != fileId || header.Chunk != 0) return (FileFault.WrongChunk, default);
        uint last = 0;
        while (await source.LengthAsync(last + 1, cancellation) >= 0) last++;
        long boxes = await source.LengthAsync(last, cancellation) - ChunkHeader.Bytes;
        if (boxes <= FileLayout.TagBytes) return (FileFault.Truncated, default);
        long inside = (boxes - 1) / FileLayout.SealedSegmentBytes, boxBytes = boxes - (inside * FileLayout.SealedSegmentBytes);
        long segment = ((long)last * header.SegmentsPerChunk) + inside;
        if (boxBytes <= FileLayout.TagBytes || segment > uint.MaxValue) return (FileFault.Truncated, default);
        byte[] box = new byte[boxBytes], plain = new byte[boxBytes - FileLayout.TagBytes];
        if (!await source.TryReadAsync(last, checked((int)(ChunkHeader.Bytes + (inside * FileLayout.SealedSegmentBytes))), box, cancellation)) return (FileFault.Unavailable, default);
        using SegmentCipher cipher = new(key);
        ChunkHeader lastHeader = header with { Chunk = last };
        if (!cipher.TryOpen(lastHeader, (uint)segment, isLast: true, box, plain)) return (cipher.Diagnose(lastHeader, (uint)segment, isLast: true, box), default);
        int content = ContentIn(plain);
        CryptographicOperations.ZeroMemory(plain);
        if (content < 0) return (FileFault.Padding, default);
        return (FileFault.None, new FileLayout((segment * FileLayout.SegmentBytes) + content, (int)header.SegmentsPerChunk * FileLayout.SegmentBytes));
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_plain);
        _cipher.Dispose();
    }

    private async ValueTask<FileFault> LoadAsync(long segment, CancellationToken cancellation)
    {
        uint chunk = (uint)_layout.ChunkOf(segment);
        if (_header?.Chunk != chunk)
        {
            if (!await _source.TryReadAsync(chunk, 0, _head, cancellation)) return FileFault.Unavailable;
            FileFault fault = ChunkHeader.TryRead(_head, _key, out ChunkHeader header);
            if (fault != FileFault.None) return fault;
            if (header != new ChunkHeader(_fileId, chunk, (uint)_layout.SegmentsPerChunk)) return FileFault.WrongChunk;
            _header = header;
        }
        int plainBytes = _layout.PlainBytes(segment);
        bool isLast = segment == _layout.Segments - 1;
        Memory<byte> box = _box.AsMemory(0, plainBytes + FileLayout.TagBytes);
        if (!await _source.TryReadAsync(chunk, _layout.OffsetInChunk(segment), box, cancellation)) return FileFault.Truncated;
        return Open(_header.Value, (uint)segment, isLast, box.Span, plainBytes);
    }

    private FileFault Open(in ChunkHeader header, uint segment, bool isLast, ReadOnlySpan<byte> box, int plainBytes)
    {
        if (!_cipher.TryOpen(header, segment, isLast, box, _plain)) return _cipher.Diagnose(header, segment, isLast, box);
        return isLast && ContentIn(_plain.AsSpan(0, plainBytes)) != _layout.ContentBytes - ((long)segment * FileLayout.SegmentBytes) ? FileFault.Padding : FileFault.None;
    }

    /// <summary>Bytes in front of the padding of the last segment; -1 where it has none.</summary>
    private static int ContentIn(ReadOnlySpan<byte> plain)
    {
        int end = plain.LastIndexOfAnyExcept((byte)0);
        return end >= 0 && plain[end] == 0x80 && plain.Length - end <= FileLayout.PaddingBytes && plain.Length % FileLayout.PaddingBytes == 0 ? end : -1;
    }
}
