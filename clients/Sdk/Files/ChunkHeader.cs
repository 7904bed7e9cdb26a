using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Files;

/// <summary>
/// In front of every encrypted chunk: "DSDF" | version u8 = 1 | nonce prefix 7 | file id 32 | chunk u32 | segments a chunk u32 | key
/// commitment 16. Nothing in it says what the file is. File id, chunk and version are also the associated data of every segment, so
/// that a header cannot be put on other bytes.
/// </summary>
public readonly record struct ChunkHeader(Hash256 FileId, uint Chunk, uint SegmentsPerChunk)
{
    public const int Bytes = 4 + 1 + FileKey.PrefixSize + Hash256.Size + 4 + 4 + FileKey.CommitmentSize;
    public const byte Version = 1;

    /// <summary>"DSDN/segment/v1" behind its length | file id 32 | chunk u32 | version u8 | segments a chunk u32.</summary>
    internal const int AssociatedBytes = 16 + Hash256.Size + 4 + 1 + 4;

    private static readonly byte[] Tag = FileKey.Tag("DSDN/segment/v1");

    private static ReadOnlySpan<byte> Magic => "DSDF"u8;

    public void Write(Span<byte> to, FileKey key)
    {
        Magic.CopyTo(to);
        to[4] = Version;
        key.Prefix.CopyTo(to[5..]);
        FileId.CopyTo(to[12..]);
        BinaryPrimitives.WriteUInt32BigEndian(to[44..], Chunk);
        BinaryPrimitives.WriteUInt32BigEndian(to[48..], SegmentsPerChunk);
        key.Commitment.Span.CopyTo(to[52..]);
    }

    /// <summary>Reads a header and checks that it is of this key. Faults: Header, Version, WrongKey.</summary>
    public static FileFault TryRead(ReadOnlySpan<byte> chunk, FileKey key, out ChunkHeader header)
    {
        header = default;
        if (chunk.Length < Bytes || !chunk.StartsWith(Magic)) return FileFault.Header;
        if (chunk[4] != Version) return FileFault.Version;
        bool isKey = CryptographicOperations.FixedTimeEquals(chunk.Slice(52, FileKey.CommitmentSize), key.Commitment.Span) && chunk.Slice(5, FileKey.PrefixSize).SequenceEqual(key.Prefix);
        if (!isKey) return FileFault.WrongKey;
        header = new ChunkHeader(new Hash256(chunk.Slice(12, Hash256.Size)), BinaryPrimitives.ReadUInt32BigEndian(chunk[44..]), BinaryPrimitives.ReadUInt32BigEndian(chunk[48..]));
        return header.SegmentsPerChunk is 0 or > FileLayout.ChunkContentBytesMax / FileLayout.SegmentBytes ? FileFault.Header : FileFault.None;
    }

    internal void WriteAssociated(Span<byte> to)
    {
        Tag.CopyTo(to);
        FileId.CopyTo(to[16..]);
        BinaryPrimitives.WriteUInt32BigEndian(to[48..], Chunk);
        to[52] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(to[53..], SegmentsPerChunk);
    }
}
