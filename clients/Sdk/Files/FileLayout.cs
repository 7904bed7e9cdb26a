namespace Dsdn.Sdk.Files;

/// <summary>
/// Where what lies. A content of n bytes is followed by 0x80 and zeros up to the next multiple of 4,096, cut into segments of 65,536,
/// and these into chunks; each encrypted segment is 16 bytes longer, each chunk begins with a header. Padding alone never opens a
/// chunk: it goes with the one before.
/// </summary>
/// <param name="ContentBytes">n.</param>
/// <param name="ChunkContentBytes">Content a chunk takes; a multiple of a segment.</param>
public readonly record struct FileLayout(long ContentBytes, int ChunkContentBytes)
{
    public const int SegmentBytes = 65_536;
    public const int TagBytes = 16;
    public const int PaddingBytes = 4_096;
    public const int DefaultChunkContentBytes = 16 << 20;
    public const int ChunkContentBytesMax = 64 << 20;

    /// <summary>The nonce counts segments with 32 bits.</summary>
    public const long ContentBytesMax = ((1L << 32) - 1) * SegmentBytes - PaddingBytes;

    public const int SealedSegmentBytes = SegmentBytes + TagBytes;

    /// <summary>Sizes a reader or writer may be asked for.</summary>
    public bool IsValid => ContentBytes is >= 0 and <= ContentBytesMax && IsChunkSize(ChunkContentBytes);

    public static bool IsChunkSize(int chunkContentBytes) => chunkContentBytes is >= SegmentBytes and <= ChunkContentBytesMax && chunkContentBytes % SegmentBytes == 0;

    public int SegmentsPerChunk => ChunkContentBytes / SegmentBytes;

    /// <summary>Content and padding: at least one byte of padding.</summary>
    public long PaddedBytes => ((ContentBytes / PaddingBytes) + 1) * PaddingBytes;

    public long Segments => (PaddedBytes + SegmentBytes - 1) / SegmentBytes;

    public long Chunks => Math.Max(1, (ContentBytes + ChunkContentBytes - 1) / ChunkContentBytes);

    /// <summary>The most a chunk of this size takes encrypted.</summary>
    public static int SealedChunkBytesMax(int chunkContentBytes) => ChunkHeader.Bytes + ((chunkContentBytes / SegmentBytes) * SealedSegmentBytes) + PaddingBytes + TagBytes;

    public long FirstSegment(long chunk) => chunk * SegmentsPerChunk;

    public long SegmentsOf(long chunk) => (chunk == Chunks - 1 ? Segments : FirstSegment(chunk + 1)) - FirstSegment(chunk);

    public long ChunkOf(long segment) => Math.Min(segment / SegmentsPerChunk, Chunks - 1);

    /// <summary>Plain bytes of a segment, padding too.</summary>
    public int PlainBytes(long segment) => (int)Math.Min(SegmentBytes, PaddedBytes - (segment * SegmentBytes));

    /// <summary>Where a segment begins in its encrypted chunk.</summary>
    public int OffsetInChunk(long segment) => checked((int)(ChunkHeader.Bytes + ((segment - FirstSegment(ChunkOf(segment))) * SealedSegmentBytes)));

    /// <summary>The length of an encrypted chunk.</summary>
    public int SealedBytes(long chunk)
    {
        long last = FirstSegment(chunk) + SegmentsOf(chunk) - 1;
        return OffsetInChunk(last) + PlainBytes(last) + TagBytes;
    }
}
