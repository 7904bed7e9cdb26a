using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Log.Coordination;

/// <summary>Where the log stands: what the next batch follows.</summary>
/// <param name="Seq">Of the last batch; 0 before the first.</param>
/// <param name="Committee">In force for the next batch.</param>
/// <param name="Self">This member's address in it; zero where it is none.</param>
public sealed record LogHead(ulong Seq, ulong TimeMs, Committee Committee, Address Self);

/// <summary>What can happen to a <see cref="BatchReplica"/>. Every input carries the time.</summary>
public abstract record BatchInput(ulong NowMs)
{
    /// <param name="Record">What the write-ahead log holds of batches above the head.</param>
    /// <param name="FirstRound">Above 0 where a lone member signed in the rounds below and its record of them is gone.</param>
    public sealed record Started(LogHead Head, IReadOnlyList<WalRecord> Record, uint FirstRound, bool WorkWaits, ulong NowMs) : BatchInput(NowMs);

    public sealed record WorkArrived(ulong NowMs) : BatchInput(NowMs);

    public sealed record TimerFired(CoreTimer Timer, ulong NowMs) : BatchInput(NowMs);

    /// <summary>Answer to <see cref="BatchEffect.Build"/>.</summary>
    public sealed record Built(uint Round, BatchValue Value, ulong NowMs) : BatchInput(NowMs);

    public sealed record ProposalSigned(Proposal Unsigned, ReadOnlyMemory<byte>? Signature, ulong NowMs) : BatchInput(NowMs);

    public sealed record VoteSigned(Vote Unsigned, ReadOnlyMemory<byte>? Signature, ulong NowMs) : BatchInput(NowMs);

    /// <summary>The batch is signed and on disk.</summary>
    public sealed record Committed(LogHead Head, bool WorkWaits, ulong NowMs) : BatchInput(NowMs);
}

/// <summary>What is to be done, strictly in order.</summary>
public abstract record BatchEffect
{
    public sealed record SetTimer(CoreTimer Timer, ulong AtMs) : BatchEffect;

    public sealed record AppendWal(WalRecord Record) : BatchEffect;

    public sealed record SyncWal : BatchEffect;

    public sealed record TruncateWal : BatchEffect;

    /// <summary>Answered by <see cref="BatchInput.Built"/>.</summary>
    public sealed record Build(ulong Seq, uint Round) : BatchEffect;

    public sealed record SignProposal(Proposal Unsigned) : BatchEffect;

    public sealed record SignVote(Vote Unsigned) : BatchEffect;

    /// <summary>Sign it for ever and write it. Answered by <see cref="BatchInput.Committed"/>.</summary>
    public sealed record Commit(BatchValue Value) : BatchEffect;

    /// <summary>Stop: more than two thirds voted for what is invalid here.</summary>
    public sealed record Halt(string Reason) : BatchEffect;
}
