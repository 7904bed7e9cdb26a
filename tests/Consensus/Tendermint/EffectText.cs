using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>Effects as text with all bytes, to be compared.</summary>
internal static class EffectText
{
    public static string Of(CoreEffect effect) => effect switch
    {
        CoreEffect.Decide decide => $"decide {Of(decide.Certificate)} {decide.PartsRoot}",
        CoreEffect.Build build => $"build {build.Height} {build.Round} {(build.LastCommit is { } commit ? Of(commit) : "none")}",
        CoreEffect.BroadcastVote sent => $"{sent} {Convert.ToHexString(sent.Vote.Signature.Span)}",
        CoreEffect.BroadcastProposal sent => $"{sent} {Convert.ToHexString(sent.Proposal.Signature.Span)}",
        _ => effect.ToString(),
    };

    private static string Of(Certificate certificate) =>
        $"{certificate.Height} {certificate.Round} {certificate.BlockHash} {Convert.ToHexString(certificate.Signers.Span)} {string.Join(' ', certificate.Signatures.Select(signature => Convert.ToHexString(signature.Span)))}";
}
