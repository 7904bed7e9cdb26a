using Dsdn.Chain.Primitives;
using Dsdn.Chain.Snapshots;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Sync;

namespace Dsdn.Simulator.Machines;

/// <summary>The snapshots on a machine's disk; the newest two are kept. Their chunks are small, so that there are several of each.</summary>
internal sealed class SnapshotShelf : ISnapshotSource
{
    public const ulong EveryBlocks = 3;

    private const int ChunkBytes = 8 * 1024;
    private const int Kept = 2;

    private readonly List<(SnapshotManifest Manifest, byte[][] Chunks)> _newestFirst = [];

    public IReadOnlyList<ReadOnlyMemory<byte>> Manifests => [.. _newestFirst.Select(static one => (ReadOnlyMemory<byte>)one.Manifest.Encode())];

    public byte[] ReadChunk(Hash256 manifestHash, uint chunk)
    {
        byte[][]? chunks = _newestFirst.Find(one => one.Manifest.Hash == manifestHash).Chunks;
        return chunks is not null && chunk < chunks.Length ? chunks[chunk] : [];
    }

    public SnapshotManifest Take(IKeyValueStore store, ChainStore blocks)
    {
        List<byte[]> chunks = [];
        using IKeyValueSnapshot version = store.Snapshot();
        SnapshotManifest manifest = ChainSnapshot.Export(version, blocks, (_, bytes) => chunks.Add(bytes.ToArray()), ChunkBytes);
        _newestFirst.RemoveAll(one => one.Manifest.Height == manifest.Height);
        _newestFirst.Insert(0, (manifest, [.. chunks]));
        if (_newestFirst.Count > Kept) _newestFirst.RemoveAt(Kept);
        return manifest;
    }
}
