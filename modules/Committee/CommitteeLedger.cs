using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Committee;

/// <summary>Every write beside genesis passes here: the ring of anchors, and the feed.</summary>
internal static class CommitteeLedger
{
    /// <summary>0 where none was taken.</summary>
    public static ulong LastIndex(ModuleContext context) => CommitteeState.AnchorCount.Get(context, default).ToUInt64();

    public static AnchorRow? Last(ModuleContext context) =>
        LastIndex(context) is > 0 and var last ? CommitteeState.Anchors.Find(context, new NumberKey(last)) : null;

    /// <summary>The smallest index that is kept, where <paramref name="last"/> is the last one.</summary>
    public static ulong FirstKept(CommitteeParams parameters, ulong last) => last > parameters.AnchorsKept ? last - parameters.AnchorsKept + 1 : 1;

    /// <summary>Appends an anchor, lets go of the oldest, and tells the log.</summary>
    /// <returns>Its index.</returns>
    public static ulong Append(ModuleContext context, CommitteeParams parameters, AnchorRow row)
    {
        ulong index = LastIndex(context) + 1;
        CommitteeState.Anchors.Set(context, new NumberKey(index), row);
        CommitteeState.AnchorCount.Set(context, default, (Uint256)index);
        if (index > parameters.AnchorsKept) CommitteeState.Anchors.Delete(context, new NumberKey(index - parameters.AnchorsKept));
        ExtendFeed(context, new LogAnchored(row.Anchor));
        return index;
    }

    /// <summary>feed = Keccak256(feed before | record) (rulings 36).</summary>
    public static void ExtendFeed(ModuleContext context, EventBody body)
    {
        byte[] record = body.Encode();
        byte[] preimage = new byte[Hash256.Size + record.Length];
        CommitteeState.Feed.Get(context, default).WriteBigEndian(preimage);
        record.CopyTo(preimage, Hash256.Size);
        Hash256 feed = context.Keccak256(preimage);
        ulong sequence = CommitteeState.FeedSequence.Get(context, default).ToUInt64() + 1;
        CommitteeState.Feed.Set(context, default, Uint256.FromBigEndian(feed.Span));
        CommitteeState.FeedSequence.Set(context, default, (Uint256)sequence);
        context.Emit(CommitteeEvents.FeedExtended, sequence, feed, record);
    }
}
