using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Attestation;

/// <summary>Collects the validators' signatures of anchors of the log until the chain takes them: more than two thirds of the power. A newer one makes older ones superfluous.</summary>
/// <param name="openMax">Anchors that are open at once.</param>
public sealed class AnchorCollector(ulong chainId, int openMax = 16) : SignatureCollector<LogAnchor, AttestedAnchor>(chainId, openMax)
{
    private protected override bool OnlyNewestMatters => true;

    private protected override Facts FactsOf(LogAnchor anchor) => new(anchor.ChainId, anchor.Epoch, anchor.ValidatorSetHash, anchor.Seq, anchor.Message);

    private protected override Hash256 IdOf(LogAnchor anchor) => anchor.Id;

    private protected override bool IsSameSubject(LogAnchor one, LogAnchor other) => one.CoreHash == other.CoreHash && one.StateRoot == other.StateRoot;

    private protected override AttestedAnchor Certificate(LogAnchor anchor, ReadOnlyMemory<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures) => new(anchor, signers, signatures);
}
