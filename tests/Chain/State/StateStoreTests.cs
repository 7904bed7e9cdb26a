using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Tests.Trie;

namespace Dsdn.Chain.Tests.State;

public sealed class StateStoreTests
{
    private static readonly StateOptions Small = new() { HistoryBlocks = 20, ProofBlocks = 12, TrieFlushBlocks = 5, TrieCacheBytesMax = 3_000, CachedAccountsMax = 256, CachedRecordsMax = 256 };

    private static StateRig Rig(Random random, int blocks, StateOptions? options = null)
    {
        var rig = new StateRig(new MemoryStore(), options ?? Small);
        rig.Genesis();
        for (int i = 0; i < blocks; i++) rig.RandomBlock(random);
        return rig;
    }

    [Theory, InlineData(1), InlineData(2)]
    public void RootsOfEveryBlockAreThoseOfTheReference(int seed)
    {
        StateRig rig = Rig(new Random(seed), 30);
        foreach (StateRig.Model model in rig.Models) Assert.Equal(ReferenceState.Root(model), model.Root);
        for (int module = 0; module < 16; module++) Assert.Equal(ReferenceState.StorageRoot(rig.Head, module), rig.State.Current.ModuleRoot(module));
    }

    [Theory, InlineData(1), InlineData(2)]
    public void EveryHeightInTheWindowShowsItsOwnValues(int seed)
    {
        StateRig rig = Rig(new Random(seed), 30);
        Assert.Equal(10UL, rig.State.OldestHeight);
        for (ulong height = 10; height <= 30; height++) StateRig.AssertShows(rig.Models[(int)height], rig.State.At(height));
        Assert.Equal(10UL, Assert.Throws<HistoryUnavailableException>(() => rig.State.At(9)).Oldest);
        Assert.Throws<ArgumentOutOfRangeException>(() => rig.State.At(31));
    }

    [Fact]
    public void AViewThatFallsOutOfTheWindowFailsInsteadOfShowingSomethingElse()
    {
        var random = new Random(1);
        StateRig rig = Rig(random, 30);
        IStateView edge = rig.State.At(10);
        StateRig.AssertShows(rig.Models[10], edge);
        for (int i = 0; i < 10; i++) rig.RandomBlock(random);
        Assert.Throws<HistoryUnavailableException>(() => edge.TryGetAccount(StateRig.AddressOf(1), out _));
        Assert.Throws<HistoryUnavailableException>(() => edge.TryGetRecord(StateRig.RandomKey(random), out _));
        Assert.Throws<HistoryUnavailableException>(() => edge.Scan([0], [], 10));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void ProofsOfEveryHeightInTheWindowVerifyAgainstItsRoot(int seed)
    {
        var random = new Random(seed);
        StateRig rig = Rig(random, 25);
        Assert.Equal(13UL, rig.State.OldestProvable);
        for (ulong height = 13; height <= 25; height++) AssertProofs(rig, height, random);
        Assert.Equal(13UL, Assert.Throws<HistoryUnavailableException>(() => rig.State.Prove(12, default, [])).Oldest);
        Assert.Throws<ArgumentOutOfRangeException>(() => rig.State.Prove(26, default, []));
    }

    [Fact]
    public void ProofsOfPastHeightsHoldWithManyAccountsAndLargeBlocks()
    {
        var random = new Random(4);
        var rig = new StateRig(new MemoryStore(), Small);
        rig.Genesis();
        for (int block = 0; block < 4; block++)
        {
            var overlay = new StateOverlay(rig.State.Head);
            for (int i = 0; i < 600; i++)
            {
                Address address = StateRig.AddressOf(random.Next(60_000));
                overlay.SetAccount(address, random.Next(6) == 0 ? default : new Account(1, new Amount((UInt128)random.NextInt64())));
            }
            rig.Commit(overlay);
        }
        for (ulong height = 0; height <= 4; height++)
        {
            foreach (Address address in rig.Models[(int)height].Accounts.Keys.Where(_ => random.Next(40) == 0).Concat(Enumerable.Range(0, 20).Select(_ => StateRig.AddressOf(random.Next(60_000)))).ToList())
                AssertAccount(rig, height, address, rig.State.Prove(height, address, []));
        }
    }

    [Fact]
    public void AMissingAccountIsProvenMissingWithItsStorageEmpty()
    {
        StateRig rig = Rig(new Random(1), 1);
        AccountProof proof = rig.State.Prove(1, StateRig.AddressOf(5_000), [Hash256.Zero]);
        Assert.Equal(default, proof.Account);
        Assert.Equal(ReferenceState.EmptyRoot, proof.StorageRoot);
        Assert.Equal(Keccak.OfEmpty, proof.CodeHash);
        Assert.Empty(proof.Storage[0].Nodes);
        Assert.Null(ReferenceVerifier.Verify(rig.Head.Root, Keccak.Hash(StateRig.AddressOf(5_000).Span).ToArray(), proof.Nodes));
    }

    [Fact]
    public void AHeadThatIsHeldKeepsShowingItsHeight()
    {
        var random = new Random(3);
        StateRig rig = Rig(random, 3);
        var held = new List<(StateRig.Model, IStateView)>();
        for (int i = 0; i < 8; i++)
        {
            held.Add((rig.Head, rig.State.Head));
            rig.RandomBlock(random);
        }
        foreach ((StateRig.Model model, IStateView view) in held) StateRig.AssertShows(model, view);
    }

    [Fact]
    public void DroppedProposalsLeaveTheDatabaseAsItWas()
    {
        var random = new Random(3);
        StateRig rig = Rig(random, 8);
        string before = Dump(rig.Store);
        for (int proposal = 0; proposal < 3; proposal++)
        {
            var overlay = new StateOverlay(rig.State.Head);
            StateRig.RandomWrites(overlay, random, 20);
            StateChanges changes = overlay.Changes();
            StateVersion version = rig.State.Derive(rig.State.Current, changes);
            using IWriteBatch batch = rig.Store.CreateBatch();
            rig.State.Stage(batch, 9, version, changes);
        }
        Assert.Equal(before, Dump(rig.Store));
        StateRig.AssertShows(rig.Head, rig.State.Head);
        rig.RandomBlock(random);
        Assert.Equal(ReferenceState.Root(rig.Head), rig.State.Current.Root);
        StateRig.AssertShows(rig.Head, rig.State.Head);
        rig.Reopen();
        Assert.Equal(rig.Head.Root, rig.State.Current.Root);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void ACrashAtAnyPointLeavesTheLastWrittenBlock(int seed)
    {
        var random = new Random(seed);
        var store = new MemoryStore();
        var rig = new StateRig(store, Small);
        rig.Genesis();
        for (int round = 0; round < 12; round++)
        {
            int blocks = random.Next(1, 9);
            for (int i = 0; i < blocks; i++)
            {
                var overlay = new StateOverlay(rig.State.Head);
                StateRig.RandomWrites(overlay, random, 10);
                rig.Commit(overlay, sync: random.Next(3) == 0);
            }
            store.Crash(random.Next(store.UnsyncedWrites + 1));
            rig.Reopen();
            Assert.Equal(rig.Head.Root, rig.State.Current.Root);
            StateRig.AssertShows(rig.Head, rig.State.Head);
        }
        StateRig.AssertShows(rig.Models[^2], rig.State.At(rig.State.Height - 1));
        AssertProofs(rig, rig.State.Height - 1, random);
    }

    [Fact]
    public void AWriteThatFailedIsStagedAnew()
    {
        var random = new Random(9);
        StateRig rig = Rig(random, 6);
        for (int i = 0; i < 6; i++)
        {
            var lost = new StateOverlay(rig.State.Head);
            StateRig.RandomWrites(lost, random, 10);
            StateChanges changes = lost.Changes();
            using (IWriteBatch batch = rig.Store.CreateBatch()) rig.State.Stage(batch, rig.State.Height + 1, rig.State.Derive(rig.State.Current, changes), changes);
            rig.RandomBlock(random);
            StateRig.AssertShows(rig.Head, rig.State.Head);
            StateRig.AssertShows(rig.Models[^2], rig.State.At(rig.State.Height - 1));
        }
        Assert.Equal(ReferenceState.Root(rig.Head), rig.State.Current.Root);
    }

    [Fact]
    public void RowsOutsideTheWindowsAreDeleted()
    {
        var random = new Random(2);
        StateRig rig = Rig(random, 60);
        int at60 = Count(rig.Store, ColumnFamily.History), proofsAt60 = Count(rig.Store, ColumnFamily.ProofHistory);
        for (int i = 0; i < 60; i++) rig.RandomBlock(random);
        Assert.InRange(Count(rig.Store, ColumnFamily.History), 0, at60 * 14 / 10);
        Assert.InRange(Count(rig.Store, ColumnFamily.ProofHistory), 0, proofsAt60 * 14 / 10);
        Assert.InRange(Count(rig.Store, ColumnFamily.Changesets), 20, 26);

        var tight = new StateRig(rig.Store, Small with { HistoryBlocks = 3, ProofBlocks = 2 });
        while (tight.State.PruneSome(8)) { }
        tight.State.Compact();
        Assert.Equal(117UL, tight.State.OldestHeight);
        StateRig.AssertShows(rig.Models[117], tight.State.At(117));
        Assert.Throws<HistoryUnavailableException>(() => tight.State.At(116));
        Assert.Equal(rig.Head.Root, StateStore.Open(rig.Store, Small).Current.Root);
    }

    [Fact]
    public void RecordsWithoutAModuleAccountAreRefused()
    {
        StateRig rig = Rig(new Random(1), 1);
        var overlay = new StateOverlay(rig.State.Head);
        overlay.SetRecord(RecordKey.Make(9, 1, [1]), new byte[] { 1 });
        Assert.Throws<InvalidOperationException>(() => rig.State.Derive(rig.State.Current, overlay.Changes()));
        var marked = new StateOverlay(rig.State.Head);
        marked.SetAccount(StateRig.AddressOf(1), new Account(0, Amount.Zero, IsModule: true));
        Assert.Throws<InvalidOperationException>(() => rig.State.Derive(rig.State.Current, marked.Changes()));
        rig.RandomBlock(new Random(2));
        Assert.Equal(ReferenceState.Root(rig.Head), rig.State.Current.Root);
    }

    [Fact]
    public void ANewerLayoutAndTornRowsAreRefused()
    {
        StateRig rig = Rig(new Random(1), 7);
        Refused("state/schema", [0, 0, 0, 2]);
        Refused("state/schema", [1]);
        Refused("state/head", []);
        Refused("state/head", [.. new byte[7], 7, .. new byte[32]]);
        Refused("state/tree", new byte[552]);
        Refused("state/oldest", [1, 2, 3]);

        void Refused(string key, byte[] row)
        {
            byte[] name = System.Text.Encoding.ASCII.GetBytes(key);
            byte[] was = rig.Store.Get(ColumnFamily.Meta, name)!;
            Put(row);
            StorageException error = Assert.ThrowsAny<StorageException>(() => StateStore.Open(rig.Store, Small));
            Assert.StartsWith("DSDN-E-STATE-", error.Message);
            Put(was);

            void Put(byte[] value)
            {
                using IWriteBatch batch = rig.Store.CreateBatch();
                batch.Put(ColumnFamily.Meta, name, value);
                rig.Store.Write(batch, sync: true);
            }
        }
    }

    private static void AssertProofs(StateRig rig, ulong height, Random random)
    {
        StateRig.Model model = rig.Models[(int)height];
        for (int i = 0; i < 120; i += 3) AssertAccount(rig, height, StateRig.AddressOf(i), rig.State.Prove(height, StateRig.AddressOf(i), []));
        for (int module = 0; module < StateRig.Modules; module++)
        {
            byte[][] keys = [.. model.Records.Keys.Where(k => k[0] == module).Where(_ => random.Next(3) == 0), .. Enumerable.Range(0, 5).Select(_ => StateRig.RandomKey(random)).Where(k => k[0] == module)];
            AccountProof proof = rig.State.Prove(height, StateRig.Module(module), [.. keys.Select(ReferenceState.Slot)]);
            AssertAccount(rig, height, StateRig.Module(module), proof);
            Assert.Equal(ReferenceState.StorageRoot(model, module), proof.StorageRoot);
            for (int i = 0; i < keys.Length; i++)
            {
                byte[]? expected = model.Records.TryGetValue(keys[i], out byte[]? value) ? ReferenceState.Trimmed(ReferenceState.Word(keys[i], value)) : null;
                Assert.Equal(expected, ReferenceVerifier.Verify(proof.StorageRoot, Keccak.Hash(proof.Storage[i].Slot.Span).ToArray(), proof.Storage[i].Nodes));
                Assert.Equal(value == null ? Uint256.Zero : ReferenceState.Word(keys[i], value).Item1, proof.Storage[i].Value);
            }
        }
    }

    private static void AssertAccount(StateRig rig, ulong height, Address address, AccountProof proof)
    {
        StateRig.Model model = rig.Models[(int)height];
        Assert.Equal(ReferenceState.AccountLeaf(model, address), ReferenceVerifier.Verify(model.Root, Keccak.Hash(address.Span).ToArray(), proof.Nodes));
        Assert.Equal(model.Accounts.GetValueOrDefault(address), proof.Account);
    }

    private static int Count(IKeyValueStore store, ColumnFamily family)
    {
        int count = 0;
        using KeyValueCursor cursor = store.Scan(family, [0], [0xff]);
        while (cursor.MoveNext()) count++;
        return count;
    }

    private static string Dump(IKeyValueStore store)
    {
        var text = new System.Text.StringBuilder();
        foreach (ColumnFamily family in Enum.GetValues<ColumnFamily>())
        {
            using KeyValueCursor cursor = store.Scan(family, [], [0xff, 0xff]);
            while (cursor.MoveNext()) text.Append(family).Append(Convert.ToHexString(cursor.Key)).Append('=').AppendLine(Convert.ToHexString(cursor.Value));
        }
        return text.ToString();
    }
}
