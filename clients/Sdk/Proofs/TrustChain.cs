using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Proofs;

/// <summary>
/// The way from a block that the user trusts to the one of a proof: light blocks, each verified from the one before. The first
/// binds the parameters, and they the trust period (two thirds of the unbonding time).
/// </summary>
public sealed record TrustChain(ChainParams Parameters, IReadOnlyList<LightBlock> Blocks)
{
    public const int BlocksMax = 1_024;

    /// <summary>Null if the way holds and ends at the proven block; else what does not.</summary>
    /// <param name="nowMs">Milliseconds since 1970 on the verifier's clock.</param>
    public ClientError? Check(TrustedBlock trusted, FinalityProof finality, ulong nowMs)
    {
        if (Blocks.Count is 0 or > BlocksMax) return FinalityProof.Invalid(ErrorCodes.LightHash, $"{Blocks.Count} blocks from {trusted}");
        LightOptions options = Options(finality.ChainId, finality.GenesisHash);
        if (Error(LightVerifier.CheckTrusted(Blocks[0], trusted.Height, trusted.Hash, options)) is { } wrong) return wrong;
        if (BlockHashes.Params(Parameters) != Blocks[0].Consensus.ParamsHash) return FinalityProof.Invalid(ErrorCodes.LightMalformed, "the parameters are not those of the trusted block");
        for (int i = 1; i < Blocks.Count; i++)
        {
            if (Error(LightVerifier.Verify(Blocks[i - 1], Blocks[i], options, nowMs)) is { } broken) return broken;
        }
        return Blocks[^1].Hash == finality.BlockHash ? null : FinalityProof.Invalid(ErrorCodes.LightHash, $"the way ends at block {Blocks[^1].Height} {Blocks[^1].Hash}");
    }

    public LightOptions Options(ulong chainId, Hash256 genesisHash) => LightOptions.Of(chainId, genesisHash, Parameters.UnbondingMs);

    internal static ClientError? Error(LightVerdict verdict) => verdict.IsValid ? null : FinalityProof.Invalid(verdict.Code, verdict.Detail);
}
