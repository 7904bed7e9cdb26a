using Dsdn.Chain.State;

namespace Dsdn.Node.Configuration;

/// <summary>What each <see cref="RetentionMode"/> keeps. Headers and certificates always stay.</summary>
public static class Retention
{
    private const ulong MinimalBlocks = 128;

    public static StateOptions State(RetentionMode mode) => mode switch
    {
        RetentionMode.Minimal => new StateOptions { HistoryBlocks = MinimalBlocks, ProofBlocks = MinimalBlocks },
        RetentionMode.Archive => new StateOptions { HistoryBlocks = ulong.MaxValue, ProofBlocks = ulong.MaxValue },
        _ => new StateOptions(),
    };

    /// <summary>Bodies, receipts and their indexes below the head that a running node and `dsdn node prune` leave; null: all of them, so that the chain can be replayed.</summary>
    public static ulong? Blocks(RetentionMode mode) => mode == RetentionMode.Minimal ? MinimalBlocks : null;
}
