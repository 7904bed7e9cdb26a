using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Storage.Tests.Files;

public sealed class FileEncryptionTests
{
    private const int Segment = FileLayout.SegmentBytes;

    /// <summary>Around padding, segments and chunks of two segments.</summary>
    public static TheoryData<int> Lengths =>
        [0, 1, 4_095, 4_096, Segment - 4_097, Segment - 4_096, Segment - 1, Segment, Segment + 1, (2 * Segment) - 1, 2 * Segment, (2 * Segment) + 1, (4 * Segment) - 4_096, 4 * Segment, 300_001];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task ContentComesBackWholeAndInRanges(int length)
    {
        byte[] content = Sample.Content(length, length);
        FileBox box = FileBox.Seal(content, 2 * Segment);
        Assert.Equal(length, box.Layout.ContentBytes);
        Assert.Equal(box.Layout.Chunks, box.Chunks.Count);
        for (int i = 0; i < box.Chunks.Count; i++)
        {
            Assert.Equal(box.Layout.SealedBytes(i), box.Chunks[i].Length);
            Assert.Equal(ChunkHasher.Of(box.Chunks[i]), box.Sealed[i].Identity);
            Assert.Equal(i == box.Chunks.Count - 1, box.Sealed[i].IsLast);
            Assert.True(box.Chunks[i].Length <= FileLayout.SealedChunkBytesMax(2 * Segment));
        }
        (FileFault fault, byte[] opened) = await box.OpenAsync();
        Assert.Equal((FileFault.None, true), (fault, opened.AsSpan().SequenceEqual(content)));
        foreach ((long from, long bytes) in (IEnumerable<(long, long)>)[(0, 0), (length, 0), (0, length), (length / 2, length - (length / 2)), (length / 3, length / 3), (Math.Max(0, length - 1), Math.Min(1, length))])
        {
            (fault, opened) = await box.OpenAsync(from, bytes);
            Assert.Equal(FileFault.None, fault);
            Assert.True(opened.AsSpan().SequenceEqual(content.AsSpan((int)from, (int)bytes)));
        }
        Assert.Equal(FileFault.Range, (await box.OpenAsync(0, length + 1)).Fault);
        Assert.Equal(FileFault.Range, (await box.OpenAsync(-1, 1)).Fault);
        Assert.Equal(FileFault.Range, (await box.OpenAsync(long.MaxValue, long.MaxValue)).Fault);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task LayoutIsFoundWithoutTheManifest(int length)
    {
        FileBox box = FileBox.Seal(Sample.Content(length, length), 2 * Segment);
        Assert.Equal((FileFault.None, box.Layout), await FileDecryptor.FindLayoutAsync(box, box.Key, box.FileId));
        if (box.Chunks.Count > 1)
        {
            box.Chunks.RemoveAt(box.Chunks.Count - 1);
            Assert.Equal(FileFault.Truncated, (await FileDecryptor.FindLayoutAsync(box, box.Key, box.FileId)).Fault);
        }
    }

    [Fact]
    public async Task ChangedByteAnywhereIsFound()
    {
        FileBox box = FileBox.Seal(Sample.Content(1, 150_000), 2 * Segment);
        byte[] chunk = box.Chunks[0];
        for (int at = 0; at < chunk.Length; at += at < ChunkHeader.Bytes + 20 ? 1 : 997)
        {
            chunk[at] ^= 0x40;
            FileFault fault = (await box.OpenAsync()).Fault;
            chunk[at] ^= 0x40;
            FileFault expected = at switch
            {
                < 4 => FileFault.Header,
                4 => FileFault.Version,
                < 12 => FileFault.WrongKey,
                < 48 => FileFault.WrongChunk,
                < 52 => FileFault.WrongChunk,
                < ChunkHeader.Bytes => FileFault.WrongKey,
                _ => FileFault.Tampered,
            };
            Assert.True(fault == expected || (at is >= 48 and < 52 && fault == FileFault.Header), $"byte {at}: {fault}, not {expected}");
        }
        Assert.Equal(FileFault.None, (await box.OpenAsync()).Fault);
    }

    [Fact]
    public async Task ExchangedSegmentsAndChunksAreFound()
    {
        byte[] content = new byte[5 * Segment]; // alike, so that nothing but the place tells them apart
        FileBox box = FileBox.Seal(content, 2 * Segment), other = FileBox.Seal(content, 2 * Segment, box.Key, FileKey.CreateFileId());
        (byte[] first, byte[] second) = (box.Chunks[0], box.Chunks[1]);
        Span<byte> a = first.AsSpan(ChunkHeader.Bytes, FileLayout.SealedSegmentBytes), b = first.AsSpan(ChunkHeader.Bytes + FileLayout.SealedSegmentBytes);
        byte[] kept = a.ToArray();
        b.CopyTo(a);
        kept.CopyTo(b);
        Assert.Equal(FileFault.Tampered, (await box.OpenAsync()).Fault);
        box.Chunks[0] = [.. first[..ChunkHeader.Bytes], .. kept, .. second[^FileLayout.SealedSegmentBytes..]];
        Assert.Equal(FileFault.Tampered, (await box.OpenAsync(Segment, 1)).Fault);
        (box.Chunks[0], box.Chunks[1]) = (second, first);
        Assert.Equal(FileFault.WrongChunk, (await box.OpenAsync()).Fault);
        // A chunk of another file under the same key, as it is and behind this file's header.
        box.Chunks[0] = other.Chunks[0];
        Assert.Equal(FileFault.WrongChunk, (await box.OpenAsync()).Fault);
        box.Chunks[0] = [.. first[..ChunkHeader.Bytes], .. other.Chunks[0][ChunkHeader.Bytes..]];
        Assert.Equal(FileFault.Tampered, (await box.OpenAsync()).Fault);
    }

    [Fact]
    public async Task CutOffAndAppendedBytesAreFound()
    {
        byte[] content = Sample.Content(3, 5 * Segment);
        FileBox box = FileBox.Seal(content, 2 * Segment);
        byte[] last = box.Chunks[^1];
        box.Chunks[^1] = last[..^1];
        Assert.Equal(FileFault.Truncated, (await box.OpenAsync()).Fault);
        box.Chunks[^1] = last[..(ChunkHeader.Bytes + FileLayout.SealedSegmentBytes)]; // at the border of a segment
        Assert.Equal(FileFault.Truncated, (await box.OpenAsync()).Fault);
        box.Chunks[^1] = [.. last, 0];
        Assert.Equal(FileFault.Extended, (await box.OpenAsync()).Fault);
        box.Chunks[^1] = last;
        box.Chunks.Add(last);
        Assert.Equal(FileFault.Extended, (await box.OpenAsync()).Fault);
        box.Chunks.RemoveRange(2, 2);
        Assert.Equal(FileFault.Unavailable, (await box.OpenAsync()).Fault);
    }

    /// <summary>A manifest that says another length than the file has: the last mark and the padding say no.</summary>
    [Fact]
    public async Task LengthThatIsNotTheFilesIsFound()
    {
        byte[] content = Sample.Content(4, 2 * Segment);
        FileBox box = FileBox.Seal(content, 4 * Segment);
        foreach ((long length, FileFault expected) in (IEnumerable<(long, FileFault)>)
            [((2 * Segment) - 4_096, FileFault.Truncated), (Segment, FileFault.Tampered), ((2 * Segment) + 1, FileFault.Padding), ((3 * Segment) + 5, FileFault.Truncated)])
        {
            using FileDecryptor decryptor = new(box, box.Key, box.FileId, new FileLayout(length, 4 * Segment));
            Assert.Equal((length, expected), (length, await decryptor.CopyAllAsync(Stream.Null)));
        }
    }

    [Fact]
    public async Task OtherKeyOrFileIsSaidSo()
    {
        FileBox box = FileBox.Seal(Sample.Content(5, 1_000));
        Assert.Equal(FileFault.WrongKey, (await box.OpenAsync(key: FileKey.Create())).Fault);
        Assert.Equal(FileFault.WrongKey, (await box.OpenAsync(key: FileKey.From(box.Key.Key, new byte[7]))).Fault);
        Assert.Equal(FileFault.WrongChunk, (await box.OpenAsync(fileId: FileKey.CreateFileId())).Fault);
    }

    /// <summary>With the framework alone, from the text of the format.</summary>
    [Fact]
    public void BytesAreThoseOfTheFormat()
    {
        byte[] key = SHA256.HashData("key"u8), prefix = [1, 2, 3, 4, 5, 6, 7];
        Hash256 fileId = new(SHA256.HashData("file"u8));
        FileBox box = FileBox.Seal(Encoding.ASCII.GetBytes("hello"), Segment, FileKey.From(key, prefix), fileId);
        byte[] chunk = Assert.Single(box.Chunks);
        byte[] commitment = SHA256.HashData([16, .. "DSDN/file-key/v1"u8, .. key])[..16];
        Assert.Equal((byte[])[.. "DSDF"u8, 1, .. prefix, .. fileId.Span, 0, 0, 0, 0, 0, 0, 0, 1, .. commitment], chunk[..68]);
        byte[] plain = new byte[4_096], tag = chunk[^16..];
        using AesGcm aes = new(key, 16);
        byte[] nonce = [.. prefix, 0, 0, 0, 0, 1];
        byte[] associated = [15, .. "DSDN/segment/v1"u8, .. fileId.Span, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        aes.Decrypt(nonce, chunk[68..^16], tag, plain, associated);
        Assert.Equal((byte[])[.. "hello"u8, 0x80, .. new byte[4_090]], plain);
    }

    [Fact]
    public void NoNonceServesTwiceUnderOneKey()
    {
        HashSet<string> used = [];
        int sealedSegments = 0;
        for (int file = 0; file < 2_000; file++)
        {
            using FileKey key = FileKey.Create();
            FileLayout layout = new(file * 97, Segment);
            byte[] nonce = new byte[SegmentCipher.NonceBytes];
            for (long segment = 0; segment < layout.Segments; segment++, sealedSegments++)
            {
                SegmentCipher.WriteNonce(nonce, key.Prefix, (uint)segment, segment == layout.Segments - 1);
                Assert.True(used.Add(Convert.ToHexString(key.Key) + Convert.ToHexString(nonce)));
            }
        }
        Assert.Equal(used.Count, sealedSegments);
        // Over chunks the counter goes on: equal plain segments are nowhere equal encrypted.
        FileBox box = FileBox.Seal(new byte[6 * Segment], Segment);
        IEnumerable<string> boxes = box.Chunks.Select(chunk => Convert.ToHexString(chunk.AsSpan(ChunkHeader.Bytes, 64)));
        Assert.Equal(box.Chunks.Count, boxes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void ChunkIsRepeatedOnlyFromTheSameSource()
    {
        byte[] content = Sample.Content(6, 3 * Segment);
        FileBox box = FileBox.Seal(content, Segment);
        byte[] buffer = new byte[FileLayout.SealedChunkBytesMax(Segment)];
        foreach (SealedChunk chunk in box.Sealed)
        {
            Assert.Equal(FileFault.None, FileEncryptor.Repeat(new MemoryStream(content), box.Key, box.FileId, Segment, chunk, buffer));
            Assert.True(buffer.AsSpan(0, (int)chunk.Identity.LengthBytes).SequenceEqual(box.Chunks[(int)chunk.Index]));
        }
        content[Segment + 5] ^= 1;
        Assert.Equal(FileFault.SourceChanged, FileEncryptor.Repeat(new MemoryStream(content), box.Key, box.FileId, Segment, box.Sealed[1], buffer));
        Assert.All(buffer, value => Assert.Equal(0, value));
        Assert.Equal(FileFault.SourceChanged, FileEncryptor.Repeat(new MemoryStream(content[..Segment]), box.Key, box.FileId, Segment, box.Sealed[2], buffer));
    }

    [Fact]
    public void LargestFileFitsTheCounter()
    {
        Assert.True(new FileLayout(FileLayout.ContentBytesMax, FileLayout.DefaultChunkContentBytes).IsValid);
        Assert.True(new FileLayout(FileLayout.ContentBytesMax, FileLayout.DefaultChunkContentBytes).Segments <= 1L << 32);
        Assert.False(new FileLayout(FileLayout.ContentBytesMax + 1, FileLayout.DefaultChunkContentBytes).IsValid);
        Assert.True(FileLayout.SealedChunkBytesMax(FileLayout.ChunkContentBytesMax) <= StorageOptions.ChunkBytesMax);
    }
}
