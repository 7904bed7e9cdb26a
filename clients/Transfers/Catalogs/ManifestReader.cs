using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;

namespace Dsdn.Transfers.Catalogs;

/// <summary>Reads a manifest from the log and the nodes. Which of its chunks is which stands in their headers.</summary>
public sealed class ManifestReader(StorageNetwork network, StoredChunks fetcher)
{
    /// <exception cref="DsdnException">it is not there, cannot be read, or the key is another's</exception>
    public async Task<Manifest> ReadAsync(Hash256 agreement, Hash256 manifestId, FileKey key, ulong minSeq, CancellationToken cancel)
    {
        (IReadOnlySet<Hash256> ids, _) = await new LogWatch(network).FileAsync(agreement, manifestId, minSeq, cancel);
        if (ids.Count == 0) throw new DsdnException(TransferCodes.Unknown, ErrorClass.Rejected, manifestId.ToString());
        if (ids.Count > (Manifest.BytesMax / FileLayout.DefaultChunkContentBytes) + 1) throw new DsdnException(FileFault.TooLarge.Code(), ErrorClass.Integrity, manifestId.ToString());
        await fetcher.LocateAsync([.. ids], cancel);
        SortedDictionary<uint, ReadOnlyMemory<byte>> chunks = [];
        foreach (Hash256 id in ids)
        {
            byte[] room = new byte[await fetcher.LengthAsync(id, cancel)];
            ReadOnlyMemory<byte> chunk = await fetcher.FetchAsync(id, room, null, cancel);
            Check(ChunkHeader.TryRead(chunk.Span, key, out ChunkHeader header), manifestId);
            chunks[header.Chunk] = chunk;
        }
        var source = new Parts(chunks);
        (FileFault fault, FileLayout layout) = await FileDecryptor.FindLayoutAsync(source, key, manifestId, cancel);
        Check(fault, manifestId);
        if (layout.ContentBytes > Manifest.BytesMax) Check(FileFault.TooLarge, manifestId);
        using var decryptor = new FileDecryptor(source, key, manifestId, layout);
        var plain = new MemoryStream((int)layout.ContentBytes);
        Check(await decryptor.CopyAllAsync(plain, cancel), manifestId);
        Check(ManifestCodec.TryDecode(plain.GetBuffer().AsMemory(0, (int)plain.Length), out Manifest? manifest), manifestId);
        return manifest ?? throw new InvalidOperationException("a manifest without a fault is there");
    }

    private static void Check(FileFault fault, Hash256 manifestId)
    {
        if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Integrity, manifestId.ToString());
    }

    private sealed class Parts(SortedDictionary<uint, ReadOnlyMemory<byte>> chunks) : IChunkSource
    {
        public ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation)
        {
            if (!chunks.TryGetValue(chunk, out ReadOnlyMemory<byte> content) || offset < 0 || offset > content.Length - buffer.Length) return ValueTask.FromResult(false);
            content.Slice(offset, buffer.Length).CopyTo(buffer);
            return ValueTask.FromResult(true);
        }

        public ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation) => ValueTask.FromResult(chunks.TryGetValue(chunk, out ReadOnlyMemory<byte> content) ? content.Length : -1L);
    }
}
