using Dsdn.Chain.Log.Events;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Sources;

namespace Dsdn.Cli.Commands.Files;

/// <summary>What an upload will take, before anything is sent.</summary>
internal sealed record UploadPlan(SourceScan Scan, ChunkCoding Coding, bool IsPublic)
{
    /// <summary>What a manifest takes for a file, and a pack beside it.</summary>
    private const long ListBytesPerFile = 512, ListBytes = 16_384;

    public int Files => Scan.Files;

    public long ContentBytes => Scan.ContentBytes;

    public int SkippedLinks => Scan.Skipped.Count;

    /// <summary>Bytes of all chunks, once: what an agreement counts. A little more than it will be.</summary>
    public long ChunkBytes => ListBytes + Scan.Items.Where(static item => !item.IsFolder).Sum(item => ListBytesPerFile + (IsPublic ? item.LengthBytes : SealedBytes(item.LengthBytes)));

    /// <summary>On the disks of all nodes together.</summary>
    public long StoredBytes => Coding == ChunkCoding.Replicas ? 3 * ChunkBytes : ChunkBytes * 3 / 2;

    private static long SealedBytes(long content)
    {
        var layout = new FileLayout(content, FileLayout.DefaultChunkContentBytes);
        return layout.PaddedBytes + (layout.Segments * FileLayout.TagBytes) + (layout.Chunks * ChunkHeader.Bytes);
    }
}
