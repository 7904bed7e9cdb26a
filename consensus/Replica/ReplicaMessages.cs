using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>What happens to a replica: a validator or a follower as a whole, without clock, sockets, disk, key and threads.</summary>
public abstract record ReplicaInput
{
    /// <summary>The first input.</summary>
    /// <param name="Wal">Records of the WAL that belong to the height after the head, in order.</param>
    /// <param name="FirstRound">See <see cref="CoreInput.HeightStarted"/>; used where the WAL says nothing of the height.</param>
    public sealed record Started(ReplicaHead Head, IReadOnlyList<WalRecord> Wal, uint FirstRound, bool WorkWaits, ulong NowMs) : ReplicaInput;

    public sealed record PeerUp(PeerId Peer, ulong NowMs) : ReplicaInput;

    public sealed record PeerGone(PeerId Peer, ulong NowMs) : ReplicaInput;

    public sealed record Received(PeerId From, PeerMessage Message, ulong NowMs) : ReplicaInput;

    /// <summary>The bytes were no message; the transport could not decode them.</summary>
    public sealed record Undecodable(PeerId From, string Detail, ulong NowMs) : ReplicaInput;

    public sealed record TimerFired(CoreTimer Timer, ulong NowMs) : ReplicaInput;

    /// <summary>Every 20 ms.</summary>
    public sealed record Tick(ulong NowMs) : ReplicaInput;

    public sealed record WorkArrived(ulong NowMs) : ReplicaInput;

    /// <summary>The pool took these; null: from this node's own users.</summary>
    public sealed record Pooled(IReadOnlyList<PooledItem> Items, ulong NowMs) : ReplicaInput;

    public sealed record ValueRequested(ulong NowMs) : ReplicaInput;

    public sealed record Built(ulong Height, uint Round, Block Block, ulong NowMs) : ReplicaInput;

    public sealed record Executed(Hash256 BlockHash, BlockVerdict Verdict, ulong NowMs) : ReplicaInput;

    public sealed record ProposalSigned(Proposal Unsigned, ReadOnlyMemory<byte>? Signature, ulong NowMs) : ReplicaInput;

    public sealed record VoteSigned(Vote Unsigned, ReadOnlyMemory<byte>? Signature, ulong NowMs) : ReplicaInput;

    /// <summary>Answer to <see cref="ReplicaEffect.Commit"/>.</summary>
    public sealed record Committed(ReplicaHead Head, bool WorkWaits, ulong NowMs) : ReplicaInput;

    /// <summary>A user of this node brings evidence, found by an audit of many nodes' votes.</summary>
    public sealed record EvidenceOffered(EvidenceItem Item, ulong NowMs) : ReplicaInput;

    /// <summary>Answer to <see cref="ReplicaEffect.CheckEvidence"/>, and to evidence of this node's own finding.</summary>
    /// <param name="From">Null: found here, or a user brought it.</param>
    public sealed record EvidenceJudged(PeerId? From, EvidenceItem Item, EvidenceAnswer Answer, ulong NowMs) : ReplicaInput;

    /// <summary>Answer to <see cref="ReplicaEffect.ApplyBlock"/> where the block was refused.</summary>
    public sealed record ApplyRefused(ulong Height, Hash256 BlockHash, string Detail, ulong NowMs) : ReplicaInput;
}

/// <param name="From">Null: submitted here.</param>
public readonly record struct PooledItem(Hash256 Hash, ReadOnlyMemory<byte> Raw, PeerId? From);

/// <summary>The last decided block and all that the next height needs of the chain.</summary>
/// <param name="Certificate">Null at block 0.</param>
/// <param name="Deciders">Who voted on the head.</param>
/// <param name="Validators">Who votes on the next height.</param>
/// <param name="ProposerSeed">Of the next height's epoch.</param>
/// <param name="Self">The operator for whom this node's key votes on the next height; zero: it only follows.</param>
/// <param name="OldestBody">The lowest block this node can send.</param>
public sealed record ReplicaHead(
    ulong Height, Hash256 Hash, ulong TimeMs, Certificate? Certificate, ValidatorSet Deciders, ValidatorSet Validators, Hash256 ProposerSeed, Address Self, ulong OldestBody)
{
    /// <summary>What waits for a block in this node's pool of evidence.</summary>
    public IReadOnlyList<EvidenceItem> Evidence { get; init; } = [];
}

/// <summary>What the shell is to do, strictly in this order.</summary>
public abstract record ReplicaEffect
{
    public sealed record Send(PeerId To, PeerMessage Message) : ReplicaEffect;

    /// <summary>Close the link and take none from or to this peer until the time.</summary>
    public sealed record Ban(PeerId Peer, Offence Offence, string Reason, ulong UntilMs) : ReplicaEffect;

    public sealed record SetTimer(CoreTimer Timer, ulong AtMs) : ReplicaEffect;

    /// <summary>Append to the WAL; on disk only after the next <see cref="SyncWal"/>.</summary>
    public sealed record AppendWal(WalRecord Record) : ReplicaEffect;

    /// <summary>Everything appended is on disk before the next effect is carried out.</summary>
    public sealed record SyncWal : ReplicaEffect;

    /// <summary>The height is committed: its records are not needed any more.</summary>
    public sealed record TruncateWal(ulong BelowHeight) : ReplicaEffect;

    /// <summary>Answered by <see cref="ReplicaInput.Built"/>. May take time: on the execution thread.</summary>
    public sealed record Build(ulong Height, uint Round, Certificate? LastCommit) : ReplicaEffect;

    /// <summary>Answered by <see cref="ReplicaInput.Executed"/>.</summary>
    public sealed record Execute(Block Block) : ReplicaEffect;

    public sealed record SignProposal(Proposal Unsigned) : ReplicaEffect;

    public sealed record SignVote(Vote Unsigned) : ReplicaEffect;

    /// <summary>Write the block (executed again where its overlay is gone) with its certificate. Answered by <see cref="ReplicaInput.Committed"/>.</summary>
    public sealed record Commit(Block Block, Certificate Certificate) : ReplicaEffect;

    /// <summary>Of block sync: check the certificate's signatures, execute, write. Answered by <see cref="ReplicaInput.Committed"/> or <see cref="ReplicaInput.ApplyRefused"/>.</summary>
    /// <param name="Durable">False: many follow at once, and the last of them is durable.</param>
    public sealed record ApplyBlock(Block Block, Certificate Certificate, bool Durable) : ReplicaEffect;

    /// <summary>A request that is answered from the store, whenever there is time.</summary>
    public sealed record Serve(PeerId To, PeerMessage Request) : ReplicaEffect;

    /// <summary>For the pool: transactions of a peer.</summary>
    public sealed record AddTransactions(PeerId From, IReadOnlyList<ReadOnlyMemory<byte>> Items) : ReplicaEffect;

    /// <summary>Evidence of others, for the pool, which judges it. Answered by <see cref="ReplicaInput.EvidenceJudged"/>.</summary>
    /// <param name="From">Null: a user of this node.</param>
    public sealed record CheckEvidence(PeerId? From, EvidenceItem Item) : ReplicaEffect;

    /// <summary>Two messages of one validator that convict it; for the pool of evidence. Answered by <see cref="ReplicaInput.EvidenceJudged"/>.</summary>
    public sealed record VoteEvidence(Equivocation Evidence) : ReplicaEffect;

    /// <summary>As <see cref="VoteEvidence"/>.</summary>
    public sealed record ProposalEvidence(ProposalEquivocation Evidence) : ReplicaEffect;

    /// <summary>The network has a message under this validator's key. The signer stops for good where it is foreign to its record.</summary>
    public sealed record OwnKeySeen(SeenSignature Seen) : ReplicaEffect;

    /// <summary>The height is committed; these are the votes it was decided from, of all rounds and kinds, for whoever audits them.</summary>
    public sealed record KeepVotes(ulong Height, IReadOnlyList<Vote> Votes) : ReplicaEffect;

    public sealed record RoundEntered(ulong Height, uint Round, CoreStep Step) : ReplicaEffect;

    /// <summary>Stop; the operator reads why.</summary>
    public sealed record Halt(string Code, string Reason) : ReplicaEffect;
}

/// <summary>A record of the write-ahead log: an input of the core, or the bytes of a value that it was told about.</summary>
public abstract record WalRecord(ulong Height)
{
    /// <summary>The first of a height: what of <see cref="CoreInput.HeightStarted"/> the chain does not tell.</summary>
    public sealed record HeightStarted(ulong Height, uint FirstRound, bool WorkWaits, ulong NowMs) : WalRecord(Height);

    public sealed record Input(ulong Height, CoreInput Item) : WalRecord(Height);

    /// <summary>An encoded block: one that this validator built, or one that it voted on.</summary>
    public sealed record Value(ulong Height, Hash256 PartsRoot, ReadOnlyMemory<byte> Bytes) : WalRecord(Height);
}
