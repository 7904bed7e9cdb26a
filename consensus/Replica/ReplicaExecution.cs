using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Replica;

/// <summary>
/// Carries out the effects that concern blocks, one after the other; the only caller of <see cref="IExecution"/>. The thread of a
/// node and the queue of the simulator run this same code and add what is theirs: time, key, measurements, faults.
/// </summary>
public abstract class ReplicaExecution(IExecution execution, ChainConstants chain)
{
    protected IExecution Execution { get; } = execution;

    protected ChainConstants Chain { get; } = chain;

    /// <summary>32 bytes; empty: this node follows only.</summary>
    protected abstract ReadOnlyMemory<byte> ConsensusKey { get; }

    /// <summary>The lowest block this node can send.</summary>
    protected abstract ulong OldestBody { get; }

    /// <summary>Executable transactions are in the pool.</summary>
    protected abstract bool WorkWaits { get; }

    protected abstract ulong NowMs { get; }

    public ReplicaHead Head()
    {
        Block block = Execution.Decided;
        return new ReplicaHead(
            block.Header.Number, block.Hash, block.Consensus?.TimeMs ?? block.Header.Timestamp * 1000, Execution.DecidedBy, Execution.Deciders,
            Execution.Validators, Execution.ProposerSeed, Self(), OldestBody) { Evidence = Execution.Evidence.Items };
    }

    /// <summary>The answer; null where there is none, or where the height is over meanwhile.</summary>
    protected ReplicaInput? Carry(ReplicaEffect effect) => effect switch
    {
        ReplicaEffect.Build build when build.Height == Next => Build(build),
        ReplicaEffect.Execute execute when execute.Block.Header.Number == Next => new ReplicaInput.Executed(execute.Block.Hash, Execute(execute.Block), NowMs),
        ReplicaEffect.Commit commit when commit.Block.Header.Number == Next => Commit(commit),
        ReplicaEffect.ApplyBlock apply => Apply(apply),
        ReplicaEffect.VoteEvidence { Evidence: var votes } => Judge(null, EvidenceItem.Of(ChainMessages.Of(votes.First), ChainMessages.Of(votes.Second))),
        ReplicaEffect.ProposalEvidence { Evidence: var proposals } => Judge(null, EvidenceItem.Of(ChainMessages.Of(proposals.First), ChainMessages.Of(proposals.Second))),
        ReplicaEffect.CheckEvidence check => Judge(check.From, check.Item),
        _ => null,
    };

    /// <summary>The 80-byte proof of the height's beacon, or empty.</summary>
    protected abstract ReadOnlyMemory<byte> ProveBeacon(ulong height, Hash256 previousBeacon);

    protected virtual Block Build(BuildRequest request) => Execution.Build(request);

    protected virtual BlockVerdict Execute(Block block) => Execution.Execute(block);

    /// <summary>Null: the certificate is for this block, of more than two thirds of these voters, and every signature of it verifies.</summary>
    protected virtual string? CheckCertificate(ReplicaEffect.ApplyBlock apply, ValidatorSet voters) =>
        CertificateRules.Check(apply.Certificate, apply.Block.Header.Number, apply.Block.Hash, voters) ?? CertificateRules.CheckSignatures(apply.Certificate, Chain, voters);

    protected virtual void Write(Block block, Certificate certificate, bool durable) => Execution.Commit(block.Hash, certificate, durable);

    /// <summary>Keeps it until a block holds it.</summary>
    /// <param name="from">Null: found here.</param>
    protected virtual EvidenceAnswer Keep(PeerId? from, EvidenceItem item) => Execution.Evidence.Add(item);

    private ulong Next => Execution.Decided.Header.Number + 1;

    /// <summary>Whose key this node holds, by the set of the next block: a rotated key takes effect with the set.</summary>
    private Address Self() => Execution.Validators.Validators.FirstOrDefault(validator => validator.ConsensusKey.Span.SequenceEqual(ConsensusKey.Span))?.Operator ?? Address.Zero;

    private ReplicaInput.Built Build(ReplicaEffect.Build build)
    {
        Block block = Build(new BuildRequest(NowMs, Self(), build.LastCommit)
        {
            VrfProof = ProveBeacon(build.Height, Execution.Decided.Header.MixHash),
            Evidence = Execution.Evidence.Pending(),
        });
        return new ReplicaInput.Built(build.Height, build.Round, block, NowMs);
    }

    private ReplicaInput.Committed Commit(ReplicaEffect.Commit commit)
    {
        // Its overlay may be gone: then it is executed again.
        if (Execution.Execute(commit.Block) is { IsValid: false } verdict) throw new DivergedException(commit.Block.Header.Number, commit.Block.Hash, verdict);
        return Written(commit.Block, commit.Certificate, durable: true);
    }

    private ReplicaInput Apply(ReplicaEffect.ApplyBlock apply)
    {
        Block block = apply.Block;
        if (block.Header.Number != Next) return Refused($"block {block.Header.Number} does not follow block {Next - 1}");
        if (CheckCertificate(apply, Execution.Validators) is { } fault) return Refused(fault);
        BlockVerdict verdict = Execute(block);
        return verdict.IsValid ? Written(block, apply.Certificate, apply.Durable) : Refused($"{verdict.Code}: {verdict.Detail}");

        ReplicaInput.ApplyRefused Refused(string detail) => new(block.Header.Number, block.Hash, detail, NowMs);
    }

    private ReplicaInput.Committed Written(Block block, Certificate certificate, bool durable)
    {
        Write(block, certificate, durable);
        return new ReplicaInput.Committed(Head(), WorkWaits, NowMs);
    }

    private ReplicaInput.EvidenceJudged? Judge(PeerId? from, EvidenceItem? item) =>
        item is null ? null : new ReplicaInput.EvidenceJudged(from, item, Keep(from, item), NowMs);
}
