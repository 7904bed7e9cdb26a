using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>One statement under the signatures of validators with more than two thirds of the power.</summary>
public static class ValidatorAttestation
{
    /// <param name="message">What each of them signed by Ed25519.</param>
    /// <param name="setHash">The set that the statement names.</param>
    /// <param name="set">The set of the statement's epoch.</param>
    /// <param name="signers">Bitmap in the order of the set.</param>
    public static LogVerdict Check(
        ReadOnlySpan<byte> message, in Hash256 setHash, ValidatorSet set, ReadOnlySpan<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures) =>
        BlockHashes.Validators(set) == setHash
            ? CheckSigners(message, set, signers, signatures, static (key, text, signature) => Ed25519.Verify(text, signature, key))
            : new(LogFault.ValidatorSet, $"validator set {setHash} is not that of the epoch");

    /// <summary>As <see cref="Check"/>, where the message was made for this very set.</summary>
    /// <param name="verify">Of key, message and signature: the chain charges gas for it.</param>
    public static LogVerdict CheckSigners(
        ReadOnlySpan<byte> message, ValidatorSet set, ReadOnlySpan<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures,
        Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> verify)
    {
        int count = set.Validators.Count;
        if (!Bitmap.IsCanonical(signers, count) || Bitmap.Count(signers) != signatures.Count) return new(LogFault.Bitmap, $"the bitmap is not one of {count} validators with {signatures.Count} signatures");
        UInt128 signed = 0, total = 0;
        for (int i = 0; i < count; i++)
        {
            total += set.Validators[i].Power;
            if (Bitmap.Has(signers, i)) signed += set.Validators[i].Power;
        }
        if (!IsQuorum(signed, total)) return new(LogFault.Power, $"{signed} of {total} signed");
        for (int i = 0, next = 0; i < count; i++)
        {
            if (!Bitmap.Has(signers, i)) continue;
            if (!verify(set.Validators[i].ConsensusKey.Span, message, signatures[next++].Span)) return new(LogFault.Attestation, $"the signature of validator {i}");
        }
        return LogVerdict.Valid;
    }

    /// <summary>3 * signed > 2 * total (DESIGN 7).</summary>
    public static bool IsQuorum(UInt128 signed, UInt128 total) => 3 * signed > 2 * total;
}
