using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Coordination;

namespace Dsdn.Log.Tests.Coordination;

public sealed class BatchReplicaTests
{
    private const ulong Batches = 4;

    [Fact]
    public void ALoneMemberDecidesOneBatchAfterAnother()
    {
        var member = new MemberRig();
        member.RunUntil(Batches);
        Assert.Equal(Batches, member.State.Seq);
        Assert.Equal(Batches, (ulong)member.Finals.Count);
    }

    /// <summary>Before each effect of four batches: the record brings it back where it was, and no second batch is ever signed for a seq.</summary>
    [Fact]
    public void ItGoesOnAfterACrashAtAnyEffect()
    {
        var whole = new MemberRig();
        whole.RunUntil(Batches);
        for (int effect = 0; effect < whole.Steps; effect++)
        {
            var member = new MemberRig { CrashBefore = effect };
            member.RunUntil(Batches);
            Assert.Equal(Batches, member.State.Seq);
        }
    }

    [Fact]
    public void WithoutWorkABatchIsDecidedAtTheIdleInterval()
    {
        var member = new MemberRig();
        ulong began = member.NowMs;
        member.RunUntil(3);
        Assert.InRange(member.NowMs - began, 2 * 2_000UL, 4 * 2_000UL);
    }

    [Fact]
    public void ValuesReadBackAsTheyWereWritten()
    {
        var member = new MemberRig();
        (var header, byte[] body) = member.State.Draft(BatchBuilder.Build(new BatchPlan(17847, 1, member.Committee.Hash, member.State.Chain), member.Pool), 5, 0, 0, null);
        var value = new BatchValue(header, body);
        BatchValue? read = BatchValue.TryDecode(value.Encode());
        Assert.Equal(value.Id, read?.Id);
        Assert.True(read?.Body.Span.SequenceEqual(body));
        Assert.Null(BatchValue.TryDecode(new byte[10]));
        Assert.Null(BatchValue.TryDecode(new byte[1_000]));
    }

    [Fact]
    public void NobodyFillsThePoolAlone()
    {
        var pool = new EventPool(new EventPoolOptions(EventsMax: 10, BytesMax: 1_000, PerAuthorMax: 3));
        for (byte i = 0; i < 3; i++) Assert.True(pool.Add(Event(1, i), new byte[50]));
        Assert.False(pool.Add(Event(1, 9), new byte[50]));
        Assert.True(pool.Add(Event(1, 0), new byte[50])); // it waits already
        Assert.True(pool.Add(Event(2, 20), new byte[50]));
        Assert.False(pool.Add(Event(3, 30), new byte[900]));
        Assert.Equal(200, pool.Bytes);
        Assert.Equal(2, pool.Oldest(10, 120).Count);
        pool.Remove([Event(1, 0).Id, Event(9, 99).Id]);
        Assert.Equal(3, pool.Count);
        pool.Expire(1_000);
        Assert.Equal((0, 0L), (pool.Count, pool.Bytes));
    }

    private static CheckedEvent Event(byte author, byte id)
    {
        byte[] who = new byte[32], which = new byte[32];
        (who[0], which[0], which[1]) = (author, id, author);
        var entry = new LogEvent
        {
            ChainId = 1, Kind = EventKind.NodeStats, AuthorType = AuthorType.Node, Author = new Hash256(who), Nonce = id, ValidUntilMs = 500, Body = default, Signature = default,
        };
        return new CheckedEvent(entry, new Hash256(which), new Checkpoint(1, default, default, default, default, 0));
    }
}
