using System.Security.Cryptography;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>An encrypted chunk in its buffer.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Identity">Chunk id, root and length of the encrypted bytes.</param>
/// <param name="IsLast">The file ends here.</param>
public readonly record struct SealedChunk(uint Index, ChunkIdentity Identity, bool IsLast);

/// <summary>
/// Encrypts a stream of unknown length chunk by chunk: holds one segment more than the caller's buffer. The same key, file id and
/// content give the same chunks.
/// </summary>
public sealed class FileEncryptor : IDisposable
{
    private readonly Stream _source;
    private readonly FileKey _key;
    private readonly Hash256 _fileId;
    private readonly int _segmentsPerChunk;
    private readonly SegmentCipher _cipher;
    private readonly ChunkHasher _hasher = new();
    private readonly byte[] _next = new byte[FileLayout.SegmentBytes], _current = new byte[FileLayout.SegmentBytes];
    private int _nextBytes = -1;
    private uint _chunk;

    /// <param name="source">Read forward only; stays open.</param>
    /// <param name="key">Of this content alone; stays the caller's.</param>
    /// <param name="chunkContentBytes">A multiple of 64 KiB, up to 64 MiB.</param>
    /// <param name="firstChunk">Where it begins; the source stands there already. No chunk from there on may ever have left this machine under the key with another content.</param>
    public FileEncryptor(Stream source, FileKey key, Hash256 fileId, int chunkContentBytes = FileLayout.DefaultChunkContentBytes, uint firstChunk = 0)
    {
        if (!FileLayout.IsChunkSize(chunkContentBytes)) throw new ArgumentOutOfRangeException(nameof(chunkContentBytes));
        (_source, _key, _fileId, _segmentsPerChunk, _cipher) = (source, key, fileId, chunkContentBytes / FileLayout.SegmentBytes, new SegmentCipher(key));
        (_chunk, ContentBytes) = (firstChunk, (long)firstChunk * chunkContentBytes);
    }

    /// <summary>Content read so far; of the whole file once <see cref="IsEnded"/>.</summary>
    public long ContentBytes { get; private set; }

    public bool IsEnded { get; private set; }

    /// <summary>Encrypts the next chunk into a buffer of <see cref="FileLayout.SealedChunkBytesMax"/>. Fault: TooLarge.</summary>
    /// <exception cref="InvalidOperationException">The file ended.</exception>
    public FileFault Next(Span<byte> buffer, out SealedChunk chunk)
    {
        chunk = default;
        if (IsEnded) throw new InvalidOperationException("the file ended");
        if (_nextBytes < 0) _nextBytes = Fill(_next);
        ChunkHeader header = new(_fileId, _chunk, (uint)_segmentsPerChunk);
        header.Write(buffer, _key);
        int at = ChunkHeader.Bytes;
        for (int i = 0; i < _segmentsPerChunk || (_nextBytes == 0 && !IsEnded); i++)
        {
            if (IsEnded) break;
            long segment = ((long)_chunk * _segmentsPerChunk) + i;
            if (segment > uint.MaxValue) return FileFault.TooLarge;
            _next.AsSpan(0, _nextBytes).CopyTo(_current);
            int bytes = _nextBytes;
            ContentBytes += bytes;
            if (bytes == FileLayout.SegmentBytes) _nextBytes = Fill(_next);
            else
            {
                // The end: 0x80 and zeros up to the next multiple.
                int padded = ((bytes / FileLayout.PaddingBytes) + 1) * FileLayout.PaddingBytes;
                _current.AsSpan(bytes, padded - bytes).Clear();
                _current[bytes] = 0x80;
                bytes = padded;
                IsEnded = true;
            }
            _cipher.Seal(header, (uint)segment, IsEnded, _current.AsSpan(0, bytes), buffer[at..]);
            at += bytes + FileLayout.TagBytes;
        }
        _hasher.Append(buffer[..at]);
        chunk = new SealedChunk(_chunk++, _hasher.Finish(), IsEnded);
        return FileFault.None;
    }

    /// <summary>
    /// Encrypts one chunk again, as a resumed upload needs it. Other content under the same nonces would give both away, so what does
    /// not come out as it did before is wiped and never handed out. Fault: SourceChanged.
    /// </summary>
    /// <param name="source">Can seek; at the same content.</param>
    /// <param name="expected">As <see cref="Next"/> gave it.</param>
    public static FileFault Repeat(Stream source, FileKey key, Hash256 fileId, int chunkContentBytes, SealedChunk expected, Span<byte> buffer)
    {
        source.Seek((long)expected.Index * chunkContentBytes, SeekOrigin.Begin);
        using FileEncryptor encryptor = new(source, key, fileId, chunkContentBytes, expected.Index);
        if (encryptor.Next(buffer, out SealedChunk again) == FileFault.None && again == expected) return FileFault.None;
        CryptographicOperations.ZeroMemory(buffer);
        return FileFault.SourceChanged;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_next);
        CryptographicOperations.ZeroMemory(_current);
        _cipher.Dispose();
        _hasher.Dispose();
    }

    private int Fill(Span<byte> buffer) => _source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
}
