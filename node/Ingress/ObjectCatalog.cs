using System.Runtime.CompilerServices;
using Dsdn.Chain.Primitives;
using Dsdn.Ingress.Http;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Dsdn.Sdk.Files;

namespace Dsdn.Ingress;

/// <summary>Finds what a name stands for and reads it. Safe for all threads.</summary>
internal sealed class ObjectCatalog(IChunkLocator locator, ChunkFetcher fetcher)
{
    /// <summary>The lists of public objects that are remembered, and of how many parts; what is none is remembered more cheaply.</summary>
    private const int ListsMax = 1_024, ListPartsMax = 4_096, PlainMax = 262_144;

    /// <summary>Parts that are looked up at a time.</summary>
    private const int PartsAtOnce = 64;

    private readonly Lock _lock = new();
    private readonly RecentTable<Hash256, PublicObject> _lists = new(ListsMax);
    private readonly RecentTable<Hash256, bool> _plain = new(PlainMax);

    /// <summary>Where the chunk of a name lies, after this batch at least; waiting for it costs nothing but patience.</summary>
    /// <exception cref="ReadFailedException">the log is behind</exception>
    public Task<ChunkLookup> LocateAsync(Hash256 id, ulong minSeq, CancellationToken cancel) => locator.LocateAsync(id, minSeq, cancel);

    /// <param name="isRaw">The chunk itself, also where it is the list of a public object.</param>
    /// <exception cref="ReadFailedException">it cannot be known now</exception>
    public async Task<ServedObject> OpenAsync(ChunkLocation chunk, ulong seq, bool isRaw, CancellationToken cancel)
    {
        string hex = ObjectId.ToHex(chunk.Id);
        if (isRaw || await ListAsync(chunk, cancel) is not { } list)
            return new ServedObject(isRaw ? $"\"{hex}-raw\"" : $"\"{hex}\"", PublicObject.DefaultContentType, false, (long)chunk.LengthBytes, seq, [new ServedPart(chunk.Id, 0, (long)chunk.LengthBytes)]);
        var parts = new ServedPart[list.Parts.Count];
        long offset = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new ServedPart(list.Parts[i].ChunkId, offset, list.Parts[i].LengthBytes);
            offset += parts[i].LengthBytes;
        }
        return new ServedObject($"\"{hex}\"", list.ContentType, true, offset, seq, parts);
    }

    /// <summary>A range, in order, nothing of it unproved.</summary>
    /// <exception cref="ReadFailedException">the rest of it cannot be had</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ServedObject item, long offset, long length, [EnumeratorCancellation] CancellationToken cancel)
    {
        long end = offset + length;
        ServedPart[] wanted = [.. item.Parts.SkipWhile(part => part.Offset + part.LengthBytes <= offset).TakeWhile(part => part.Offset < end)];
        foreach (ServedPart[] page in wanted.Chunk(PartsAtOnce))
        {
            IReadOnlyList<ChunkLookup> found = await locator.LocateAsync([.. page.Select(static part => part.ChunkId)], item.Seq, cancel);
            for (int i = 0; i < page.Length; i++)
            {
                ServedPart part = page[i];
                if (found[i].Location is not { } chunk || (long)chunk.LengthBytes != part.LengthBytes)
                    throw new ReadFailedException(IngressCodes.Object, $"its part {ObjectId.ToHex(part.ChunkId)} of {part.LengthBytes} bytes is {found[i].State.ToString().ToLowerInvariant()} at batch {found[i].Seq}");
                long from = Math.Max(0, offset - part.Offset), to = Math.Min(part.LengthBytes, end - part.Offset);
                await foreach (ReadOnlyMemory<byte> piece in fetcher.StreamAsync(chunk, from, to - from, cancel)) yield return piece;
            }
        }
    }

    /// <summary>Null: the chunk is no list. It is read as a whole, so that it is what the id names.</summary>
    private async Task<PublicObject?> ListAsync(ChunkLocation chunk, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_plain.TryFind(chunk.Id, out _)) return null;
            if (_lists.TryFind(chunk.Id, out PublicObject? known)) return known;
        }
        PublicObject? list = null;
        if (chunk.LengthBytes is >= Hash256.Size and <= PublicObject.BytesMax)
        {
            byte[] head = new byte[Hash256.Size];
            await fetcher.ReadAsync(chunk, 0, head, cancel);
            if (PublicObject.HasMagic(head)) PublicObject.TryDecode(await fetcher.ReadAllAsync(chunk, cancel), out list); // one that does not hold is served as the bytes it is
        }
        lock (_lock)
        {
            if (list is null)
            {
                if (!_plain.TryFind(chunk.Id, out _)) _plain.Add(chunk.Id, true);
            }
            else if (list.Parts.Count <= ListPartsMax && !_lists.TryFind(chunk.Id, out _))
            {
                _lists.Add(chunk.Id, list);
            }
        }
        return list;
    }
}
