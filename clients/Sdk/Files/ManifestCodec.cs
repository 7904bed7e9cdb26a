using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>
/// The one encoding of a manifest, big-endian: "DSDM" | version u8 = 1 | count u32 | entries. Entry: path u32 length and UTF-8 | mode u16 |
/// modified u64 | kind u8 (0 folder, 1 own chunks, 2 packed, 3 public). Kinds 1 and 2 go on: file 32 | key 32 | prefix 7 | content length u64 |
/// chunk content u32; then 1: count u32 | chunks; 2: pack chunk | offset u32 | length u32. Kind 3: listing chunk | count u32 | chunks. Chunk: id 32 | length u32 | coding u8 |
/// generation u32 | roots 32 each.
/// </summary>
public static class ManifestCodec
{
    private const byte Version = 1, Folder = 0, Own = 1, Packed = 2, Public = 3;
    private const int EntryBytesMin = 4 + 1 + 2 + 8 + 1, ChunkBytesMin = (2 * Hash256.Size) + 9;
    private const ushort ModeMax = 0xfff;

    private static ReadOnlySpan<byte> Magic => "DSDM"u8;

    /// <summary>Faults: Path, TooLarge, Manifest (not in order, or lengths that do not fit).</summary>
    public static FileFault TryEncode(Manifest manifest, out byte[] bytes)
    {
        bytes = [];
        if (manifest.Entries.Count > Manifest.EntriesMax) return FileFault.TooLarge;
        LogWriter writer = new(1024);
        writer.Bytes(Magic).U8(Version).U32((uint)manifest.Entries.Count);
        ManifestEntry? before = null;
        foreach (ManifestEntry entry in manifest.Entries)
        {
            if (!ManifestPath.IsValid(entry.Path)) return FileFault.Path;
            FileFault fault = Check(entry, before);
            if (fault != FileFault.None) return fault;
            Write(writer, entry);
            if (writer.Written.Length > Manifest.BytesMax) return FileFault.TooLarge;
            before = entry;
        }
        bytes = writer.ToArray();
        return FileFault.None;
    }

    /// <summary>Faults: Manifest, Version, Path, TooLarge. Keys in the result are the caller's to dispose.</summary>
    public static FileFault TryDecode(ReadOnlyMemory<byte> bytes, out Manifest? manifest)
    {
        manifest = null;
        if (bytes.Length > Manifest.BytesMax) return FileFault.TooLarge;
        LogReader reader = new(bytes);
        if (!reader.Bytes(Magic.Length).Span.SequenceEqual(Magic)) return FileFault.Manifest;
        if (reader.U8() != Version) return reader.Fault == LogFault.None ? FileFault.Version : FileFault.Manifest;
        ManifestEntry[] entries = new ManifestEntry[reader.Count32(Manifest.EntriesMax, EntryBytesMin)];
        for (int i = 0; i < entries.Length; i++)
        {
            ManifestEntry? entry = Read(ref reader, out FileFault fault);
            if (entry is null) return fault;
            if (Check(entry, i == 0 ? null : entries[i - 1]) != FileFault.None) return FileFault.Manifest;
            entries[i] = entry;
        }
        if (reader.End() != LogFault.None) return FileFault.Manifest;
        manifest = new Manifest(entries);
        return FileFault.None;
    }

    /// <summary>What the encoder and the decoder refuse alike.</summary>
    private static FileFault Check(ManifestEntry entry, ManifestEntry? before)
    {
        if (before is not null && ManifestPath.Order.Compare(before.Path, entry.Path) >= 0) return FileFault.Manifest;
        if (entry.Mode > ModeMax) return FileFault.Manifest;
        if (entry.Content is not { } content) return FileFault.None;
        if (!content.Layout.IsValid) return FileFault.Manifest;
        bool fits = content.Place switch
        {
            ContentPlace.Own own => own.Chunks.Count == content.Layout.Chunks && own.Chunks.Count <= Manifest.ChunksPerFileMax
                && own.Chunks.Select((chunk, i) => chunk.LengthBytes == content.Layout.SealedBytes(i) && HasItsRoots(chunk)).All(static holds => holds),
            ContentPlace.Packed packed => content.Layout.Chunks == 1 && packed.LengthBytes == content.Layout.SealedBytes(0) && HasItsRoots(packed.Pack)
                && (ulong)packed.Offset + packed.LengthBytes <= packed.Pack.LengthBytes,
            // What follows from the parts is not written.
            ContentPlace.Public open => content.FileId.IsZero && open.Parts.Count <= PublicObject.PartsMax && HasItsRoots(open.Listing) && open.Parts.All(HasItsRoots)
                && open.Parts.Sum(static part => (long)part.LengthBytes) == content.Layout.ContentBytes,
            _ => false,
        };
        return fits ? FileFault.None : FileFault.Manifest;
    }

    private static bool HasItsRoots(ManifestChunk chunk) => chunk.Roots.Count == chunk.Coding.Roots();

    private static void Write(LogWriter writer, ManifestEntry entry)
    {
        writer.Prefixed(ManifestPath.Encode(entry.Path)).U16(entry.Mode).U64(entry.ModifiedMs);
        if (entry.Content is not { } content)
        {
            writer.U8(Folder);
            return;
        }
        if (content.Place is ContentPlace.Public open)
        {
            writer.U8(Public);
            Write(writer, open.Listing);
            writer.U32((uint)open.Parts.Count);
            foreach (ManifestChunk part in open.Parts) Write(writer, part);
            return;
        }
        writer.U8(content.Place is ContentPlace.Own ? Own : Packed).Hash(content.FileId).Bytes(content.Key.Key).Bytes(content.Key.Prefix)
            .U64((ulong)content.Layout.ContentBytes).U32((uint)content.Layout.ChunkContentBytes);
        if (content.Place is ContentPlace.Own own)
        {
            writer.U32((uint)own.Chunks.Count);
            foreach (ManifestChunk chunk in own.Chunks) Write(writer, chunk);
        }
        else if (content.Place is ContentPlace.Packed packed)
        {
            Write(writer, packed.Pack);
            writer.U32(packed.Offset).U32(packed.LengthBytes);
        }
    }

    private static void Write(LogWriter writer, ManifestChunk chunk)
    {
        writer.Hash(chunk.ChunkId).U32(chunk.LengthBytes).U8((byte)chunk.Coding).U32(chunk.Generation);
        foreach (Hash256 root in chunk.Roots) writer.Hash(root);
    }

    private static ManifestEntry? Read(ref LogReader reader, out FileFault fault)
    {
        fault = FileFault.Manifest;
        ReadOnlyMemory<byte> pathBytes = reader.Prefixed(ManifestPath.BytesMax);
        if (reader.Fault != LogFault.None) return null;
        if (ManifestPath.Decode(pathBytes.Span) is not { } path)
        {
            fault = FileFault.Path;
            return null;
        }
        ushort mode = reader.U16();
        ulong modifiedMs = reader.U64();
        byte kind = reader.U8(Public);
        if (kind == Folder) return reader.Fault == LogFault.None ? new ManifestEntry(path, mode, modifiedMs, null) : null;
        if (kind == Public)
        {
            ManifestChunk listing = ReadChunk(ref reader);
            ManifestChunk[] parts = new ManifestChunk[reader.Count32(PublicObject.PartsMax, ChunkBytesMin)];
            for (int i = 0; i < parts.Length; i++) parts[i] = ReadChunk(ref reader);
            return reader.Fault == LogFault.None ? new ManifestEntry(path, mode, modifiedMs, ManifestContent.OfPublic(new ContentPlace.Public(listing, parts))) : null;
        }
        Hash256 fileId = reader.Hash();
        ReadOnlyMemory<byte> key = reader.Bytes(FileKey.Size), prefix = reader.Bytes(FileKey.PrefixSize);
        ulong content = reader.U64();
        uint chunkContent = reader.U32();
        if (reader.Fault != LogFault.None || content > (ulong)FileLayout.ContentBytesMax || chunkContent > FileLayout.ChunkContentBytesMax) return null;
        ContentPlace place;
        if (kind == Own)
        {
            ManifestChunk[] chunks = new ManifestChunk[reader.Count32(Manifest.ChunksPerFileMax, ChunkBytesMin)];
            for (int i = 0; i < chunks.Length; i++) chunks[i] = ReadChunk(ref reader);
            place = new ContentPlace.Own(chunks);
        }
        else place = new ContentPlace.Packed(ReadChunk(ref reader), reader.U32(), reader.U32());
        return reader.Fault == LogFault.None
            ? new ManifestEntry(path, mode, modifiedMs, new ManifestContent(fileId, FileKey.From(key.Span, prefix.Span), new FileLayout((long)content, (int)chunkContent), place))
            : null;
    }

    private static ManifestChunk ReadChunk(ref LogReader reader)
    {
        Hash256 id = reader.Hash();
        uint length = reader.U32();
        ChunkCoding coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon);
        uint generation = reader.U32();
        Hash256[] roots = new Hash256[coding.Roots()];
        for (int i = 0; i < roots.Length; i++) roots[i] = reader.Hash();
        return new ManifestChunk(id, length, coding, generation, roots);
    }
}
