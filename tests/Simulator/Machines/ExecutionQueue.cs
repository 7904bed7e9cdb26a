using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Simulator.Byzantine;

namespace Dsdn.Simulator.Machines;

/// <summary>
/// The execution thread of a process: one thing after the other, each takes its virtual time, and its answer is posted when
/// that has passed. What is done is <see cref="ReplicaExecution"/>'s, as in a node.
/// </summary>
internal sealed class ExecutionQueue(Replica replica, World world, IExecution execution, ChainConstants chain) : ReplicaExecution(execution, chain)
{
    private readonly Queue<ReplicaEffect> _waiting = new();
    private bool _isBusy;

    public Block Decided => Execution.Decided;

    public Certificate? Certificate => Execution.DecidedBy;

    public ValidatorSet Deciders => Execution.Deciders;

    protected override ReadOnlyMemory<byte> ConsensusKey => replica.Machine.ConsensusKey;

    protected override ulong OldestBody => replica.Services.Blocks.OldestBody;

    protected override bool WorkWaits => replica.PendingCount > 0;

    protected override ulong NowMs => replica.NowMs;

    public void Do(ReplicaEffect effect)
    {
        if (world.Log is not null) world.Note($"{replica.Machine} is to {effect.GetType().Name} {(effect as ReplicaEffect.ApplyBlock)?.Block.Header.Number}");
        _waiting.Enqueue(effect);
        if (!_isBusy) Next();
    }

    protected override ReadOnlyMemory<byte> ProveBeacon(ulong height, Hash256 previousBeacon) => VrfBeacon.Prove(replica.Machine.ConsensusSeed, Chain.ChainId, height, previousBeacon);

    protected override Block Build(BuildRequest request)
    {
        if (replica.Machine.Byzantine is not { } liar) return base.Build(request);
        BuildRequest asked = liar.Building(request);
        return liar.Built(asked, base.Build(asked), Execution);
    }

    protected override string? CheckCertificate(ReplicaEffect.ApplyBlock apply, ValidatorSet voters) => world.Doubles.ChecksCertificates
        ? base.CheckCertificate(apply, voters)
        : CertificateRules.Check(apply.Certificate, apply.Block.Header.Number, apply.Block.Hash, voters);

    protected override void Write(Block block, Certificate certificate, bool durable)
    {
        base.Write(block, certificate, durable);
        world.Committed(replica.Machine, block, certificate, Deciders, durable);
        if (world.TakesSnapshots && block.Header.Number % SnapshotShelf.EveryBlocks == 0) world.Snapped(replica.Machine, replica.Machine.Snapshots.Take(replica.Machine.Store, replica.Services.Blocks));
    }

    protected override EvidenceAnswer Keep(PeerId? from, EvidenceItem item)
    {
        if (!replica.Machine.IsCorrect) return new EvidenceAnswer(false, "DSDN-E-EVIDENCE-FULL", "a liar keeps none");
        EvidenceAnswer answer = base.Keep(from, item);
        world.Evidence.Found(replica.Machine, from, item, answer, Decided.Header.Number);
        return answer;
    }

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
}
