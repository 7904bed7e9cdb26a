using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Tests.State;

public sealed class StateOverlayTests
{
    private static readonly StateOptions Small = new() { CachedAccountsMax = 256, CachedRecordsMax = 256 };

    private static StateRig Rig(int seed)
    {
        var rig = new StateRig(new MemoryStore(), Small);
        rig.Genesis();
        for (int i = 0; i < 5; i++) rig.RandomBlock(new Random(seed + i));
        return rig;
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void RandomWritesUndoneToRandomMarksLeaveWhatTheMarksSaw(int seed)
    {
        var random = new Random(seed);
        StateRig rig = Rig(seed);
        var overlay = new StateOverlay(rig.State.Head);
        var marks = new Stack<(int Mark, StateChanges Changes)>();
        for (int step = 0; step < 60; step++)
        {
            if (marks.Count > 0 && random.Next(3) == 0)
            {
                (int mark, StateChanges then) = marks.Pop();
                bool wrote = overlay.WroteSince(mark);
                overlay.Revert(mark);
                Assert.False(overlay.WroteSince(mark));
                AssertEqual(then, overlay.Changes());
                Assert.True(wrote || mark == overlay.Checkpoint());
                continue;
            }
            marks.Push((overlay.Checkpoint(), overlay.Changes()));
            StateRig.RandomWrites(overlay, random, random.Next(6));
            if (random.Next(4) == 0) overlay.Scan([(byte)random.Next(3)], [], random.Next(1, 10));
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void OverlaysNestAndShowEveryWriteOnce(int seed)
    {
        var random = new Random(seed);
        StateRig rig = Rig(seed);
        IStateView view = rig.State.Head;
        for (int depth = 0; depth < 4; depth++)
        {
            var overlay = new StateOverlay(view);
            overlay.Scan([0], [], 2);
            StateRig.RandomWrites(overlay, random, 15);
            view = overlay;
            rig.Record(overlay.Changes(), default);
            StateRig.AssertShows(rig.Head, view);
        }
    }

    [Fact]
    public void AWriteOfTheSameValueIsNoWriteAndNoChange()
    {
        StateRig rig = Rig(1);
        var overlay = new StateOverlay(rig.State.Head);
        Address address = StateRig.AddressOf(900);
        overlay.TryGetAccount(address, out _);
        overlay.SetAccount(address, default);
        Assert.False(overlay.WroteSince(0));
        overlay.SetAccount(address, new Account(1, Amount.Nusa(1)));
        Assert.True(overlay.WroteSince(0));
        overlay.SetAccount(address, default);
        Assert.Empty(overlay.Changes().Accounts);

        byte[] key = rig.Head.Records.Keys.First();
        overlay.SetRecord(key, rig.Head.Records[key]);
        Assert.Empty(overlay.Changes().Records);
    }

    [Fact]
    public void ZeroInAScalarTableDeletes()
    {
        StateRig rig = Rig(1);
        byte[] scalar = RecordKey.Make(1, 0x8005, [1]), record = RecordKey.Make(1, 5, [1]);
        var overlay = new StateOverlay(rig.State.Head);
        overlay.SetRecord(scalar, new byte[32]);
        overlay.SetRecord(record, new byte[32]);
        Assert.False(overlay.TryGetRecord(scalar, out _));
        Assert.True(overlay.TryGetRecord(record, out _));
        Assert.Equal([record], overlay.Changes().Records.Select(r => r.Key));
    }

    [Fact]
    public void AScanSkipsDeletionsBeyondTheFirstPortion()
    {
        var rig = new StateRig(new MemoryStore(), Small);
        rig.Genesis();
        var first = new StateOverlay(rig.State.Head);
        for (byte i = 0; i < 100; i++) first.SetRecord(RecordKey.Make(0, 1, [i]), new byte[] { i, 1 });
        rig.Commit(first);
        var overlay = new StateOverlay(rig.State.Head);
        for (byte i = 0; i < 90; i++) overlay.SetRecord(RecordKey.Make(0, 1, [i]), default);
        Assert.Equal([90, 91, 92], overlay.Scan([0], [], 3).Select(r => (int)r.Value.Span[0]));
        Assert.Empty(overlay.Scan([0], [], 0));
        Assert.Empty(overlay.Scan([0, 0, 2], [], 5));
    }

    private static void AssertEqual(StateChanges expected, StateChanges actual)
    {
        Assert.Equal(expected.Accounts, actual.Accounts);
        Assert.Equal(expected.Records.Select(Text), actual.Records.Select(Text));

        static string Text(KeyValuePair<byte[], ReadOnlyMemory<byte>> record) => $"{Convert.ToHexString(record.Key)}={Convert.ToHexString(record.Value.Span)}";
    }
}
