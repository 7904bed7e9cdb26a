using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Proofs;

/// <summary>
/// A leaf of the operations part of the log's state up to the state root, as it goes to the chain: data root 32 | index u64 | leaves u64 | count u8 of siblings
/// 32; the leaf travels beside it. Whoever has an anchored state root can check it.
/// </summary>
public sealed record StateLeafProof(ProvenLeaf Leaf, Hash256 DataRoot)
{
    private const int SiblingsMax = 32;

    /// <summary>The longest leaf that the chain looks at.</summary>
    public const int LeafBytesMax = 1_024;

    /// <summary>The state root that it leads to; null where the path is none.</summary>
    public Hash256? StateRoot()
    {
        if (Leaf.Count > int.MaxValue || Leaf.Index >= Leaf.Count) return null;
        return Sha256Tree.TryRoot(Sha256Tree.Leaf(Leaf.Leaf.Span), (long)Leaf.Index, (long)Leaf.Count, [.. Leaf.Path], out Hash256 operations)
            ? LogStateRoot.Of(DataRoot, operations)
            : null;
    }

    public byte[] EncodePath()
    {
        LogWriter writer = new LogWriter(1_200).Hash(DataRoot).U64(Leaf.Index).U64(Leaf.Count).U8(checked((byte)Leaf.Path.Count));
        foreach (Hash256 sibling in Leaf.Path) writer.Hash(sibling);
        return writer.ToArray();
    }

    /// <param name="proof">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> leaf, ReadOnlyMemory<byte> path, out StateLeafProof? proof)
    {
        LogReader reader = new(path);
        Hash256 data = reader.Hash();
        ulong index = reader.U64(), count = reader.U64();
        Hash256[] siblings = new Hash256[reader.Count8(SiblingsMax, Hash256.Size)];
        for (int i = 0; i < siblings.Length; i++) siblings[i] = reader.Hash();
        if (leaf.Length > LeafBytesMax) reader.Fail(LogFault.TooLong);
        LogFault fault = reader.End();
        proof = fault == LogFault.None ? new StateLeafProof(new ProvenLeaf(leaf, index, count, siblings), data) : null;
        return fault;
    }
}
