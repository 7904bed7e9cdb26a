using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// The commitments of the consensus header, each behind its own domain tag (rulings 5). Sets and lists are Merkle roots of
/// RFC 6962 shape over Keccak, so that a part can be proved; the tag is hashed in front of the root.
/// </summary>
public static class BlockHashes
{
    /// <summary>The header's extraData.</summary>
    public static Hash256 ExtraData(ConsensusHeader header) => Tagged(HashDomain.ConsensusHeader, ConsensusHeaderCodec.Encode(header));

    /// <summary>extraData of block 0.</summary>
    /// <param name="canonicalJson">The genesis spec in canonical form, UTF-8.</param>
    public static Hash256 GenesisExtraData(ReadOnlySpan<byte> canonicalJson) => Tagged(HashDomain.Genesis, canonicalJson);

    /// <summary>Zero where there is no certificate (blocks 0 and 1).</summary>
    public static Hash256 LastCommit(Certificate? certificate) =>
        certificate is null ? Hash256.Zero : Tagged(HashDomain.Commit, CertificateCodec.Encode(certificate));

    /// <summary>Zero where there is no evidence.</summary>
    public static Hash256 Evidence(ReadOnlySpan<byte> evidence) => evidence.IsEmpty ? Hash256.Zero : Tagged(HashDomain.Evidence, evidence);

    /// <summary>Zero where there is no proof.</summary>
    public static Hash256 VrfProof(ReadOnlySpan<byte> proof) => proof.IsEmpty ? Hash256.Zero : Tagged(HashDomain.VrfProof, proof);

    /// <summary>
    /// Over rlp([payout, consensus key, power, operator]) in the set's order, power descending then operator ascending.
    /// </summary>
    public static Hash256 Validators(ValidatorSet set)
    {
        var leaves = new Hash256[set.Validators.Count];
        var writer = new RlpWriter(stackalloc byte[128]);
        for (int i = 0; i < leaves.Length; i++)
        {
            Validator validator = set.Validators[i];
            writer.Clear();
            int list = writer.BeginList();
            writer.Write(validator.Payout);
            writer.Write(validator.ConsensusKey.Span);
            writer.Write(validator.Power);
            writer.Write(validator.Operator);
            writer.EndList(list);
            leaves[i] = MerkleTree.Leaf(writer.Written);
        }
        writer.Dispose();
        return Tagged(HashDomain.ValidatorSet, MerkleTree.Root(leaves).Span);
    }

    /// <param name="storageRoots">Of modules 0 to 15, in order.</param>
    public static Hash256 ModuleRoots(ReadOnlySpan<Hash256> storageRoots)
    {
        var leaves = new Hash256[storageRoots.Length];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = MerkleTree.Leaf(storageRoots[i].Span);
        return Tagged(HashDomain.ModuleRoots, MerkleTree.Root(leaves).Span);
    }

    public static Hash256 Params(ChainParams parameters) => Tagged(HashDomain.Params, ChainParamsCodec.Encode(parameters));

    private static Hash256 Tagged(HashDomain domain, ReadOnlySpan<byte> content)
    {
        byte[] preimage = new byte[DomainTag.Size + content.Length];
        DomainTag.Of(domain).CopyTo(preimage);
        content.CopyTo(preimage.AsSpan(DomainTag.Size));
        return Keccak.Hash(preimage);
    }
}
