using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Anchors;

namespace Dsdn.Modules.Committee;

/// <summary>Every key of the module's state. Ids are never reused.</summary>
internal static class CommitteeState
{
    public const byte Module = FeedChain.Committee;

    public static readonly RecordTable<SingleKey, CommitteeParams> Params = new(Module, 1, "params", "-", "parameters");

    public static readonly RecordTable<SingleKey, CommitteeRow> Committee = new(Module, 2, "committee", "-", "the committee in force");

    /// <summary>The newest of them, as many as the parameters say.</summary>
    public static readonly RecordTable<NumberKey, AnchorRow> Anchors = new(Module, 3, "anchors", "index", "anchor");

    /// <summary>Anchors ever taken, which is the index of the last one.</summary>
    public static readonly ScalarTable<SingleKey> AnchorCount = new(Module, 4 | Chain.State.RecordKey.ScalarBit, "anchorCount", "-", "index of the last anchor");

    public static readonly ScalarTable<SingleKey> Feed = new(Module, FeedChain.FeedTable, "feed", "-", "Keccak256(previous feed, record)");

    public static readonly ScalarTable<SingleKey> FeedSequence = new(Module, FeedChain.SequenceTable, "feedSequence", "-", "records in the feed");

    public static readonly IReadOnlyList<TableDeclaration> All = [
        Params.Declaration, Committee.Declaration, Anchors.Declaration, AnchorCount.Declaration, Feed.Declaration, FeedSequence.Declaration];
}
