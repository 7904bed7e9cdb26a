using System.Diagnostics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>The blocks of a node: <see cref="ReplicaExecution"/> with its clock, key, measurements and what was checked ahead.</summary>
/// <param name="signer">Null: this node follows only.</param>
/// <param name="betweenBlocks">Housekeeping after each commit, with the height.</param>
public sealed class NodeExecution(
    IExecution execution, IVoteSigner? signer, ChainConstants chain, Func<ulong> oldestBody, Func<int> pendingCount, Action<ulong> betweenBlocks, TimeProvider clock, ILogger logger)
    : ReplicaExecution(execution, chain)
{
    /// <summary>A proposal that takes longer to fill than this would make its round fail elsewhere.</summary>
    private static readonly TimeSpan BuildBudget = TimeSpan.FromMilliseconds(600);

    private readonly BlockAhead _ahead = new(chain);
    private volatile ValidatorSet _validators = execution.Validators;
    private BlockChecks? _checks;

    protected override ReadOnlyMemory<byte> ConsensusKey => signer?.PublicKey ?? default;

    protected override ulong OldestBody => oldestBody();

    protected override bool WorkWaits => pendingCount() > 0;

    protected override ulong NowMs => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Begins what another core can check while earlier blocks are executed. Called by the thread that queues.</summary>
    internal Task<BlockChecks?> Prepare(ReplicaEffect effect) => _ahead.Begin(effect, _validators);

    internal ReplicaInput? Carry(ReplicaEffect effect, BlockChecks? checks)
    {
        _checks = checks;
        return Carry(effect);
    }

    /// <summary>A block without a proof leaves the beacon as it was.</summary>
    protected override ReadOnlyMemory<byte> ProveBeacon(ulong height, Hash256 previousBeacon)
    {
        try
        {
            return signer?.ProveBeacon(Chain.ChainId, height, previousBeacon);
        }
        catch (NotSignedException e)
        {
            ReplicaLog.NoBeacon(logger, height, e.Message);
            return default;
        }
    }

    protected override Block Build(BuildRequest request)
    {
        long started = Stopwatch.GetTimestamp();
        Block block = base.Build(request with { BudgetSpent = () => Stopwatch.GetElapsedTime(started) > BuildBudget });
        ConsensusMetrics.BuildSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return block;
    }

    protected override BlockVerdict Execute(Block block)
    {
        long started = Stopwatch.GetTimestamp();
        BlockVerdict verdict = Execution.Execute(block, _checks?.Beacon);
        ConsensusMetrics.ExecuteSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (!verdict.IsValid) ReplicaLog.Refused(logger, block.Header.Number, block.Hash.ToString(), verdict.Code ?? "", verdict.Detail ?? "");
        return verdict;
    }

    protected override string? CheckCertificate(ReplicaEffect.ApplyBlock apply, ValidatorSet voters) =>
        _checks is { } checks && checks.AreFor(voters) ? checks.CertificateFault : base.CheckCertificate(apply, voters);

    protected override void Write(Block block, Certificate certificate, bool durable)
    {
        long started = Stopwatch.GetTimestamp();
        base.Write(block, certificate, durable);
        _validators = Execution.Validators;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        ConsensusMetrics.OnDecided(block, certificate.Round, seconds);
        ReplicaLog.Committed(logger, block.Header.Number, block.Transactions.Count, block.Header.GasUsed, certificate.Round, (long)(seconds * 1000));
        betweenBlocks(block.Header.Number);
    }

    protected override EvidenceAnswer Keep(PeerId? from, EvidenceItem item)
    {
        EvidenceAnswer answer = base.Keep(from, item);
        if (answer.IsAdded || from is null)
            ReplicaLog.Evidence(logger, item.Kind.ToString(), item.Accused.ToString(), item.Height, from?.ToString() ?? "this node", answer.IsAdded ? "kept" : answer.Code ?? "");
        return answer;
    }
}
