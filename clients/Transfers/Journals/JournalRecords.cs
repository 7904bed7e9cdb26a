using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Transfers.Journals;

/// <summary>What an upload is: a journal is of one.</summary>
internal sealed record JournalHead(Hash256 ManifestId, Hash256 Agreement, ChunkCoding Coding, bool IsPublic);

/// <summary>A chunk as it left the encryption, with its roots: nothing else may ever be sent in its place.</summary>
internal sealed record JournalChunk(Hash256 Id, uint LengthBytes, Hash256 Root, IReadOnlyList<Hash256> Roots);

/// <summary>A file with chunks of its own.</summary>
/// <param name="LengthBytes">Of the source when it was opened; with the time it says whether the source is the same.</param>
/// <param name="WrappedKey">Only the wallet opens it; empty of a public file.</param>
internal sealed class JournalFile(string path, long lengthBytes, long modifiedTicks, Hash256 fileId, byte[] wrappedKey)
{
    public string Path => path;

    public long LengthBytes => lengthBytes;

    public long ModifiedTicks => modifiedTicks;

    public Hash256 FileId => fileId;

    public byte[] WrappedKey => wrappedKey;

    public List<JournalChunk> Chunks { get; } = [];

    /// <summary>Of the content that was read; -1 while it is being read.</summary>
    public long ContentBytes { get; set; } = -1;

    /// <summary>Of a public file: the chunk that lists its chunks.</summary>
    public JournalChunk? Listing { get; set; }
}

/// <summary>A small file in a pack.</summary>
internal sealed record JournalMember(string Path, long LengthBytes, long ModifiedTicks, Hash256 FileId, byte[] WrappedKey, uint Offset, uint SealedBytes);

internal sealed record JournalPack(JournalChunk Chunk, IReadOnlyList<JournalMember> Members);
