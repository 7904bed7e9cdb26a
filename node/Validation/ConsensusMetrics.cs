using System.Diagnostics.Metrics;
using Dsdn.Chain.Blocks;

namespace Dsdn.Node.Validation;

/// <summary>The metrics of consensus and block making.</summary>
internal static class ConsensusMetrics
{
    private static readonly Meter Meter = new("dsdn.consensus");

    public static readonly Histogram<double> BuildSeconds = Meter.CreateHistogram<double>("dsdn_block_build_seconds", "s", "Time to choose and execute a block's transactions");

    public static readonly Histogram<double> ExecuteSeconds = Meter.CreateHistogram<double>("dsdn_block_execute_seconds", "s", "Time to check and execute another's block");
    public static readonly Histogram<double> WalSyncSeconds = Meter.CreateHistogram<double>("dsdn_wal_sync_seconds", "s", "Time until the write-ahead log was on disk");

    private static readonly Histogram<double> CommitSeconds = Meter.CreateHistogram<double>("dsdn_block_commit_seconds", "s", "Time of the synced write of a block");
    private static readonly Counter<long> Transactions = Meter.CreateCounter<long>("dsdn_transactions_total", null, "Transactions in decided blocks");
    private static readonly Counter<long> Gas = Meter.CreateCounter<long>("dsdn_gas_total", null, "Gas used by decided blocks");
    private static readonly Counter<long> LaterRounds = Meter.CreateCounter<long>("dsdn_blocks_after_round_0_total", null, "Blocks that the first proposer did not get decided");
    private static readonly Counter<long> Blocks = Meter.CreateCounter<long>("dsdn_blocks_total", null, "Blocks decided since start");

    private static readonly Counter<long> Unsigned = Meter.CreateCounter<long>("dsdn_messages_not_signed_total", null, "Proposals and votes that the signer refused or that waited for it, by code");
    private static readonly Counter<long> ForeignMessages = Meter.CreateCounter<long>("dsdn_key_in_use_total", null, "Messages of the own consensus key that another machine signed");

    public static void NotSigned(string code) => Unsigned.Add(1, new KeyValuePair<string, object?>("code", code));

    public static void KeyInUse() => ForeignMessages.Add(1);

    public static void OnDecided(Block block, uint round, double commitSeconds)
    {
        CommitSeconds.Record(commitSeconds);
        Transactions.Add(block.Transactions.Count);
        Gas.Add((long)block.Header.GasUsed);
        Blocks.Add(1);
        if (round > 0) LaterRounds.Add(1);
    }
}
