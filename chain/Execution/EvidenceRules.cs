using Dsdn.Chain.Blocks;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution;

/// <summary>What evidence must be to stand in a block, judged by the state before it, so that every node judges alike (chain-decisions 1.12).</summary>
internal static class EvidenceRules
{
    /// <summary>Valid, or DSDN-E-BLOCK-EVIDENCE-FUTURE, -UNKNOWN, -EXPIRED, -PUNISHED, -SIGNATURE.</summary>
    public static BlockVerdict Check(EvidenceItem item, ChainConstants chain, IModuleKernel kernel, IStateView state, ulong blockHeight, ulong blockTimeMs)
    {
        if (item.Height >= blockHeight) return Refuse("FUTURE", item, $"in block {blockHeight}");
        if (item.Height == 0) return Refuse("UNKNOWN", item, "nobody signs block 0");
        Accused accused = kernel.FindAccused(state, item.Accused, item.Height, blockHeight, blockTimeMs);
        if (accused.Refusal is { } refusal) return Refuse(refusal, item, $"in block {blockHeight}");
        return item.IsSignedBy(accused.ConsensusKey.Span, chain.ChainId, chain.GenesisHash)
            ? BlockVerdict.Valid
            : Refuse("SIGNATURE", item, "a signature does not verify under the key of that height");
    }

    /// <summary>Every item of a body.</summary>
    public static BlockVerdict CheckAll(ReadOnlySpan<byte> evidence, ChainConstants chain, IModuleKernel kernel, Tip parent, ulong blockTimeMs)
    {
        if (evidence.IsEmpty) return BlockVerdict.Valid;
        if (!EvidenceCodec.TryDecodeList(evidence, out IReadOnlyList<EvidenceItem>? items)) return FieldComparison.Invalid("EVIDENCE", $"{evidence.Length} bytes that are no list of evidence");
        foreach (EvidenceItem item in items)
        {
            if (Check(item, chain, kernel, parent.State, parent.Number + 1, blockTimeMs) is { IsValid: false } verdict) return verdict;
        }
        return BlockVerdict.Valid;
    }

    /// <summary>Those of a builder's list that a validator would accept.</summary>
    public static byte[] Keep(ReadOnlySpan<byte> evidence, ChainConstants chain, IModuleKernel kernel, Tip parent, ulong blockTimeMs)
    {
        if (!EvidenceCodec.TryDecodeList(evidence, out IReadOnlyList<EvidenceItem>? items)) return [];
        return EvidenceCodec.EncodeList([.. items.Where(item => Check(item, chain, kernel, parent.State, parent.Number + 1, blockTimeMs).IsValid)]);
    }

    private static BlockVerdict Refuse(string why, EvidenceItem item, string detail) =>
        FieldComparison.Invalid("EVIDENCE-" + why, $"{item.Kind} of {item.Accused} at height {item.Height}: {detail}");
}
