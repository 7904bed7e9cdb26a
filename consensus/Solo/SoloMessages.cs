using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Solo;

/// <summary>When the next block is made.</summary>
/// <param name="IntervalMs">From one block's time to the next. 0: as soon as a transaction waits. Ignored when manual.</param>
/// <param name="EmptyBlockIntervalMs">A block without transactions is made when this long nothing came. 0: never.</param>
/// <param name="Manual">Blocks are made only on request.</param>
public sealed record BlockPolicy(ulong IntervalMs, ulong EmptyBlockIntervalMs, bool Manual);

/// <summary>Where a single validator stands. Between steps it waits for exactly one of: a timer, a built block, a signature.</summary>
public sealed record SoloState(
    SoloPhase Phase,
    ulong Height,
    uint Round,
    ulong LastBlockTimeMs,
    Certificate? LastCommit,
    bool TransactionsWait,
    uint RequestedBlocks,
    Hash256 Proposal,
    ReadOnlyMemory<byte> Signers);

/// <summary>What the core waits for.</summary>
public enum SoloPhase
{
    Waiting,
    Building,
    Signing,
}

/// <summary>What can happen to a single validator.</summary>
public abstract record SoloInput
{
    /// <param name="Round">One above the last round this validator ever signed at the height, else 0: the block of an
    /// earlier signature was lost in a crash before anyone else could see it, so it is never signed again.</param>
    public sealed record Started(ulong DecidedHeight, ulong DecidedTimeMs, Certificate? LastCommit, uint Round, bool TransactionsWait, ulong NowMs) : SoloInput;

    public sealed record TransactionsArrived(ulong NowMs) : SoloInput;

    public sealed record TimerFired(ulong NowMs) : SoloInput;

    /// <summary>Asked for by an operator (manual policy); counts.</summary>
    public sealed record BlockRequested(ulong NowMs) : SoloInput;

    /// <param name="Voters">The set that votes on this block.</param>
    public sealed record BlockBuilt(Hash256 BlockHash, ulong TimeMs, ValidatorSet Voters) : SoloInput;

    public sealed record PrecommitSigned(ReadOnlyMemory<byte> Signature) : SoloInput;

    /// <param name="TransactionsWait">Executable transactions are left in the pool.</param>
    public sealed record BlockCommitted(bool TransactionsWait, ulong NowMs) : SoloInput;
}

/// <summary>What the shell is to do, in order.</summary>
public abstract record SoloEffect
{
    /// <summary>Ask for <see cref="SoloInput.TimerFired"/> at this time; a newer one replaces it.</summary>
    public sealed record SetTimer(ulong AtMs) : SoloEffect;

    public sealed record Build(BuildRequest Request) : SoloEffect;

    public sealed record SignPrecommit(ulong Height, uint Round, Hash256 BlockHash) : SoloEffect;

    public sealed record Commit(Hash256 BlockHash, Certificate Certificate) : SoloEffect;

    /// <summary>This validator alone can decide nothing more.</summary>
    public sealed record Halt(string Reason) : SoloEffect;
}
