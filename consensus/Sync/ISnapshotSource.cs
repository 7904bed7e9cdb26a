using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Sync;

/// <summary>The finished snapshots of a node, wherever they lie.</summary>
public interface ISnapshotSource
{
    /// <summary>Newest first, encoded, as peers ask for them.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> Manifests { get; }

    /// <summary>Empty where there is no such snapshot or chunk, any more or at all.</summary>
    byte[] ReadChunk(Hash256 manifestHash, uint chunk);
}
