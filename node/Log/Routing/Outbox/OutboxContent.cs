namespace Dsdn.Log.Routing.Outbox;

/// <summary>What the outbox holds: all of it fits in memory, a hundred bytes and some a pending batch.</summary>
internal sealed class OutboxContent
{
    public SortedDictionary<ulong, PendingBatch> Pending { get; } = [];

    public SortedDictionary<ulong, OpenAnnouncement> Announcements { get; } = [];

    public RouterMemory Memory { get; private set; } = RouterMemory.Initial;

    public ulong HighestSeq { get; private set; }

    public void Apply(OutboxRecord record)
    {
        switch (record)
        {
            case OutboxRecord.Begin begin:
                HighestSeq = Math.Max(HighestSeq, begin.HighestSeq);
                break;
            case OutboxRecord.Batch batch:
                Pending[batch.Item.Seq] = batch.Item;
                HighestSeq = Math.Max(HighestSeq, batch.Item.Seq);
                break;
            case OutboxRecord.Forget forget:
                Pending.Remove(forget.Seq);
                break;
            case OutboxRecord.Memory memory:
                Memory = memory.Item;
                break;
            case OutboxRecord.Announce announce:
                Announcements[announce.Item.Id] = announce.Item;
                break;
            case OutboxRecord.Announced announced:
                Announcements.Remove(announced.Id);
                break;
        }
    }

    /// <summary>Records that make this content out of nothing.</summary>
    public List<OutboxRecord> Whole()
    {
        List<OutboxRecord> records = [new OutboxRecord.Begin((uint)(2 + Pending.Count + Announcements.Count), HighestSeq), new OutboxRecord.Memory(Memory)];
        foreach (PendingBatch batch in Pending.Values) records.Add(new OutboxRecord.Batch(batch));
        foreach (OpenAnnouncement announcement in Announcements.Values) records.Add(new OutboxRecord.Announce(announcement));
        return records;
    }
}
