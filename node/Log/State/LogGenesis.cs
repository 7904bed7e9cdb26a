using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>What everyone who follows the log must know before the first batch. All of it follows from the network's genesis.</summary>
/// <param name="LogId">The genesis hash of the chain.</param>
/// <param name="GenesisValidators">Who votes on block 1.</param>
/// <param name="FirstCommittee">Of epoch 0.</param>
public sealed record LogGenesis(ulong ChainId, Hash256 LogId, ValidatorSet GenesisValidators, Committee FirstCommittee)
{
    public const uint CheckpointEverySeqsDefault = 256;

    /// <summary>
    /// Checkpoints are taken after batches whose seq is a multiple of this, and of no others: roots cost time, so all followers
    /// must know without asking where they are needed. Not zero; the same for everyone.
    /// </summary>
    public uint CheckpointEverySeqs { get; init; } = CheckpointEverySeqsDefault;

    /// <summary>How long the network waits before it repairs and erases.</summary>
    public StorageRules Storage { get; init; } = StorageRules.Standard;

    public AuditTimes Audits { get; init; } = AuditTimes.Standard;

    /// <summary>
    /// Whether agreements and sessions are those of the chain's module. Where it has none, an agreement is the account's that used it first,
    /// and has no quota (docs/decisions/0026).
    /// </summary>
    public bool HasAgreements { get; init; }

    internal ChainAnchorVerifier AnchorVerifier => new(ChainId, LogId, GenesisValidators);

    internal bool IsCheckpointSeq(ulong seq) => seq % CheckpointEverySeqs == 0;
}
