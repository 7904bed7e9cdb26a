using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Blocks;

/// <summary>A block: header, what consensus binds, and the body (transactions in order, the parent's certificate, evidence, VRF proof).</summary>
/// <param name="Consensus">Null only at block 0.</param>
/// <param name="LastCommit">Certificate of the parent; null at blocks 0 and 1.</param>
public sealed record Block(
    Hash256 Hash,
    Header Header,
    ConsensusHeader? Consensus,
    IReadOnlyList<Transaction> Transactions,
    Certificate? LastCommit,
    ReadOnlyMemory<byte> Evidence,
    ReadOnlyMemory<byte> VrfProof);
