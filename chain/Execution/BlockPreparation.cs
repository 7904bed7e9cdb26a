using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>A VRF proof that verified: of these bytes, under this key, over this alpha. Made by <see cref="BlockPreparation.VerifyVrfProof"/> only.</summary>
public sealed class VerifiedVrfProof
{
    private readonly byte[] _proof, _key, _alpha;

    internal VerifiedVrfProof(byte[] proof, byte[] key, byte[] alpha) => (_proof, _key, _alpha) = (proof, key, alpha);

    internal bool Says(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> key, ReadOnlySpan<byte> alpha) =>
        proof.SequenceEqual(_proof) && key.SequenceEqual(_key) && alpha.SequenceEqual(_alpha);
}

/// <summary>
/// Work on a block that needs no state, for another thread while the execution thread still runs the blocks before it.
/// Leaving it out costs time only: <see cref="IExecution.Execute"/> does what was not done.
/// </summary>
public static class BlockPreparation
{
    private const int TransactionsPerPiece = 64;

    /// <summary>
    /// What <see cref="IExecution.Execute"/> then need not verify, if it finds that the proposer had this key and the parent this
    /// beacon; null where there is no proof or it does not verify so.
    /// </summary>
    /// <param name="validators">The set that is expected to vote on the block.</param>
    /// <param name="previous">The beacon (mixHash) of the block before it.</param>
    public static VerifiedVrfProof? VerifyVrfProof(Block block, ulong chainId, ValidatorSet validators, in Hash256 previous)
    {
        if (block.VrfProof.IsEmpty || block.Consensus is not { } consensus) return null;
        foreach (Validator validator in validators.Validators)
        {
            if (validator.Operator != consensus.Proposer) continue;
            byte[] alpha = VrfBeacon.Alpha(chainId, consensus.Height, previous);
            return Ecvrf.Verify(validator.ConsensusKey.Span, alpha, block.VrfProof.Span)
                ? new VerifiedVrfProof(block.VrfProof.ToArray(), validator.ConsensusKey.ToArray(), alpha)
                : null;
        }
        return null;
    }

    /// <summary>
    /// Recovers the senders that are not known. A transaction whose signature is faulty stays without; executing the block names the fault.
    /// Nobody else may use the block meanwhile.
    /// </summary>
    public static void RecoverSenders(Block block, ulong chainId, IParallel parallel) =>
        parallel.For(block.Transactions.Count, TransactionsPerPiece, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                Transaction tx = block.Transactions[i];
                if (tx.Sender.IsZero && tx.Type != TransactionType.System) SenderRecovery.Recover(tx, chainId);
            }
        });
}
