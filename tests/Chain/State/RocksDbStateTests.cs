using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.Tests.RocksDb;

namespace Dsdn.Chain.Tests.State;

/// <summary>The state on a real database.</summary>
public sealed class RocksDbStateTests : IDisposable
{
    private static readonly StateOptions Small = new() { HistoryBlocks = 20, ProofBlocks = 12, TrieFlushBlocks = 5, TrieCacheBytesMax = 3_000, CachedAccountsMax = 256, CachedRecordsMax = 256 };
    private static readonly RocksDbOptions Tiny = new() { WriteBufferBytes = 1 << 20, TotalWriteBufferBytes = 4 << 20, BlockCacheBytes = 4 << 20 };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void ACopyTakenAtAnyMomentOpensAtTheLastWrittenBlock()
    {
        var random = new Random(1);
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"), Tiny);
        var rig = new StateRig(store, Small);
        rig.Genesis();
        for (int i = 0; i < 9; i++)
        {
            rig.RandomBlock(random);
            string copy = _directory.Sub($"copy{i}");
            store.Checkpoint(copy);
            using RocksDbStore opened = RocksDbStore.Open(copy, Tiny);
            StateStore state = StateStore.Open(opened, Small);
            Assert.Equal(rig.Head.Root, state.Current.Root);
            StateRig.AssertShows(rig.Head, state.Head);
            if (i > 2) StateRig.AssertShows(rig.Models[^3], state.At(state.Height - 2));
            Assert.True(StateVerifier.Verify(opened).IsSound);
        }
    }

    [Fact]
    public void AFilesystemCopyOfARunningDatabaseIsLikeAKill()
    {
        var random = new Random(2);
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"), Tiny);
        var rig = new StateRig(store, Small);
        rig.Genesis();
        for (int i = 0; i < 12; i++) rig.RandomBlock(random);
        Directory.CreateDirectory(_directory.Sub("killed"));
        foreach (string file in Directory.GetFiles(_directory.Sub("db")))
            if (Path.GetFileName(file) != "LOCK") File.Copy(file, Path.Combine(_directory.Sub("killed"), Path.GetFileName(file)));
        using RocksDbStore killed = RocksDbStore.Open(_directory.Sub("killed"), Tiny);
        StateStore state = StateStore.Open(killed, Small);
        Assert.Equal((12UL, rig.Head.Root), (state.Height, state.Current.Root));
        StateRig.AssertShows(rig.Head, state.Head);
    }

    [Fact]
    public async Task ReadersSeeOneVersionWhileBlocksAreCommitted()
    {
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"), Tiny);
        var rig = new StateRig(store, Small);
        rig.Genesis();
        // Every block moves amounts between these accounts and writes the height to all of them: any mixture of versions shows.
        const int Accounts = 64;
        Block(0);
        using var stop = new CancellationTokenSource();
        long reads = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    Read(random);
                    Interlocked.Increment(ref reads);
                }
                catch (HistoryUnavailableException)
                {
                    // Held up for longer than the window of history; told so, never shown a mixture.
                }
            }
        }))];
        for (int height = 1; height < 60 || (Interlocked.Read(ref reads) < 30 && height < 2_000); height++)
        {
            Block(height);
            // Where the machine lets no reader through, blocks come slower.
            if (height >= 60) await Task.Delay(5);
        }
        stop.Cancel();
        await Task.WhenAll(readers);
        Assert.True(reads > 0);

        void Read(Random random)
        {
            StateStore state = rig.State;
            IStateView view = random.Next(2) == 0 ? state.Head : state.At(state.Height - (ulong)random.Next((int)Math.Min(3, state.Height)));
            ulong nonce = 0;
            UInt128 sum = 0;
            for (int i = 0; i < Accounts; i++)
            {
                view.TryGetAccount(StateRig.AddressOf(1_000 + i), out Account account);
                if (i == 0) nonce = account.Nonce;
                Assert.Equal(nonce, account.Nonce);
                sum += account.Balance.BaseUnits;
            }
            Assert.Equal((UInt128)(Accounts * 1_000_000), sum);
            var records = view.Scan([0, 0, 7], [], 100);
            Assert.All(records, r => Assert.Equal((byte)nonce, r.Value.Span[0]));
            Assert.Equal(4, records.Count);
            AccountProof proof = state.Prove(state.Height, StateRig.AddressOf(1_000), []);
            Assert.True(proof.Account.Nonce > 0);
        }

        void Block(int height)
        {
            var overlay = new StateOverlay(rig.State.Head);
            for (int i = 0; i < Accounts; i++)
                overlay.SetAccount(StateRig.AddressOf(1_000 + i), new Account((ulong)height + 1, new Amount((UInt128)(1_000_000 + ((i % 2 == 0 ? 1 : -1) * height)))));
            for (int i = 0; i < 4; i++) overlay.SetRecord(RecordKey.Make(0, 7, [(byte)((height + i) % 8)]), new byte[] { (byte)(height + 1) });
            overlay.SetRecord(RecordKey.Make(0, 7, [(byte)((height + 7) % 8)]), default);
            rig.Commit(overlay);
        }
    }

    [Fact]
    public void DiskShrinksWhenTheWindowsDo()
    {
        using RocksDbStore store = RocksDbStore.Open(_directory.Sub("db"), Tiny);
        var rig = new StateRig(store, Small with { HistoryBlocks = 1_000, ProofBlocks = 1_000 });
        rig.Genesis();
        var random = new Random(1);
        for (int block = 0; block < 40; block++)
        {
            var overlay = new StateOverlay(rig.State.Head);
            for (int i = 0; i < 40; i++)
            {
                byte[] value = new byte[400];
                random.NextBytes(value);
                overlay.SetRecord(RecordKey.Make(0, 1, [(byte)i]), value);
            }
            rig.Commit(overlay);
        }
        store.Flush();
        long before = Size();
        StateStore tight = StateStore.Open(store, Small with { HistoryBlocks = 4, ProofBlocks = 4 });
        while (tight.PruneSome(10)) { }
        tight.Compact();
        Assert.InRange(Size(), 1, before / 2);
        Assert.True(tight.At(36).TryGetRecord(RecordKey.Make(0, 1, [1]), out _));

        long Size() => store.ApproximateBytes(ColumnFamily.History, [0], [0xff]);
    }
}
