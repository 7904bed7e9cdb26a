using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Attestation;

/// <summary>
/// Collects the validators' attestations of batches until they are certificates, and knows from their answers whether a quorum can
/// be reached at all, which is what the router asks before it turns to that tier.
/// </summary>
/// <param name="openMax">Statements that are open at once.</param>
public sealed class CertificateCollector(ulong chainId, int openMax = SignatureCollector<DaStatement, DaCertificate>.OpenMaxDefault)
    : SignatureCollector<DaStatement, DaCertificate>(chainId, openMax)
{
    private readonly QuorumWatch _watch = new();

    /// <summary>The set whose power counts for <see cref="IsQuorumReachable"/>; the current epoch's.</summary>
    public void Follow(ValidatorSet set) => _watch.Follow(set);

    /// <summary>This validator was heard otherwise, such as by refusing what it was asked or answering an audit.</summary>
    /// <param name="consensusKey">32 bytes.</param>
    public void Heard(ReadOnlyMemory<byte> consensusKey, ulong nowMs) => _watch.Answered(consensusKey, nowMs);

    /// <summary>Whether validators with more than two thirds of the followed set's power answered within the window before now.</summary>
    public bool IsQuorumReachable(ulong nowMs, ulong windowMs) => _watch.IsReachable(nowMs, windowMs);

    private protected override Facts FactsOf(DaStatement statement) => new(statement.ChainId, statement.Epoch, statement.ValidatorSetHash, statement.Seq, statement.Message);

    private protected override Hash256 IdOf(DaStatement statement) => statement.Id;

    private protected override bool IsSameSubject(DaStatement one, DaStatement other) => one.CoreHash == other.CoreHash;

    private protected override DaCertificate Certificate(DaStatement statement, ReadOnlyMemory<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures) => new(statement, signers, signatures);

    private protected override void Answered(ReadOnlyMemory<byte> consensusKey, ulong nowMs) => _watch.Answered(consensusKey, nowMs);
}
