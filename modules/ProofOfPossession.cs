using System.Buffers.Binary;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules;

/// <summary>
/// What an Ed25519 key signs to prove that it belongs to an operator: tag 32 | chain id u64 BE | operator 20 | key 32
/// (rulings 18). Used by the modules, the genesis checker, CLI and SDK.
/// </summary>
public static class ProofOfPossession
{
    /// <summary>For validators' consensus keys.</summary>
    public static byte[] ConsensusMessage(ulong chainId, in Address keyOperator, in Hash256 key) =>
        Message(HashDomain.ProofOfPossession, chainId, keyOperator, key);

    /// <summary>For service nodes' ids.</summary>
    public static byte[] NodeMessage(ulong chainId, in Address nodeOperator, in Hash256 nodeId) =>
        Message(HashDomain.NodeProofOfPossession, chainId, nodeOperator, nodeId);

    /// <summary>For the keys of the log's committee.</summary>
    public static byte[] CommitteeMessage(ulong chainId, in Address validator, in Hash256 key) =>
        Message(HashDomain.CommitteeProofOfPossession, chainId, validator, key);

    private static byte[] Message(HashDomain domain, ulong chainId, in Address keyOperator, in Hash256 key)
    {
        byte[] message = new byte[DomainTag.Size + sizeof(ulong) + Address.Size + Hash256.Size];
        DomainTag.Of(domain).CopyTo(message);
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(DomainTag.Size), chainId);
        keyOperator.CopyTo(message.AsSpan(DomainTag.Size + sizeof(ulong)));
        key.CopyTo(message.AsSpan(DomainTag.Size + sizeof(ulong) + Address.Size));
        return message;
    }
}
