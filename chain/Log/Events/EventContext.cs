using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>The batch that an event stands in.</summary>
/// <param name="LogTimeMs">Of the batch: events whose end is before it do not count.</param>
/// <param name="CommitteeHash">Author of the committee's events.</param>
/// <param name="ChecksAuthors">False only in a replay up to an anchored batch, which must end in the anchored root (rulings 32).</param>
public sealed record EventContext(ulong ChainId, ulong Seq, ulong LogTimeMs, Hash256 CommitteeHash, bool ChecksAuthors)
{
    public static EventContext Of(Batches.BatchHeader header, bool checksAuthors) =>
        new(header.ChainId, header.Seq, header.LogTimeMs, header.CommitteeHash, checksAuthors);
}
