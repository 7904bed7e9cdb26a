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

/// <summary>Ranges of encrypted chunks, each from one copy: the decryption says whether they are right.</summary>
internal sealed class RemoteChunks(ChunkFetcher fetcher, IReadOnlyList<Hash256> chunks, IReadOnlyList<uint> lengths, int attempt) : IChunkSource
{
    /// <summary>There was no such copy: others would not be found either.</summary>
    public bool IsExhausted { get; private set; }

    public async ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (chunk >= chunks.Count || offset < 0 || offset > lengths[(int)chunk] - buffer.Length) return false;
        bool? isRead = await fetcher.TryRangeAsync(chunks[(int)chunk], offset, buffer, attempt, cancellation);
        IsExhausted |= isRead is null;
        return isRead == true;
    }

    public ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation) => ValueTask.FromResult(chunk < chunks.Count ? lengths[(int)chunk] : -1L);
}

/// <summary>Content of a manifest's entries: whole chunks checked by their ids, small ranges by their key alone.</summary>
public sealed class ContentReader(ChunkFetcher fetcher)
{
    public ChunkFetcher Fetcher => fetcher;

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

    /// <summary>Writes a small range of an encrypted entry without fetching whole chunks; copy after copy until one opens.</summary>
    public async Task RangeAsync(ManifestEntry entry, long offset, int bytes, Stream output, CancellationToken cancel)
    {
        ManifestContent content = entry.Content ?? throw new ArgumentException("a folder has no content");
        IReadOnlyList<ManifestChunk> chunks = ChunksOf(content);
        if (content.Place is ContentPlace.Public)
        {
            await WholeAsync(entry, offset, bytes, output, cancel);
            return;
        }
        FileFault fault = FileFault.Unavailable;
        for (int attempt = 0; ; attempt++)
        {
            var remote = new RemoteChunks(fetcher, [.. chunks.Select(static chunk => chunk.ChunkId)], [.. chunks.Select(static chunk => chunk.LengthBytes)], attempt);
            IChunkSource source = content.Place is ContentPlace.Packed packed ? new PackedSource(remote, new PackedObject(packed.Offset, packed.LengthBytes)) : remote;
            using var decryptor = new FileDecryptor(source, content.Key, content.FileId, content.Layout);
            var plain = new MemoryStream(bytes);
            FileFault found = await decryptor.CopyAsync(offset, bytes, plain, cancel);
            if (found == FileFault.None)
            {
                await output.WriteAsync(plain.GetBuffer().AsMemory(0, (int)plain.Length), cancel);
                return;
            }
            if (remote.IsExhausted) break;
            fault = found;
        }
        // Whole chunks are looked for anew and say which node failed how.
        if (fault is FileFault.Unavailable or FileFault.Truncated or FileFault.Header or FileFault.Tampered or FileFault.WrongKey or FileFault.WrongChunk) await WholeAsync(entry, offset, bytes, output, cancel);
        else throw new DsdnException(fault.Code(), ErrorClass.Integrity, entry.Path);
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
            int needed = ChunkFetcher.RoomFor(await fetcher.FindAsync(chunks[i].ChunkId, cancel));
            if (room.Length < needed) room = new byte[needed];
            ReadOnlyMemory<byte> fetched = await fetcher.FetchAsync(chunks[i].ChunkId, room, null, cancel);
            await WriteAsync(entry, i, fetched, offset, take, output, cancel);
            (offset, bytes) = (offset + take, bytes - take);
        }
    }
}
