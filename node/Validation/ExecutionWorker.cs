using System.Collections.Concurrent;
using System.Diagnostics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>
/// The execution thread: the only caller of <see cref="IExecution"/>. It works off what consensus asks for in order and posts
/// the answers, so that a slow block never keeps votes waiting (chain-decisions 1.3).
/// </summary>
/// <param name="signer">Null: this node follows only.</param>
/// <param name="betweenBlocks">Housekeeping after each commit, with the height.</param>
public sealed class ExecutionWorker(
    IExecution execution, IVoteSigner? signer, ChainConstants chain, Func<ulong> oldestBody, Func<int> pendingCount, Action<ulong> betweenBlocks, TimeProvider clock, ILogger logger)
{
    /// <summary>A proposal that takes longer to fill than this would make its round fail elsewhere.</summary>
    private static readonly TimeSpan BuildBudget = TimeSpan.FromMilliseconds(600);

    private readonly BlockingCollection<(ReplicaEffect Effect, Task<BlockChecks>? Checks)> _queue = [];
    private readonly BlockAhead _ahead = new(chain);
    private volatile ValidatorSet _validators = execution.Validators;
    private Thread? _thread;

    /// <summary>Where answers go. Set before <see cref="Start"/>.</summary>
    public Func<ReplicaInput, bool> Answer { get; set; } = static _ => false;

    /// <summary>Told once, when the execution ends by an error.</summary>
    public Action<Exception> Failed { get; set; } = static _ => { };

    public ReplicaHead Head()
    {
        Block block = execution.Decided;
        return new ReplicaHead(
            block.Header.Number, block.Hash, block.Consensus?.TimeMs ?? block.Header.Timestamp * 1000, execution.DecidedBy, execution.Deciders,
            execution.Validators, execution.ProposerSeed, Self(), oldestBody());
    }

    /// <summary>Whose key this node holds, by the set of the next block: a rotated key takes effect with the set.</summary>
    private Address Self() => execution.Validators.Validators.FirstOrDefault(validator => signer is not null && validator.ConsensusKey.Span.SequenceEqual(signer.PublicKey.Span))?.Operator ?? Address.Zero;

    public void Start()
    {
        _thread = new Thread(Run) { Name = "execution", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Called by one thread.</summary>
    public void Do(ReplicaEffect effect) => _queue.Add((effect, effect is ReplicaEffect.ApplyBlock apply ? _ahead.Begin(apply, _validators) : null));

    /// <summary>Finishes what was begun, then ends; what waits behind it is dropped.</summary>
    public void Stop()
    {
        _queue.CompleteAdding();
        while (_queue.TryTake(out _))
        {
        }
        _thread?.Join();
    }

    private void Run()
    {
        try
        {
            foreach ((ReplicaEffect effect, Task<BlockChecks>? checks) in _queue.GetConsumingEnumerable())
            {
                if (Carry(effect, checks?.GetAwaiter().GetResult()) is { } answer) Answer(answer);
            }
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }

    private ReplicaInput? Carry(ReplicaEffect effect, BlockChecks? checks) => effect switch
    {
        ReplicaEffect.Build build => Build(build),
        ReplicaEffect.Execute execute => Execute(execute.Block),
        ReplicaEffect.Commit commit => Commit(commit),
        ReplicaEffect.ApplyBlock apply => Apply(apply, checks),
        ReplicaEffect.VoteEvidence evidence => Accuse(EvidenceItem.Of(Signed(evidence.Evidence.First), Signed(evidence.Evidence.Second))),
        ReplicaEffect.ProposalEvidence evidence => Accuse(EvidenceItem.Of(Signed(evidence.Evidence.First), Signed(evidence.Evidence.Second))),
        _ => null,
    };

    private ReplicaInput.Built? Build(ReplicaEffect.Build build)
    {
        if (build.Height != execution.Decided.Header.Number + 1) return null; // decided by others meanwhile
        long started = Stopwatch.GetTimestamp();
        byte[] proof = signer?.ProveBeacon(chain.ChainId, build.Height, execution.Decided.Header.MixHash) ?? [];
        Block block = execution.Build(new BuildRequest(NowMs(), Self(), build.LastCommit, () => Stopwatch.GetElapsedTime(started) > BuildBudget) { VrfProof = proof, Evidence = execution.Evidence.Pending() });
        ConsensusMetrics.BuildSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return new ReplicaInput.Built(build.Height, build.Round, block, NowMs());
    }

    private ReplicaInput.Executed? Execute(Block block)
    {
        if (block.Header.Number != execution.Decided.Header.Number + 1) return null;
        long started = Stopwatch.GetTimestamp();
        BlockVerdict verdict = execution.Execute(block);
        ConsensusMetrics.ExecuteSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (!verdict.IsValid) ReplicaLog.Refused(logger, block.Header.Number, block.Hash.ToString(), verdict.Code ?? "", verdict.Detail ?? "");
        return new ReplicaInput.Executed(block.Hash, verdict, NowMs());
    }

    private ReplicaInput.Committed? Commit(ReplicaEffect.Commit commit)
    {
        if (commit.Block.Header.Number <= execution.Decided.Header.Number) return null; // block sync was faster
        if (execution.Execute(commit.Block) is { IsValid: false } verdict) throw new DivergedException(commit.Block.Header.Number, commit.Block.Hash, verdict);
        return Write(commit.Block, commit.Certificate, durable: true);
    }

    private ReplicaInput Apply(ReplicaEffect.ApplyBlock apply, BlockChecks? checks)
    {
        Block block = apply.Block;
        ulong height = block.Header.Number;
        if (height != execution.Decided.Header.Number + 1) return Refused($"block {height} does not follow block {execution.Decided.Header.Number}");
        ValidatorSet voters = execution.Validators;
        string? fault = checks is not null && checks.AreFor(voters)
            ? checks.CertificateFault
            : CertificateRules.Check(apply.Certificate, height, block.Hash, voters) ?? CertificateRules.CheckSignatures(apply.Certificate, chain, voters);
        if (fault is not null) return Refused(fault);
        BlockVerdict verdict = execution.Execute(block, checks?.Beacon);
        return verdict.IsValid ? Write(block, apply.Certificate, apply.Durable) : Refused($"{verdict.Code}: {verdict.Detail}");

        ReplicaInput.ApplyRefused Refused(string detail) => new(height, block.Hash, detail, NowMs());
    }

    /// <summary>Waits in the pool of evidence until this validator proposes.</summary>
    private ReplicaInput? Accuse(EvidenceItem? item)
    {
        if (item is null) return null;
        EvidenceAnswer answer = execution.Evidence.Add(item);
        ReplicaLog.Evidence(logger, item.Kind.ToString(), item.Accused.ToString(), item.Height, answer.IsAdded ? "kept" : answer.Code ?? "");
        return null;
    }

    private static SignedVote Signed(Vote vote) => new(vote.Kind, vote.Height, vote.Round, vote.ValueId, vote.PolRound, vote.Voter, vote.Signature);

    private static SignedProposal Signed(Proposal proposal) =>
        new(proposal.Height, proposal.Round, proposal.ValueId, proposal.PolRound, proposal.TimeMs, proposal.PartsRoot, proposal.Proposer, proposal.Signature);

    private ReplicaInput.Committed Write(Block block, Certificate certificate, bool durable)
    {
        long started = Stopwatch.GetTimestamp();
        execution.Commit(block.Hash, certificate, durable);
        _validators = execution.Validators;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ConsensusMetrics.OnDecided(block, certificate.Round, seconds);
        ReplicaLog.Committed(logger, block.Header.Number, block.Transactions.Count, block.Header.GasUsed, certificate.Round, (long)(seconds * 1000));
        betweenBlocks(block.Header.Number);
        return new ReplicaInput.Committed(Head(), pendingCount() > 0, NowMs());
    }

    private ulong NowMs() => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
}
