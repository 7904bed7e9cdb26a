using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Storing;

namespace Dsdn.Transfers.Downloading;

/// <summary>
/// Fetches entries of a manifest into a folder: several chunks at once, every chunk checked by its hash and every segment by its key, each file in its place only when it is whole. Stopped, the same call goes on.
/// </summary>
public sealed class Downloader(StorageNetwork network)
{
    private const int ChunksAtOnce = 4;
    private const long BufferBytes = 136L << 20;

    private readonly ContentReader _reader = new(new StoredChunks(network));

    /// <param name="entries">With their paths as they are to be below the folder.</param>
    /// <param name="overwrite">Replace files that are there; else they are an error before anything is fetched.</param>
    /// <returns>Files written.</returns>
    public async Task<int> GetAsync(IReadOnlyList<ManifestEntry> entries, string folder, bool overwrite, TransferProgress progress, CancellationToken cancel)
    {
        var target = new TargetFolder(Path.GetFullPath(folder));
        ManifestEntry[] files = [.. entries.Where(static entry => entry.Content is not null)];
        if (!overwrite)
        {
            foreach (ManifestEntry file in files.Where(static file => ManifestPath.IsValid(file.Path)))
                if (Path.Exists(Path.Combine(target.Root, file.Path))) throw new DsdnException(TransferCodes.TargetExists, ErrorClass.Usage, Path.Combine(target.Root, file.Path));
        }
        progress.ContentBytesTotal = files.Sum(static file => file.Content?.Layout.ContentBytes ?? 0);
        Hash256[] ids = [.. CatalogEntry.ChunksOf(files)];
        await _reader.Fetcher.LocateAsync(ids, cancel);
        int room = 1;
        foreach (Hash256 id in ids) room = Math.Max(room, await _reader.Fetcher.LengthAsync(id, cancel));
        var buffers = new BufferPool(room, BufferBytes);

        foreach (ManifestEntry entry in entries.Where(static entry => entry.Content is null)) target.Prepare(entry.Path, isFolder: true);
        foreach (ManifestEntry file in files.Where(static file => file.Content?.Place is not ContentPlace.Packed)) await FileAsync(file, target, overwrite, buffers, progress, cancel);
        foreach (IGrouping<Hash256, ManifestEntry> pack in files.Where(static file => file.Content?.Place is ContentPlace.Packed).GroupBy(static file => ((ContentPlace.Packed)file.Content!.Place).Pack.ChunkId))
            await PackAsync(pack.Key, [.. pack], target, overwrite, buffers, progress, cancel);
        // Last, and the deepest first: writing into a folder changes its time, and its mode may forbid it.
        foreach (ManifestEntry entry in entries.Where(static entry => entry.Content is null).Reverse()) TargetFolder.Restore(target.Prepare(entry.Path, isFolder: true), entry.Mode, entry.ModifiedMs, isFolder: true);
        return files.Length;
    }

    /// <summary>Writes a range of a file in order, as for standard output.</summary>
    /// <param name="bytes">-1: to the end.</param>
    public async Task WriteAsync(ManifestEntry entry, long offset, long bytes, Stream output, CancellationToken cancel)
    {
        long length = entry.Content?.Layout.ContentBytes ?? 0;
        if (offset < 0 || offset > length || bytes > length - offset) throw new DsdnException(FileFault.Range.Code(), ErrorClass.Usage, entry.Path);
        await _reader.WholeAsync(entry, offset, bytes < 0 ? length - offset : bytes, output, cancel);
    }

    private async Task FileAsync(ManifestEntry entry, TargetFolder target, bool overwrite, BufferPool buffers, TransferProgress progress, CancellationToken cancel)
    {
        ManifestContent content = entry.Content ?? throw new ArgumentException("a folder has no content");
        IReadOnlyList<ManifestChunk> chunks = ContentReader.ChunksOf(content);
        string path = target.Prepare(entry.Path, isFolder: false);
        string identity = content.Place is ContentPlace.Public open ? open.Listing.ChunkId.ToString() : content.FileId.ToString();
        using (PartFile part = PartFile.Open(path, identity, content.Layout.ContentBytes))
        {
            DsdnException? failed = null;
            await Parallel.ForEachAsync(Enumerable.Range(0, chunks.Count), new ParallelOptions { MaxDegreeOfParallelism = ChunksAtOnce, CancellationToken = cancel }, async (i, token) =>
            {
                // What is under way when a chunk fails is finished: the next attempt has it then.
                if (Volatile.Read(ref failed) is not null) return;
                (long offset, long bytes) = ContentReader.SpanOf(content, i);
                if (part.Has(i))
                {
                    progress.AddContent(bytes);
                    progress.AddSkipped();
                    return;
                }
                ChunkBuffer buffer = await buffers.RentAsync(token);
                try
                {
                    ReadOnlyMemory<byte> fetched = await _reader.Fetcher.FetchAsync(chunks[i].ChunkId, buffer.Room, progress.AddSent, token);
                    await using (Stream output = part.At(offset))
                    {
                        await ContentReader.WriteAsync(entry, i, fetched, offset, bytes, output, token);
                        await output.FlushAsync(token);
                    }
                    part.Done(i);
                    progress.AddContent(bytes);
                    progress.AddDone();
                }
                catch (DsdnException failure)
                {
                    Interlocked.CompareExchange(ref failed, failure, null);
                }
                finally
                {
                    buffers.Return(buffer);
                }
            });
            if (failed is not null) throw new DsdnException(failed.Error, failed);
            part.Move(overwrite);
        }
        TargetFolder.Restore(path, entry.Mode, entry.ModifiedMs, isFolder: false);
    }

    /// <summary>One fetch for all files of a pack, each checked by its own key; a single small one is fetched alone.</summary>
    private async Task PackAsync(Hash256 packId, IReadOnlyList<ManifestEntry> entries, TargetFolder target, bool overwrite, BufferPool buffers, TransferProgress progress, CancellationToken cancel)
    {
        ChunkBuffer buffer = await buffers.RentAsync(cancel);
        try
        {
            ReadOnlyMemory<byte> fetched = entries.Count > 1 ? await _reader.Fetcher.FetchAsync(packId, buffer.Room, progress.AddSent, cancel) : default;
            foreach (ManifestEntry entry in entries)
            {
                long bytes = entry.Content?.Layout.ContentBytes ?? 0;
                string path = target.Prepare(entry.Path, isFolder: false);
                using (PartFile part = PartFile.Open(path, entry.Content?.FileId.ToString() ?? "", bytes))
                {
                    await using (Stream output = part.At(0))
                    {
                        if (entries.Count > 1) await ContentReader.WriteAsync(entry, 0, fetched, 0, bytes, output, cancel);
                        else await _reader.RangeAsync(entry, 0, (int)bytes, output, cancel);
                        await output.FlushAsync(cancel);
                    }
                    part.Move(overwrite);
                }
                TargetFolder.Restore(path, entry.Mode, entry.ModifiedMs, isFolder: false);
                progress.AddContent(bytes);
            }
            progress.AddDone();
        }
        finally
        {
            buffers.Return(buffer);
        }
    }
}
