using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>
/// The seam between consensus and execution (rulings 9): prepare (<see cref="Build"/>), process (<see cref="Execute"/>),
/// finalize and commit (<see cref="Commit"/>). Building or executing only makes an in-memory overlay, keyed by block hash,
/// on top of the last decided state; at most <see cref="OverlaysMax"/> live, all dropped by the decision (chain-decisions 1.3).
/// Not thread-safe: one execution thread calls it.
/// </summary>
public interface IExecution
{
    const int OverlaysMax = 4;

    /// <summary>The last decided block.</summary>
    Block Decided { get; }

    /// <summary>With which the last block was decided here; null at block 0.</summary>
    Certificate? DecidedBy { get; }

    /// <summary>The set that voted on the last decided block; nobody at block 0.</summary>
    ValidatorSet Deciders { get; }

    /// <summary>The set that votes on the next block.</summary>
    ValidatorSet Validators { get; }

    /// <summary>What the proposers of the next block are drawn from: <see cref="EpochSeed"/>.</summary>
    Hash256 ProposerSeed { get; }

    /// <summary>What waits to be punished; judged by the last decided block.</summary>
    EvidencePool Evidence { get; }

    /// <summary>Takes transactions from the pool, executes them, and returns the block; its overlay is kept.</summary>
    Block Build(BuildRequest request);

    /// <summary>Validates and executes another's block into an overlay.</summary>
    /// <param name="verified">What another thread found already; null: nothing.</param>
    BlockVerdict Execute(Block block, VerifiedVrfProof? verified = null);

    /// <summary>One atomic synced write of everything the block changed, then the head is swapped and events are published.</summary>
    /// <param name="certificate">More than two thirds of <see cref="Validators"/> for exactly this block. Its signatures are the caller's to verify.</param>
    /// <param name="durable">
    /// False while catching up: the write is not waited for. A power failure may then take back the newest blocks, as if they
    /// had never been committed; the next durable commit secures all before it.
    /// </param>
    void Commit(Hash256 blockHash, Certificate certificate, bool durable = true);
}

/// <param name="TimeMs">Proposer's clock; raised to parent + 1 where it is not later.</param>
/// <param name="LastCommit">The certificate of the parent that goes into the body.</param>
/// <param name="BudgetSpent">Asked now and then while the block fills; true closes it. The caller's clock, since there is none here.</param>
public sealed record BuildRequest(ulong TimeMs, Address Proposer, Certificate? LastCommit, Func<bool>? BudgetSpent = null)
{
    /// <summary>The proposer's: <see cref="VrfBeacon.Prove"/> for the next height above <see cref="IExecution.Decided"/>. Empty: none; one that does not verify is left out.</summary>
    public ReadOnlyMemory<byte> VrfProof { get; init; }

    /// <summary>Of <see cref="EvidencePool.Pending"/>. Items that validators would refuse are left out.</summary>
    public ReadOnlyMemory<byte> Evidence { get; init; }
}

/// <summary>Valid, or the first rule a block breaks, by stable code (DSDN-...).</summary>
public readonly record struct BlockVerdict(bool IsValid, string? Code, string? Detail)
{
    public static readonly BlockVerdict Valid = new(true, null, null);

    public static BlockVerdict Invalid(string code, string detail) => new(false, code, detail);
}
