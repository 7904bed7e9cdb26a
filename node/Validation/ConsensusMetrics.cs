using System.Diagnostics.Metrics;
using Dsdn.Chain.Blocks;

namespace Dsdn.Node.Validation;

/// <summary>The metrics of consensus and block making.</summary>
internal static class ConsensusMetrics
{
    private static readonly Meter Meter = new("dsdn.consensus");

    public static readonly Histogram<double> BuildSeconds = Meter.CreateHistogram<double>("dsdn_block_build_seconds", "s", "Time to choose and execute a block's transactions");

    private static readonly Histogram<double> CommitSeconds = Meter.CreateHistogram<double>("dsdn_block_commit_seconds", "s", "Time of the synced write of a block");
    private static readonly Counter<long> Transactions = Meter.CreateCounter<long>("dsdn_transactions_total", null, "Transactions in decided blocks");
    private static readonly Counter<long> Gas = Meter.CreateCounter<long>("dsdn_gas_total", null, "Gas used by decided blocks");
    private static readonly Counter<long> Blocks = Meter.CreateCounter<long>("dsdn_blocks_total", null, "Blocks decided since start");

    public static void OnDecided(Block block, double commitSeconds)
    {
        CommitSeconds.Record(commitSeconds);
        Transactions.Add(block.Transactions.Count);
        Gas.Add((long)block.Header.GasUsed);
        Blocks.Add(1);
    }
}
