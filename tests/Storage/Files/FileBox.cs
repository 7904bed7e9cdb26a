using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Storage.Tests.Files;

/// <summary>An encrypted file in memory, open to be spoiled.</summary>
internal sealed class FileBox : IChunkSource
{
    public required FileKey Key { get; init; }

    public required Hash256 FileId { get; init; }

    public required List<byte[]> Chunks { get; init; }

    public required List<SealedChunk> Sealed { get; init; }

    public required FileLayout Layout { get; init; }

    public static FileBox Seal(byte[] content, int chunkBytes = FileLayout.SegmentBytes, FileKey? key = null, Hash256? fileId = null)
    {
        FileKey used = key ?? FileKey.Create();
        Hash256 id = fileId ?? FileKey.CreateFileId();
        using FileEncryptor encryptor = new(new DribblingStream(content), used, id, chunkBytes);
        List<byte[]> chunks = [];
        List<SealedChunk> sealedChunks = [];
        byte[] buffer = new byte[FileLayout.SealedChunkBytesMax(chunkBytes)];
        while (!encryptor.IsEnded)
        {
            Assert.Equal(FileFault.None, encryptor.Next(buffer, out SealedChunk chunk));
            chunks.Add(buffer[..(int)chunk.Identity.LengthBytes]);
            sealedChunks.Add(chunk);
        }
        return new FileBox { Key = used, FileId = id, Chunks = chunks, Sealed = sealedChunks, Layout = new FileLayout(encryptor.ContentBytes, chunkBytes) };
    }

    public async Task<(FileFault Fault, byte[] Content)> OpenAsync(FileKey? key = null, Hash256? fileId = null)
    {
        using FileDecryptor decryptor = new(this, key ?? Key, fileId ?? FileId, Layout);
        MemoryStream output = new();
        return (await decryptor.CopyAllAsync(output), output.ToArray());
    }

    public async Task<(FileFault Fault, byte[] Content)> OpenAsync(long offset, long bytes)
    {
        using FileDecryptor decryptor = new(this, Key, FileId, Layout);
        MemoryStream output = new();
        return (await decryptor.CopyAsync(offset, bytes, output), output.ToArray());
    }

    public ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (chunk >= Chunks.Count || offset + buffer.Length > Chunks[(int)chunk].Length) return ValueTask.FromResult(false);
        Chunks[(int)chunk].AsMemory(offset, buffer.Length).CopyTo(buffer);
        return ValueTask.FromResult(true);
    }

    public ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation) => ValueTask.FromResult(chunk < Chunks.Count ? Chunks[(int)chunk].LongLength : -1);

    /// <summary>Gives fewer bytes than it is asked for, as pipes do.</summary>
    private sealed class DribblingStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 10_007)]);
    }
}
