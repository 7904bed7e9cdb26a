using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>
/// The last block a validator precommitted. A core whose log was restored from an older copy has forgotten it; the signer has
/// not, and signs no prevote against it that names no later proof of lock (arXiv 1807.04938, line 29): that is punished.
/// </summary>
/// <param name="Block">Zero: none yet.</param>
public readonly record struct SignedLock(ulong Height, uint Round, Hash256 Block)
{
    /// <summary>The lock after this message was signed.</summary>
    /// <param name="signBytes">See <see cref="SignBytes"/>; what has another size is no vote.</param>
    public SignedLock After(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes) =>
        step == SignStep.Precommit && SignBytes.BlockHashOf(signBytes) is { IsZero: false } block ? new SignedLock(height, round, block) : this;

    public bool Forbids(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        if (step != SignStep.Prevote || height != Height || round <= Round || Block.IsZero) return false;
        Hash256 block = SignBytes.BlockHashOf(signBytes);
        return !block.IsZero && block != Block && SignBytes.ProofOfLockRoundOf(signBytes) < (long)Round;
    }
}
