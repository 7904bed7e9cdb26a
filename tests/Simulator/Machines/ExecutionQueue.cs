using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Byzantine;

namespace Dsdn.Simulator.Machines;

/// <summary>
/// The execution thread of a process, as node/Validation has it: one thing after the other, each takes its virtual time, and
/// its answer is posted when that has passed.
/// </summary>
internal sealed class ExecutionQueue(Replica replica, World world, IExecution execution, ChainConstants chain)
{
    private readonly Queue<ReplicaEffect> _waiting = new();
    private bool _isBusy;

    public Block Decided => execution.Decided;

    public Certificate? Certificate => execution.DecidedBy;

    public ValidatorSet Deciders => execution.Deciders;

    public ReplicaHead Head()
    {
        Block block = execution.Decided;
        return new ReplicaHead(
            block.Header.Number, block.Hash, block.Consensus?.TimeMs ?? block.Header.Timestamp * 1000, execution.DecidedBy, execution.Deciders,
            execution.Validators, execution.ProposerSeed, Self(), block.Header.Number == 0 ? 0UL : 1);
    }

    public void Do(ReplicaEffect effect)
    {
        if (world.Log is not null) world.Note($"{replica.Machine} is to {effect.GetType().Name} {(effect as ReplicaEffect.ApplyBlock)?.Block.Header.Number}");
        _waiting.Enqueue(effect);
        if (!_isBusy) Next();
    }

    private Address Self() =>
        execution.Validators.Validators.FirstOrDefault(validator => validator.ConsensusKey.Span.SequenceEqual(replica.Machine.ConsensusKey))?.Operator ?? Address.Zero;

    private void Next()
    {
        if (!_waiting.TryDequeue(out ReplicaEffect? effect)) return;
        _isBusy = true;
        replica.After(world.Latencies.Execution(effect), () =>
        {
            ReplicaInput? answer = Carry(effect);
            if (world.Log is not null) world.Note($"{replica.Machine} answers {answer?.GetType().Name} {(answer as ReplicaInput.ApplyRefused)?.Detail} {(answer as ReplicaInput.Executed)?.Verdict}");
            if (answer is not null) replica.Post(answer);
            _isBusy = false;
            Next();
        });
    }

    private ReplicaInput? Carry(ReplicaEffect effect) => effect switch
    {
        ReplicaEffect.Build build => Build(build),
        ReplicaEffect.Execute execute => Execute(execute.Block),
        ReplicaEffect.Commit commit => Commit(commit),
        ReplicaEffect.ApplyBlock apply => Apply(apply),
        ReplicaEffect.VoteEvidence evidence => Accuse(EvidenceItem.Of(Signed(evidence.Evidence.First), Signed(evidence.Evidence.Second))),
        ReplicaEffect.ProposalEvidence evidence => Accuse(EvidenceItem.Of(Signed(evidence.Evidence.First), Signed(evidence.Evidence.Second))),
        _ => null,
    };

    private ReplicaInput.Built? Build(ReplicaEffect.Build build)
    {
        if (build.Height != execution.Decided.Header.Number + 1) return null; // decided by others meanwhile
        Hash256 beacon = execution.Decided.Header.MixHash;
        var request = new BuildRequest(replica.NowMs, Self(), build.LastCommit)
        {
            VrfProof = VrfBeacon.Prove(replica.Machine.ConsensusSeed, chain.ChainId, build.Height, beacon),
            Evidence = execution.Evidence.Pending(),
        };
        if (replica.Machine.Byzantine is { } liar) return new ReplicaInput.Built(build.Height, build.Round, Lie(liar, request), replica.NowMs);
        Block block = execution.Build(request);
        return new ReplicaInput.Built(build.Height, build.Round, block, replica.NowMs);
    }

    private Block Lie(Behaviour liar, BuildRequest request)
    {
        BuildRequest asked = liar.Building(request);
        return liar.Built(asked, execution.Build(asked), execution);
    }

    private ReplicaInput.Executed? Execute(Block block)
    {
        if (block.Header.Number != execution.Decided.Header.Number + 1) return null;
        BlockVerdict verdict = execution.Execute(block);
        return new ReplicaInput.Executed(block.Hash, verdict, replica.NowMs);
    }

    private ReplicaInput.Committed? Commit(ReplicaEffect.Commit commit)
    {
        if (commit.Block.Header.Number <= execution.Decided.Header.Number) return null; // block sync was faster
        if (execution.Execute(commit.Block) is { IsValid: false } verdict) throw new DivergedException(commit.Block.Header.Number, commit.Block.Hash, verdict);
        return Write(commit.Block, commit.Certificate, durable: true);
    }

    private ReplicaInput Apply(ReplicaEffect.ApplyBlock apply)
    {
        Block block = apply.Block;
        ulong height = block.Header.Number;
        if (height != execution.Decided.Header.Number + 1) return Refused($"block {height} does not follow block {execution.Decided.Header.Number}");
        if (CertificateRules.Check(apply.Certificate, height, block.Hash, execution.Validators) is { } shape) return Refused(shape);
        if (world.Doubles.ChecksCertificates && CertificateRules.CheckSignatures(apply.Certificate, chain, execution.Validators) is { } signature) return Refused(signature);
        BlockVerdict verdict = execution.Execute(block);
        return verdict.IsValid ? Write(block, apply.Certificate, apply.Durable) : Refused($"{verdict.Code}: {verdict.Detail}");

        ReplicaInput.ApplyRefused Refused(string detail) => new(height, block.Hash, detail, replica.NowMs);
    }

    /// <summary>Waits in the pool of evidence until this validator proposes.</summary>
    private ReplicaInput? Accuse(EvidenceItem? item)
    {
        if (item is null) return null;
        if (replica.Machine.IsCorrect) world.Evidence.Found(replica.Machine, item, execution.Evidence.Add(item), execution.Decided.Header.Number);
        return null;
    }

    private static SignedVote Signed(Vote vote) => new(vote.Kind, vote.Height, vote.Round, vote.ValueId, vote.PolRound, vote.Voter, vote.Signature);

    private static SignedProposal Signed(Consensus.Tendermint.Proposal proposal) =>
        new(proposal.Height, proposal.Round, proposal.ValueId, proposal.PolRound, proposal.TimeMs, proposal.PartsRoot, proposal.Proposer, proposal.Signature);

    private ReplicaInput.Committed Write(Block block, Certificate certificate, bool durable)
    {
        execution.Commit(block.Hash, certificate, durable);
        world.Committed(replica.Machine, block, certificate, execution.Deciders, durable);
        return new ReplicaInput.Committed(Head(), replica.PendingCount > 0, replica.NowMs);
    }
}
