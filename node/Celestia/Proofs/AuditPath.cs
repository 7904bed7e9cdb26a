using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Proofs;

/// <summary>A proof of CometBFT's Merkle tree: the audit path of RFC 6962 with its place and the hash of its leaf.</summary>
public sealed record AuditPath(long Total, long Index, Hash256 LeafHash, ReadOnlyMemory<Hash256> Aunts);
