using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.State.Verification;

namespace Dsdn.Chain.Tests.State;

public sealed class StateVerifierTests
{
    private static readonly StateOptions FlushEachBlock = new() { TrieFlushBlocks = 1, CachedAccountsMax = 256, CachedRecordsMax = 256 };

    private static StateRig Rig(StateOptions options)
    {
        var rig = new StateRig(new MemoryStore(), options);
        rig.Genesis();
        for (int i = 0; i < 12; i++) rig.RandomBlock(new Random(i));
        return rig;
    }

    private static void Write(StateRig rig, ColumnFamily family, byte[] key, byte[]? value)
    {
        using IWriteBatch batch = rig.Store.CreateBatch();
        if (value == null) batch.Delete(family, key);
        else batch.Put(family, key, value);
        rig.Store.Write(batch, sync: true);
    }

    [Theory, InlineData(1UL), InlineData(100UL)]
    public void ASoundStateGivesTheStoredRoot(ulong flushBlocks)
    {
        StateRig rig = Rig(FlushEachBlock with { TrieFlushBlocks = flushBlocks });
        StateVerification found = StateVerifier.Verify(rig.Store);
        Assert.Empty(found.Faults);
        Assert.True(found.IsSound);
        Assert.Equal(rig.Head.Root, found.ComputedRoot);
        Assert.Equal((12UL, (ulong)rig.Head.Accounts.Count, (ulong)rig.Head.Records.Count), (found.Height, found.Accounts, found.Records));
    }

    [Fact]
    public void AFlippedBitInARecordIsNamedByModuleTableAndKey()
    {
        StateRig rig = Rig(FlushEachBlock);
        byte[] key = rig.Head.Records.Keys.First(k => k[0] == 1 && (k[1] & 0x80) == 0);
        byte[] value = (byte[])rig.Head.Records[key].Clone();
        value[^1] ^= 1;
        Write(rig, ColumnFamily.Records, key, value);
        StateVerification found = StateVerifier.Verify(rig.Store);
        Assert.False(found.IsSound);
        Assert.NotEqual(found.StoredRoot, found.ComputedRoot);
        Assert.Equal($"module 1 table {key[2]} key {Hex.Encode(key.AsSpan(3))}", found.Faults[0].Where);
    }

    [Fact]
    public void AChangedAnUnreadableAndAnInventedAccountAreNamed()
    {
        StateRig rig = Rig(FlushEachBlock);
        Address changed = rig.Head.Accounts.Keys.First(a => a.Span[0] == 0xaa);
        byte[] row = rig.Store.Get(ColumnFamily.Accounts, changed.Span)!;
        row[8] ^= 1;
        Write(rig, ColumnFamily.Accounts, changed.ToArray(), row);
        Assert.Equal($"account {changed}", Assert.Single(StateVerifier.Verify(rig.Store).Faults).Where);

        Write(rig, ColumnFamily.Accounts, changed.ToArray(), [9, 9]);
        Assert.Contains(StateVerifier.Verify(rig.Store).Faults, f => f.Where == $"account {changed}");

        row[8] ^= 1;
        Write(rig, ColumnFamily.Accounts, changed.ToArray(), row);
        Assert.True(StateVerifier.Verify(rig.Store).IsSound);
        Write(rig, ColumnFamily.Accounts, StateRig.AddressOf(7_777).ToArray(), row);
        Assert.Equal($"account {StateRig.AddressOf(7_777)}", Assert.Single(StateVerifier.Verify(rig.Store).Faults).Where);
    }

    [Fact]
    public void AMissingRowIsFoundByTheHashOfItsKey()
    {
        StateRig rig = Rig(FlushEachBlock);
        Address missing = rig.Head.Accounts.Keys.First(a => a.Span[0] == 0xaa);
        Write(rig, ColumnFamily.Accounts, missing.ToArray(), null);
        StateFault fault = Assert.Single(StateVerifier.Verify(rig.Store).Faults);
        Assert.Contains(Dsdn.Chain.Crypto.Keccak.Hash(missing.Span).ToString(), fault.Where);
    }

    [Fact]
    public void ADamagedPageIsNamedAndTheRootOfTheFlatTablesStillComputed()
    {
        StateRig rig = Rig(FlushEachBlock);
        byte[] page = rig.Store.Get(ColumnFamily.Trie, [0])!;
        page[^1] ^= 1;
        Write(rig, ColumnFamily.Trie, [0], page);
        StateVerification found = StateVerifier.Verify(rig.Store);
        Assert.Equal(rig.Head.Root, found.ComputedRoot);
        Assert.Equal("tree", Assert.Single(found.Faults).Where);
        Assert.Throws<StateCorruptException>(() => StateStore.Open(rig.Store, FlushEachBlock));
    }

    [Fact]
    public void ADamagedChangesetStopsTheStart()
    {
        StateRig rig = Rig(FlushEachBlock with { TrieFlushBlocks = 100 });
        foreach (byte[]? row in (byte[]?[])[null, [1], [0, 0, 0, 200], [0, 0, 0, 0, 0]])
        {
            byte[] key = [0, 0, 0, 0, 0, 0, 0, 5];
            byte[] was = rig.Store.Get(ColumnFamily.Changesets, key)!;
            Write(rig, ColumnFamily.Changesets, key, row);
            Assert.Throws<StateCorruptException>(() => StateStore.Open(rig.Store, FlushEachBlock));
            Assert.False(StateVerifier.Verify(rig.Store).IsSound);
            Write(rig, ColumnFamily.Changesets, key, was);
        }
        Assert.True(StateVerifier.Verify(rig.Store).IsSound);
    }
}
