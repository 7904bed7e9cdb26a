using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;

namespace Dsdn.Node.Validation;

/// <summary>What could be checked of a synced block while the blocks before it were executed; all of it is asked again where the expectation was wrong.</summary>
/// <param name="Validators">With whose keys the certificate was checked.</param>
/// <param name="CertificateFault">Null: every signature of it verifies.</param>
internal sealed record BlockChecks(ValidatorSet Validators, string? CertificateFault, VerifiedVrfProof? Beacon)
{
    /// <summary>Whether the set that was expected is the one that votes.</summary>
    public bool AreFor(ValidatorSet voters)
    {
        IReadOnlyList<Validator> left = Validators.Validators, right = voters.Validators;
        if (ReferenceEquals(left, right)) return true;
        if (left.Count != right.Count) return false;
        for (int i = 0; i < left.Count; i++)
        {
            if (left[i].Power != right[i].Power || !left[i].ConsensusKey.Span.SequenceEqual(right[i].ConsensusKey.Span)) return false;
        }
        return true;
    }
}

/// <summary>Checks synced blocks on other cores ahead of the execution thread. One caller.</summary>
internal sealed class BlockAhead(ChainConstants chain)
{
    private (ulong Height, Hash256 Beacon) _last;

    /// <summary>What another core checks meanwhile; null for an effect that has nothing to check.</summary>
    /// <param name="expected">Who votes now, and so most likely on this block.</param>
    public Task<BlockChecks?> Begin(ReplicaEffect effect, ValidatorSet expected)
    {
        if (effect is not ReplicaEffect.ApplyBlock apply) return Task.FromResult<BlockChecks?>(null);
        Block block = apply.Block;
        Hash256? previous = _last.Height + 1 == block.Header.Number ? _last.Beacon : null;
        _last = (block.Header.Number, block.Header.MixHash);
        return Task.Run<BlockChecks?>(() => Check(apply, expected, previous));
    }

    private BlockChecks Check(ReplicaEffect.ApplyBlock apply, ValidatorSet expected, Hash256? previous)
    {
        BlockPreparation.RecoverSenders(apply.Block, chain.ChainId, Sequential.Instance);
        string? fault = CertificateRules.Check(apply.Certificate, apply.Block.Header.Number, apply.Block.Hash, expected)
            ?? CertificateRules.CheckSignatures(apply.Certificate, chain, expected);
        VerifiedVrfProof? beacon = previous is { } known ? BlockPreparation.VerifyVrfProof(apply.Block, chain.ChainId, expected, known) : null;
        return new BlockChecks(expected, fault, beacon);
    }
}
