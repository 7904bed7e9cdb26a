using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>A chunk as the log knows it.</summary>
/// <param name="LengthBytes">Of the encrypted chunk.</param>
/// <param name="Roots">One of copies, nine of shards.</param>
public sealed record ManifestChunk(Hash256 ChunkId, uint LengthBytes, ChunkCoding Coding, uint Generation, IReadOnlyList<Hash256> Roots);

/// <summary>Where the encrypted bytes of a file lie: in chunks of its own, or in a part of a pack.</summary>
public abstract record ContentPlace
{
    private ContentPlace()
    {
    }

    /// <summary>All chunks of the file in order.</summary>
    public sealed record Own(IReadOnlyList<ManifestChunk> Chunks) : ContentPlace;

    /// <summary>The object (pack chunk, offset, length): an encrypted chunk 0 among others.</summary>
    public sealed record Packed(ManifestChunk Pack, uint Offset, uint LengthBytes) : ContentPlace;

    /// <summary>Not encrypted: the plain bytes in order, and the chunk that lists them for whoever has its id (<see cref="PublicObject"/>).</summary>
    public sealed record Public(ManifestChunk Listing, IReadOnlyList<ManifestChunk> Parts) : ContentPlace;
}

/// <summary>What is needed to read a file again. Holds its key.</summary>
/// <param name="Layout">Length of the content and size of the chunks.</param>
public sealed record ManifestContent(Hash256 FileId, FileKey Key, FileLayout Layout, ContentPlace Place)
{
    /// <summary>Of a public file, which has no id of its own and nothing secret.</summary>
    public static ManifestContent OfPublic(ContentPlace.Public place) => new(
        Hash256.Zero, FileKey.From(new byte[FileKey.Size], new byte[FileKey.PrefixSize]), new FileLayout(place.Parts.Sum(static part => (long)part.LengthBytes), FileLayout.DefaultChunkContentBytes), place);
}

/// <summary>A file or folder.</summary>
/// <param name="Path">Relative, parts divided by /; see <see cref="ManifestPath"/>.</param>
/// <param name="Mode">Permissions as in POSIX, 12 bits.</param>
/// <param name="ModifiedMs">Since 1970.</param>
/// <param name="Content">Null of a folder.</param>
public sealed record ManifestEntry(string Path, ushort Mode, ulong ModifiedMs, ManifestContent? Content);

/// <summary>What an upload holds, by path. Names stand nowhere else, and a manifest is stored encrypted only.</summary>
/// <param name="Entries">Ascending by the bytes of their paths, none twice.</param>
public sealed record Manifest(IReadOnlyList<ManifestEntry> Entries)
{
    public const int EntriesMax = 1_000_000;
    public const int BytesMax = 512 << 20;
    public const int ChunksPerFileMax = 1 << 20;

    /// <summary>A manifest of entries in any order.</summary>
    public static Manifest Of(IEnumerable<ManifestEntry> entries) => new([.. entries.OrderBy(entry => entry.Path, ManifestPath.Order)]);
}
