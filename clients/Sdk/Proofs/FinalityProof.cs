using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Proofs;

/// <summary>
/// What shows that a block is final without trusting who sent it: the header, the consensus header it commits to, the set that
/// voted, and the certificate of more than two thirds of that set's power.
/// </summary>
/// <param name="GenesisHash">Validators sign its first 16 bytes; the rest is bound only by comparing it with a genesis you trust.</param>
public sealed record FinalityProof(
    ulong ChainId, Hash256 GenesisHash, Header Header, ConsensusHeader Consensus, ValidatorSet Validators, Certificate Certificate)
{
    public Hash256 BlockHash => HeaderCodec.Hash(Header);

    /// <summary>Names the set; compare it with one you trust.</summary>
    public Hash256 ValidatorsHash => BlockHashes.Validators(Validators);

    /// <summary>Null if the proof holds for its own validator set and genesis hash; else what does not.</summary>
    public ClientError? Check()
    {
        if (BlockHashes.ExtraData(Consensus) != Header.ExtraData) return Invalid(ErrorCodes.HeaderInvalid, "extraData does not commit to the consensus header");
        if (Consensus.Height != Header.Number) return Invalid(ErrorCodes.HeaderInvalid, "heights differ");
        if (Consensus.ChainId != ChainId) return Invalid(ErrorCodes.HeaderInvalid, "chain ids differ");
        if (ValidatorsHash != Consensus.ValidatorsHash) return Invalid(ErrorCodes.CertificateInvalid, "the validators are not those of the header");
        if (CertificateRules.Check(Certificate, Header.Number, BlockHash, Validators) is { } rule) return Invalid(ErrorCodes.CertificateInvalid, rule);
        if (CertificateRules.CheckSignatures(Certificate, ChainId, GenesisHash, Validators) is { } signature) return Invalid(ErrorCodes.CertificateInvalid, signature);
        return null;
    }

    /// <summary>Voting power that signed, and all of it, in whole NUSA. Of a proof that holds.</summary>
    public (ulong Signed, ulong Total) Power()
    {
        ulong signed = 0, total = 0;
        for (int i = 0; i < Validators.Validators.Count; i++)
        {
            ulong power = Validators.Validators[i].Power;
            total += power;
            if ((Certificate.Signers.Span[i >> 3] >> (i & 7) & 1) != 0) signed += power;
        }
        return (signed, total);
    }

    internal static ClientError Invalid(string code, string what) => ClientError.Of(code, ErrorClass.Integrity, what);
}
