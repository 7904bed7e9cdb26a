using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Journals;
using Dsdn.Transfers.Sources;
using Dsdn.Transfers.Storing;

namespace Dsdn.Transfers.Uploading;

/// <summary>
/// Turns sources into chunks, in the order of their paths: large files each into chunks of their own, small ones together into packs, public ones as they are. Knows afterwards where everything lies.
/// </summary>
internal sealed class ChunkProducer(UploadRequest request, JournalHead head, UploadJournal journal, WalletKeys keys, PipelineParts parts, IReadOnlySet<Hash256> stored)
{
    /// <summary>Chunk size of packed files: one chunk whatever their length.</summary>
    private const int PackedChunkBytes = 1 << 20;

    private const int PackBytesMax = FileLayout.DefaultChunkContentBytes;

    private readonly SortedDictionary<string, JournalFile> _own = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (JournalPack Pack, JournalMember Member)> _packed = new(StringComparer.Ordinal);
    private int _number;

    /// <summary>All that the manifest will name.</summary>
    public IEnumerable<Hash256> ChunkIds => _own.Values.SelectMany(static file => file.Listing is null ? file.Chunks : [.. file.Chunks, file.Listing]).Select(static chunk => chunk.Id)
        .Concat(_packed.Values.Select(static entry => entry.Pack.Chunk.Id));

    public async Task RunAsync(ChunkPipeline pipeline)
    {
        if (request.Stream is { } stream)
        {
            await StreamAsync(stream, pipeline);
            return;
        }
        List<SourceItem> small = [];
        foreach (SourceItem item in request.Items.Where(static item => !item.IsFolder))
        {
            if (head.IsPublic) await PublicAsync(item, pipeline);
            else if (item.LengthBytes <= Pack.ObjectContentBytesMax) small.Add(item);
            else await OwnAsync(item, pipeline);
        }
        await PackAsync(small, pipeline);
    }

    /// <summary>The manifest of what was produced.</summary>
    public Manifest Build(Func<JournalChunk, ManifestChunk> place) => request.Stream is not null
        ? Manifest.Of([new ManifestEntry(request.StreamName, 0x1a4, parts.Network.NowMs, Content(_own[request.StreamName], place))]) // 0644
        : Manifest.Of(request.Items.Select(item => new ManifestEntry(item.Path, item.Mode, item.ModifiedMs, item.IsFolder ? null
            : _own.TryGetValue(item.Path, out JournalFile? own) ? Content(own, place) : Content(_packed[item.Path].Pack, _packed[item.Path].Member, place))));

    private ManifestContent Content(JournalFile file, Func<JournalChunk, ManifestChunk> place) => file.Listing is { } listing
        ? ManifestContent.OfPublic(new ContentPlace.Public(place(listing), [.. file.Chunks.Select(place)]))
        : new ManifestContent(file.FileId, Unwrap(file.WrappedKey, file.FileId), new FileLayout(file.ContentBytes, FileLayout.DefaultChunkContentBytes), new ContentPlace.Own([.. file.Chunks.Select(place)]));

    private ManifestContent Content(JournalPack pack, JournalMember member, Func<JournalChunk, ManifestChunk> place) => new(
        member.FileId, Unwrap(member.WrappedKey, member.FileId), new FileLayout(member.LengthBytes, PackedChunkBytes), new ContentPlace.Packed(place(pack.Chunk), member.Offset, member.SealedBytes));

    private async Task OwnAsync(SourceItem item, ChunkPipeline pipeline)
    {
        using FileStream source = Open(item);
        if (journal.Files.TryGetValue(item.Path, out JournalFile? known))
        {
            if (await ContinueAsync(item, source, known, pipeline)) return;
            journal.Drop(item.Path);
            source.Seek(0, SeekOrigin.Begin);
        }
        await RestAsync(item, source, Begin(item.Path, item), pipeline);
    }

    /// <summary>Goes on with a file of an earlier attempt; false where the source is another one by now.</summary>
    private async Task<bool> ContinueAsync(SourceItem item, FileStream source, JournalFile known, ChunkPipeline pipeline)
    {
        bool isSame = known.LengthBytes == item.LengthBytes && known.ModifiedTicks == item.ModifiedUtc.Ticks;
        long whole = known.ContentBytes < 0 ? -1 : new FileLayout(known.ContentBytes, FileLayout.DefaultChunkContentBytes).Chunks;
        using FileKey key = Unwrap(known.WrappedKey, known.FileId);
        for (int i = 0; i < known.Chunks.Count; i++)
        {
            JournalChunk chunk = known.Chunks[i];
            bool isLast = i == whole - 1;
            if (isSame && stored.Contains(chunk.Id))
            {
                Skip(isLast ? known.ContentBytes - ((long)i * FileLayout.DefaultChunkContentBytes) : FileLayout.DefaultChunkContentBytes);
                continue;
            }
            ChunkBuffer buffer = await parts.Buffers.RentAsync(pipeline.Token);
            SealedChunk expected = new((uint)i, new ChunkIdentity(chunk.Id, chunk.Root, chunk.LengthBytes), isLast);
            if (FileEncryptor.Repeat(source, key, known.FileId, FileLayout.DefaultChunkContentBytes, expected, buffer.Room.Span) != FileFault.None)
            {
                parts.Buffers.Return(buffer);
                return false;
            }
            buffer.Code(head.Coding, expected.Identity);
            parts.Progress.AddContent(isLast ? known.ContentBytes - ((long)i * FileLayout.DefaultChunkContentBytes) : FileLayout.DefaultChunkContentBytes);
            Send(chunk, buffer, pipeline);
        }
        if (known.Chunks.Count == whole)
        {
            _own[item.Path] = known;
            return true;
        }
        source.Seek((long)known.Chunks.Count * FileLayout.DefaultChunkContentBytes, SeekOrigin.Begin);
        await RestAsync(item, source, known, pipeline);
        return true;
    }

    private async Task RestAsync(SourceItem item, FileStream source, JournalFile file, ChunkPipeline pipeline)
    {
        await EncryptAsync(source, file, pipeline);
        // A file that was written to meanwhile is a mixture that never was.
        if (file.ContentBytes != item.LengthBytes || File.GetLastWriteTimeUtc(source.SafeFileHandle) != item.ModifiedUtc)
        {
            journal.Drop(item.Path);
            throw new DsdnException(TransferCodes.SourceChanged, ErrorClass.Rejected, item.FullPath);
        }
    }

    private Task StreamAsync(Stream stream, ChunkPipeline pipeline) => EncryptAsync(stream, Begin(request.StreamName, null), pipeline);

    private JournalFile Begin(string path, SourceItem? item)
    {
        Hash256 fileId = FileKey.CreateFileId();
        using FileKey key = FileKey.Create();
        return journal.Add(new JournalFile(path, item?.LengthBytes ?? 0, item?.ModifiedUtc.Ticks ?? 0, fileId, keys.Wrap(key, fileId)));
    }

    private async Task EncryptAsync(Stream source, JournalFile file, ChunkPipeline pipeline)
    {
        using FileKey key = Unwrap(file.WrappedKey, file.FileId);
        using var encryptor = new FileEncryptor(source, key, file.FileId, FileLayout.DefaultChunkContentBytes, (uint)file.Chunks.Count);
        while (!encryptor.IsEnded)
        {
            ChunkBuffer buffer = await parts.Buffers.RentAsync(pipeline.Token);
            long before = encryptor.ContentBytes;
            FileFault fault = Next(encryptor, file.Path, buffer.Room.Span, out SealedChunk made);
            if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Usage, file.Path);
            JournalChunk chunk = Describe(buffer, made.Identity);
            if (encryptor.IsEnded) journal.End(file, encryptor.ContentBytes);
            journal.Add(file, chunk);
            parts.Progress.AddContent(encryptor.ContentBytes - before);
            Send(chunk, buffer, pipeline);
        }
        _own[file.Path] = file;
    }

    private static FileFault Next(FileEncryptor encryptor, string path, Span<byte> room, out SealedChunk made)
    {
        try
        {
            return encryptor.Next(room, out made);
        }
        catch (IOException failure)
        {
            throw new DsdnException(ClientError.Of(TransferCodes.SourceUnreadable, ErrorClass.Usage, path).With(failure.Message), failure);
        }
    }

    private async Task PublicAsync(SourceItem item, ChunkPipeline pipeline)
    {
        using FileStream source = Open(item);
        JournalFile file = new(item.Path, item.LengthBytes, item.ModifiedUtc.Ticks, Hash256.Zero, []);
        long content = 0;
        while (true)
        {
            ChunkBuffer buffer = await parts.Buffers.RentAsync(pipeline.Token);
            int length = await source.ReadAtLeastAsync(buffer.Room[..FileLayout.DefaultChunkContentBytes], FileLayout.DefaultChunkContentBytes, throwOnEndOfStream: false, pipeline.Token);
            if (length == 0)
            {
                parts.Buffers.Return(buffer);
                break;
            }
            content += length;
            file.Chunks.Add(Plain(buffer, length, pipeline));
            parts.Progress.AddContent(length);
        }
        if (content != item.LengthBytes || File.GetLastWriteTimeUtc(source.SafeFileHandle) != item.ModifiedUtc) throw new DsdnException(TransferCodes.SourceChanged, ErrorClass.Rejected, item.FullPath);
        PublicObject listing = new(request.ContentType ?? ContentTypes.Of(item.Path), [.. file.Chunks.Select(static chunk => new PublicPart(chunk.Id, chunk.LengthBytes))]);
        FileFault fault = listing.TryEncode(out byte[] bytes);
        if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Usage, item.Path);
        ChunkBuffer last = await parts.Buffers.RentAsync(pipeline.Token);
        bytes.CopyTo(last.Room);
        file.Listing = Plain(last, bytes.Length, pipeline);
        _own[item.Path] = file;
    }

    private JournalChunk Plain(ChunkBuffer buffer, int length, ChunkPipeline pipeline)
    {
        JournalChunk chunk = Describe(buffer, ChunkHasher.Of(buffer.Room.Span[..length]));
        if (stored.Contains(chunk.Id))
        {
            parts.Buffers.Return(buffer);
            parts.Progress.AddSkipped();
        }
        else Send(chunk, buffer, pipeline);
        return chunk;
    }

    /// <summary>Those of an earlier attempt stay where they are, if their pack is stored and they are what they were; all others get new keys.</summary>
    private async Task PackAsync(IReadOnlyList<SourceItem> items, ChunkPipeline pipeline)
    {
        Dictionary<string, (JournalPack Pack, JournalMember Member)> before = new(StringComparer.Ordinal);
        foreach (JournalPack known in journal.Packs.Where(known => stored.Contains(known.Chunk.Id)))
            foreach (JournalMember member in known.Members) before[member.Path] = (known, member);
        HashSet<Hash256> kept = [];
        var pack = new Pack(PackBytesMax);
        List<JournalMember> members = [];
        byte[] box = new byte[FileLayout.SealedChunkBytesMax(PackedChunkBytes)];
        foreach (SourceItem item in items)
        {
            if (before.TryGetValue(item.Path, out (JournalPack Pack, JournalMember Member) at) && at.Member.LengthBytes == item.LengthBytes && at.Member.ModifiedTicks == item.ModifiedUtc.Ticks)
            {
                _packed[item.Path] = at;
                parts.Progress.AddContent(item.LengthBytes);
                if (kept.Add(at.Pack.Chunk.Id)) parts.Progress.AddSkipped();
                continue;
            }
            (JournalMember member, int length) = Seal(item, box);
            if (!pack.TryAdd(box.AsSpan(0, length), out PackedObject place))
            {
                await FlushAsync(pack, members, pipeline);
                (pack, members) = (new Pack(PackBytesMax), []);
                pack.TryAdd(box.AsSpan(0, length), out place);
            }
            members.Add(member with { Offset = place.Offset, SealedBytes = place.LengthBytes });
            parts.Progress.AddContent(item.LengthBytes);
        }
        if (members.Count > 0) await FlushAsync(pack, members, pipeline);
    }

    private (JournalMember Member, int SealedBytes) Seal(SourceItem item, byte[] box)
    {
        using FileStream source = Open(item);
        Hash256 fileId = FileKey.CreateFileId();
        using FileKey key = FileKey.Create();
        using var encryptor = new FileEncryptor(source, key, fileId, PackedChunkBytes);
        FileFault fault = Next(encryptor, item.FullPath, box, out SealedChunk made);
        if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Usage, item.Path);
        if (encryptor.ContentBytes != item.LengthBytes || !made.IsLast) throw new DsdnException(TransferCodes.SourceChanged, ErrorClass.Rejected, item.FullPath);
        return (new JournalMember(item.Path, item.LengthBytes, item.ModifiedUtc.Ticks, fileId, keys.Wrap(key, fileId), 0, 0), checked((int)made.Identity.LengthBytes));
    }

    private async Task FlushAsync(Pack pack, List<JournalMember> members, ChunkPipeline pipeline)
    {
        ChunkBuffer buffer = await parts.Buffers.RentAsync(pipeline.Token);
        pack.Content.CopyTo(buffer.Room);
        JournalPack record = new(Describe(buffer, pack.Identify()), [.. members]);
        journal.Add(record);
        foreach (JournalMember member in members) _packed[member.Path] = (record, member);
        Send(record.Chunk, buffer, pipeline);
    }

    private JournalChunk Describe(ChunkBuffer buffer, ChunkIdentity identity) =>
        new(identity.Digest, checked((uint)identity.LengthBytes), identity.Root, buffer.Code(head.Coding, identity));

    private void Send(JournalChunk chunk, ChunkBuffer buffer, ChunkPipeline pipeline) =>
        pipeline.Add(new OutgoingChunk(chunk.Id, chunk.LengthBytes, head.Coding, chunk.Roots, buffer, ++_number));

    private void Skip(long contentBytes)
    {
        parts.Progress.AddContent(contentBytes);
        parts.Progress.AddSkipped();
    }

    private FileKey Unwrap(byte[] wrapped, Hash256 fileId) => keys.TryUnwrap(wrapped, fileId, out FileKey? key) == FileFault.None && key is not null
        ? key
        : throw new DsdnException(TransferCodes.Journal, ErrorClass.Key, request.JournalPath);

    private static FileStream Open(SourceItem item)
    {
        try
        {
            return new FileStream(item.FullPath, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DsdnException(ClientError.Of(TransferCodes.SourceUnreadable, ErrorClass.Usage, item.FullPath).With(failure.Message), failure);
        }
    }
}
