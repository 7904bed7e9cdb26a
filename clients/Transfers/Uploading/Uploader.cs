using System.Globalization;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Journals;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;
using Dsdn.Transfers.Storing;
using File = System.IO.File;

namespace Dsdn.Transfers.Uploading;

/// <summary>
/// Uploads files: reads, encrypts, reserves, stores, declares, lists them in a manifest, waits for the certificate and reads back. Stopped at any moment, the same call goes on where it was; memory is
/// that of a few chunks, whatever the size.
/// </summary>
/// <param name="account">Owns the agreement; stays the caller's.</param>
/// <param name="keys">Of the account; stays the caller's.</param>
public sealed class Uploader(StorageNetwork network, Account account, WalletKeys keys)
{
    /// <summary>For chunks on their way: with the process itself this stays below 256 MiB.</summary>
    private const long BufferBytes = 68L << 20;

    /// <exception cref="DsdnException">the journal is kept: the same call goes on</exception>
    public async Task<UploadResult> UploadAsync(UploadRequest request, TransferProgress progress, CancellationToken cancel)
    {
        using UploadJournal journal = UploadJournal.Open(request.JournalPath);
        using var poster = new EventPoster(network, account);
        PipelineParts parts = Parts(poster, request.Coding, progress);
        await ForgetOtherAsync(journal, request, cancel);
        bool isResumed = journal.Head is not null;
        if (journal.Head is null) journal.Begin(new JournalHead(keys.CreateManifestId(), request.Agreement, request.Coding, request.IsPublic));
        JournalHead head = journal.Head ?? throw new InvalidOperationException("a journal begins with its head");
        if (request.Stream is not null) journal.Finish(); // what was read from a stream cannot be read again
        Hash256 dataId = keys.DataId(head.ManifestId);

        IReadOnlySet<Hash256> stored = isResumed ? (await parts.Watch.FileAsync(head.Agreement, dataId, 0, cancel)).Chunks : new HashSet<Hash256>();
        if (isResumed) progress.Step(TransferStep.Resuming, string.Create(CultureInfo.InvariantCulture, $"{stored.Count}/{Math.Max(stored.Count, journal.KnownChunks)}"));

        var producer = new ChunkProducer(request, head, journal, keys, parts, stored);
        ulong seq;
        progress.Step(TransferStep.Storing);
        await using (var pipeline = new ChunkPipeline(parts, head.Agreement, dataId, cancel))
        {
            await FeedAsync(pipeline, () => producer.RunAsync(pipeline), cancel);
            progress.Step(TransferStep.Declaring);
            seq = await pipeline.CompleteAsync();
        }
        Manifest manifest = await BuildAsync(producer, parts, head, cancel);
        progress.Step(TransferStep.Listing);
        seq = Math.Max(seq, await new ManifestStore(parts, keys).StoreAsync(manifest, head, journal.ManifestPath, cancel));

        UploadState state = UploadState.Placed;
        if (request.Wait >= UploadState.Certified)
        {
            progress.Step(TransferStep.Certifying, seq.ToString(CultureInfo.InvariantCulture));
            await parts.Watch.CertifiedAsync(seq, cancel);
            state = UploadState.Certified;
        }
        progress.Step(TransferStep.ReadingBack);
        await new ReadBack(network, keys).CheckAsync(manifest, head.Agreement, head.ManifestId, seq, cancel);
        journal.Finish();
        if (request.Wait >= UploadState.Anchored && request.Anchored is { } anchored)
        {
            progress.Step(TransferStep.Anchoring, seq.ToString(CultureInfo.InvariantCulture));
            await anchored(seq, cancel);
            state = UploadState.Anchored;
        }
        return new UploadResult(
            head.ManifestId, head.Agreement, seq, state, manifest.Entries.Count(static entry => entry.Content is not null), progress.ContentBytes, progress.ChunksDone, progress.ChunksSkipped, progress.Zones,
            [.. manifest.Entries.Where(static entry => entry.Content?.Place is ContentPlace.Public).Select(static entry => (entry.Path, ((ContentPlace.Public)entry.Content!.Place).Listing.ChunkId))]);
    }

    /// <summary>Stores a manifest by itself: what is shared of an upload.</summary>
    /// <param name="manifestId">Made for it.</param>
    /// <returns>A batch from which on the log has it.</returns>
    public async Task<ulong> StoreManifestAsync(Manifest manifest, Hash256 agreement, Hash256 manifestId, ChunkCoding coding, TransferProgress progress, CancellationToken cancel)
    {
        using var poster = new EventPoster(network, account);
        PipelineParts parts = Parts(poster, coding, progress);
        ulong seq = await new ManifestStore(parts, keys).StoreAsync(manifest, new JournalHead(manifestId, agreement, coding, false), null, cancel);
        await parts.Watch.CertifiedAsync(seq, cancel);
        return seq;
    }

    /// <summary>Gives up files of an agreement in the log.</summary>
    public async Task<ulong> DeleteAsync(Hash256 agreement, IEnumerable<Hash256> files, CancellationToken cancel)
    {
        using var poster = new EventPoster(network, account);
        ulong seq = 0;
        foreach (Hash256[] page in files.Order().Chunk(Dsdn.Chain.Log.LogLimits.DeletesPerEventMax)) seq = await poster.PostAsync(new DeleteRequested(agreement, DeleteScope.Files, page), cancel);
        return seq;
    }

    /// <summary>An attempt whose manifest is made can only be finished as it is; where the source is another one by now, it is given up.</summary>
    private async Task ForgetOtherAsync(UploadJournal journal, UploadRequest request, CancellationToken cancel)
    {
        if (journal.Head is not { } head || !File.Exists(journal.ManifestPath) || (!head.IsPublic && journal.IsOf(request.Items))) return;
        journal.Restart();
        try
        {
            await DeleteAsync(head.Agreement, [head.ManifestId, keys.DataId(head.ManifestId)], cancel);
        }
        catch (DsdnException nothing) when (nothing.Error.Code == "DSDN-E-LOG-NOTHING-TO-DELETE")
        {
            // It had not come to the log.
        }
    }

    private PipelineParts Parts(EventPoster poster, ChunkCoding coding, TransferProgress progress)
    {
        int room = ChunkBuffer.RoomFor(coding, FileLayout.SealedChunkBytesMax(FileLayout.DefaultChunkContentBytes));
        return new PipelineParts(network, poster, new LogWatch(network), new ChunkStorer(network, account, progress), new BufferPool(room, BufferBytes), progress);
    }

    /// <summary>Where the pipeline failed, its failure is what ended the producer.</summary>
    internal static async Task FeedAsync(ChunkPipeline pipeline, Func<Task> produce, CancellationToken cancel)
    {
        try
        {
            await Task.Run(produce, pipeline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await pipeline.ThrowIfFailedAsync();
            throw;
        }
    }

    /// <summary>With the generations that the log has; each chunk must be live there.</summary>
    private static async Task<Manifest> BuildAsync(ChunkProducer producer, PipelineParts parts, JournalHead head, CancellationToken cancel)
    {
        Hash256[] ids = [.. producer.ChunkIds.Distinct()];
        IReadOnlyList<Chunk> known = await parts.Watch.ChunksAsync(ids, cancel);
        Dictionary<Hash256, uint> generations = [];
        for (int i = 0; i < ids.Length; i++)
        {
            if (known[i].State != 1) throw new DsdnException(TransferCodes.NotInLog, ErrorClass.Rejected, "ChunkDeclared");
            generations[ids[i]] = known[i].Generation;
        }
        return producer.Build(chunk => new ManifestChunk(chunk.Id, chunk.LengthBytes, head.Coding, generations[chunk.Id], chunk.Roots));
    }
}
