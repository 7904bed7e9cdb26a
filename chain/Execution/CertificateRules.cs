using System.Numerics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>
/// What a certificate must be: for this block, by validators of this set, with more than two thirds of the power
/// (signed x 3 > total x 2), each signature over the precommit's sign bytes.
/// </summary>
public static class CertificateRules
{
    private const int SignatureBytes = 64;

    /// <summary>All but the signatures: null if it holds, else what does not.</summary>
    public static string? Check(Certificate certificate, ulong height, in Hash256 blockHash, ValidatorSet validators)
    {
        if (certificate.Height != height) return $"certificate of height {certificate.Height}, not {height}";
        if (certificate.BlockHash != blockHash) return $"certificate of block {certificate.BlockHash}, not {blockHash}";
        int count = validators.Validators.Count;
        ReadOnlySpan<byte> signers = certificate.Signers.Span;
        if (signers.Length != (count + 7) / 8) return $"bitmap of {signers.Length} bytes for {count} validators";
        if ((count & 7) != 0 && signers[^1] >> (count & 7) != 0) return "bitmap names validators beyond the set";
        int set = 0;
        foreach (byte bits in signers) set += BitOperations.PopCount(bits);
        if (set != certificate.Signatures.Count) return $"{certificate.Signatures.Count} signatures for {set} signers";
        foreach (ReadOnlyMemory<byte> signature in certificate.Signatures)
        {
            if (signature.Length != SignatureBytes) return $"signature of {signature.Length} bytes";
        }
        (UInt128 signed, UInt128 total) = Power(signers, validators);
        return signed * 3 > total * 2 ? null : $"power {signed} of {total} signed";
    }

    /// <summary>Null if every signature verifies. Of a certificate that passed <see cref="Check"/>.</summary>
    public static string? CheckSignatures(Certificate certificate, ChainConstants chain, ValidatorSet validators) =>
        CheckSignatures(certificate, chain.ChainId, chain.GenesisHash, validators);

    /// <summary>The same for a reader that knows of the chain no more than its names, such as a light client.</summary>
    /// <param name="verified">A certificate of the same set whose signatures verify: those of it that are here again are not verified again.</param>
    public static string? CheckSignatures(Certificate certificate, ulong chainId, in Hash256 genesisHash, ValidatorSet validators, Certificate? verified = null)
    {
        if (verified is not null && (verified.Height != certificate.Height || verified.Round != certificate.Round || verified.BlockHash != certificate.BlockHash)) verified = null;
        byte[] message = SignBytes.Precommit(chainId, genesisHash, certificate.Height, certificate.Round, certificate.BlockHash);
        int next = 0, nextVerified = 0;
        for (int i = 0; i < validators.Validators.Count; i++)
        {
            ReadOnlySpan<byte> known = verified is not null && Names(verified, i) ? verified.Signatures[nextVerified++].Span : default;
            if (!Names(certificate, i)) continue;
            Validator validator = validators.Validators[i];
            ReadOnlySpan<byte> signature = certificate.Signatures[next++].Span;
            if (!signature.SequenceEqual(known) && !Ed25519.Verify(message, signature, validator.ConsensusKey.Span)) return $"signature of {validator.Operator} does not verify";
        }
        return null;
    }

    private static bool Names(Certificate certificate, int validator) => (certificate.Signers.Span[validator >> 3] >> (validator & 7) & 1) != 0;

    private static (UInt128 Signed, UInt128 Total) Power(ReadOnlySpan<byte> signers, ValidatorSet validators)
    {
        UInt128 signed = 0, total = 0;
        for (int i = 0; i < validators.Validators.Count; i++)
        {
            ulong power = validators.Validators[i].Power;
            total += power;
            if ((signers[i >> 3] >> (i & 7) & 1) != 0) signed += power;
        }
        return (signed, total);
    }
}
