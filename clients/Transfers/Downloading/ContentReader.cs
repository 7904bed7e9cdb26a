using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;

namespace Dsdn.Transfers.Downloading;

/// <summary>Chunks of one file in memory.</summary>
internal sealed class BufferedChunk(uint index, ReadOnlyMemory<byte> content) : IChunkSource
{
    public ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (chunk != index || offset < 0 || offset > content.Length - buffer.Length) return ValueTask.FromResult(false);
        content.Slice(offset, buffer.Length).CopyTo(buffer);
        return ValueTask.FromResult(true);
    }

    public ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation) => ValueTask.FromResult(chunk == index ? content.Length : -1L);
}

/// <summary>Ranges of chunks that stay where they are.</summary>
internal sealed class RemoteChunks(StoredChunks stored, IReadOnlyList<ManifestChunk> chunks) : IChunkSource
{
    public async ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (chunk >= chunks.Count || offset < 0 || offset > chunks[(int)chunk].LengthBytes - buffer.Length) return false;
        await stored.ReadAsync(chunks[(int)chunk].ChunkId, offset, buffer, null, cancellation);
        return true;
    }

    public ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation) => ValueTask.FromResult(chunk < chunks.Count ? chunks[(int)chunk].LengthBytes : -1L);
}

/// <summary>Content of a manifest's entries: chunks proved by the log, segments by their key.</summary>
public sealed class ContentReader(StoredChunks fetcher)
{
    public StoredChunks Fetcher => fetcher;

    /// <summary>The chunks that hold an entry, in order.</summary>
    public static IReadOnlyList<ManifestChunk> ChunksOf(ManifestContent content) => content.Place switch
    {
        ContentPlace.Own own => own.Chunks,
        ContentPlace.Public open => open.Parts,
        ContentPlace.Packed packed => [packed.Pack],
        _ => throw new ArgumentOutOfRangeException(nameof(content)),
    };

    /// <summary>Content in one of the chunks of an entry: its first byte, and how many.</summary>
    public static (long Offset, long Bytes) SpanOf(ManifestContent content, int chunk)
    {
        if (content.Place is ContentPlace.Packed) return (0, content.Layout.ContentBytes);
        if (content.Place is ContentPlace.Public open) return (open.Parts.Take(chunk).Sum(static part => (long)part.LengthBytes), open.Parts[chunk].LengthBytes);
        long offset = (long)chunk * content.Layout.ChunkContentBytes;
        return (offset, Math.Min(content.Layout.ChunkContentBytes, content.Layout.ContentBytes - offset));
    }

    /// <summary>Writes what a chunk that was fetched and checked holds of an entry, or a part of it.</summary>
    /// <param name="offset">In the content of the entry; within the chunk.</param>
    public static async Task WriteAsync(ManifestEntry entry, int chunk, ReadOnlyMemory<byte> fetched, long offset, long bytes, Stream output, CancellationToken cancel)
    {
        ManifestContent content = entry.Content ?? throw new ArgumentException("a folder has no content");
        if (content.Place is ContentPlace.Public)
        {
            await output.WriteAsync(fetched.Slice(checked((int)(offset - SpanOf(content, chunk).Offset)), checked((int)bytes)), cancel);
            return;
        }
        IChunkSource source = content.Place is ContentPlace.Packed packed
            ? new PackedSource(new BufferedChunk(0, fetched), new PackedObject(packed.Offset, packed.LengthBytes))
            : new BufferedChunk((uint)chunk, fetched);
        using var decryptor = new FileDecryptor(source, content.Key, content.FileId, content.Layout);
        FileFault fault = await decryptor.CopyAsync(offset, bytes, output, cancel);
        if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Integrity, entry.Path);
    }

    /// <summary>Writes a small range without fetching whole chunks.</summary>
    public async Task RangeAsync(ManifestEntry entry, long offset, int bytes, Stream output, CancellationToken cancel)
    {
        ManifestContent content = entry.Content ?? throw new ArgumentException("a folder has no content");
        if (content.Place is ContentPlace.Public)
        {
            await WholeAsync(entry, offset, bytes, output, cancel);
            return;
        }
        var remote = new RemoteChunks(fetcher, ChunksOf(content));
        IChunkSource source = content.Place is ContentPlace.Packed packed ? new PackedSource(remote, new PackedObject(packed.Offset, packed.LengthBytes)) : remote;
        using var decryptor = new FileDecryptor(source, content.Key, content.FileId, content.Layout);
        FileFault fault = await decryptor.CopyAsync(offset, bytes, output, cancel);
        if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Integrity, entry.Path);
    }

    /// <summary>Writes a range in order, chunk by chunk.</summary>
    public async Task WholeAsync(ManifestEntry entry, long offset, long bytes, Stream output, CancellationToken cancel)
    {
        ManifestContent content = entry.Content ?? throw new ArgumentException("a folder has no content");
        IReadOnlyList<ManifestChunk> chunks = ChunksOf(content);
        byte[] room = [];
        for (int i = 0; i < chunks.Count && bytes > 0; i++)
        {
            (long from, long inside) = SpanOf(content, i);
            if (offset >= from + inside) continue;
            long take = Math.Min(bytes, from + inside - offset);
            int needed = await fetcher.LengthAsync(chunks[i].ChunkId, cancel);
            if (room.Length < needed) room = new byte[needed];
            ReadOnlyMemory<byte> fetched = await fetcher.FetchAsync(chunks[i].ChunkId, room, null, cancel);
            await WriteAsync(entry, i, fetched, offset, take, output, cancel);
            (offset, bytes) = (offset + take, bytes - take);
        }
    }
}
