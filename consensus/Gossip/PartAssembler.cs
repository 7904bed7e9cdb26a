using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>What became of a part.</summary>
public enum PartResult
{
    Added,
    Duplicate,

    /// <summary>Of another root.</summary>
    OtherValue,

    /// <summary>Index, length or proof do not fit the root: no honest peer sends it.</summary>
    Bad,
}

/// <summary>
/// Puts the parts of one root together in any order. Nothing is allocated before a part is proven, and the proven length is
/// at most <see cref="PeerLimits.ValueBytesMax"/>.
/// </summary>
public sealed class PartAssembler(Hash256 root)
{
    private byte[] _bytes = [];
    private Hash256[]?[] _proofs = [];

    public Hash256 Root => root;

    /// <summary>0 until the first part is here.</summary>
    public int Count => _proofs.Length;

    public int Held { get; private set; }

    public bool IsComplete => Held > 0 && Held == Count;

    /// <summary>All parts; null while one is missing.</summary>
    public PartSet? Value { get; private set; }

    public bool Has(int index) => index < _proofs.Length && _proofs[index] is not null;

    /// <summary>An assembler that holds everything already.</summary>
    public static PartAssembler Of(PartSet value)
    {
        var whole = new PartAssembler(value.Root) { Value = value, Held = value.Count };
        whole._proofs = new Hash256[value.Count][];
        for (int i = 0; i < value.Count; i++) whole._proofs[i] = [];
        return whole;
    }

    public PartResult Add(PeerMessage.Part part)
    {
        if (part.PartsRoot != root) return PartResult.OtherValue;
        if (part.ValueBytes is 0 or > PeerLimits.ValueBytesMax) return PartResult.Bad;
        int valueBytes = (int)part.ValueBytes, count = PartSet.CountOf(valueBytes);
        if (part.Index >= (uint)count) return PartResult.Bad;
        int index = (int)part.Index;
        if (Count > 0 && count != Count) return PartResult.Bad;
        if (Has(index)) return PartResult.Duplicate;
        if (!Fits(part, index, count, valueBytes)) return PartResult.Bad;
        if (Count == 0) (_bytes, _proofs) = (new byte[valueBytes], new Hash256[count][]);
        part.Bytes.Span.CopyTo(_bytes.AsSpan(index * PeerLimits.PartBytes));
        _proofs[index] = [.. part.Proof];
        Held++;
        if (IsComplete) Value = new PartSet(root, _bytes, [.. _proofs.Select(proof => proof ?? [])]);
        return PartResult.Added;
    }

    /// <summary>A held part, to pass on.</summary>
    public ValuePart? Part(int index)
    {
        if (Value is not null) return index < Value.Count ? Value.Part(index) : null;
        if (!Has(index) || _proofs[index] is not { } proof) return null;
        return new ValuePart(index, _bytes.AsMemory(index * PeerLimits.PartBytes, PartSet.LengthOf(_bytes.Length, index)), proof);
    }

    /// <summary>Length of the whole value in bytes; 0 until known.</summary>
    public int ValueBytes => Value?.Bytes.Length ?? _bytes.Length;

    private bool Fits(PeerMessage.Part part, int index, int count, int valueBytes)
    {
        if (part.Bytes.Length != PartSet.LengthOf(valueBytes, index) || part.Proof.Count > PeerLimits.PartProofHashesMax) return false;
        Hash256[] proof = [.. part.Proof];
        return MerkleTree.TryRoot(MerkleTree.Leaf(part.Bytes.Span), index, count, proof, out Hash256 merkleRoot)
            && PartSet.RootOf(valueBytes, merkleRoot) == root;
    }
}
