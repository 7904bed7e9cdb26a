using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.State.Verification;

namespace Dsdn.Chain.Tests.State;

public sealed class SnapshotTests
{
    private static readonly StateOptions Small = new() { CachedAccountsMax = 256, CachedRecordsMax = 256 };

    private static (StateRig Rig, SnapshotManifest Manifest, List<byte[]> Chunks) Exported()
    {
        var rig = new StateRig(new MemoryStore(), Small);
        rig.Genesis();
        for (int i = 0; i < 10; i++) rig.RandomBlock(new Random(i));
        var large = new StateOverlay(rig.State.Head);
        for (byte i = 0; i < 20; i++)
        {
            byte[] value = new byte[500_000];
            new Random(i).NextBytes(value);
            large.SetRecord(RecordKey.Make(2, 9, [i]), value);
        }
        rig.Commit(large);
        var chunks = new List<byte[]>();
        SnapshotManifest manifest = SnapshotExport.Run(rig.Store, 11, Hash256.Zero, (index, bytes) =>
        {
            Assert.Equal(chunks.Count, index);
            chunks.Add(bytes.ToArray());
        });
        Assert.Equal(3, chunks.Count);
        return (rig, manifest, chunks);
    }

    [Fact]
    public void AStoreFilledFromChunksInAnyOrderGoesOnWithTheChain()
    {
        (StateRig rig, SnapshotManifest manifest, List<byte[]> chunks) = Exported();
        Assert.True(SnapshotManifest.TryDecode(manifest.Encode(), out SnapshotManifest? decoded));
        Assert.Equal(manifest.Encode(), decoded!.Encode());
        var store = new MemoryStore();
        SnapshotImport import = SnapshotImport.Open(store, decoded);
        Assert.Equal(SnapshotFault.None, import.Add(2, chunks[2]));
        Assert.Equal(SnapshotFault.ChunksMissing, import.Finish());
        Assert.Contains("DSDN-E-STATE-IMPORT", Assert.Throws<StorageException>(() => StateStore.Open(store, Small)).Message);

        store.Crash();
        import = SnapshotImport.Open(store, decoded);
        Assert.True(import.Has(2));
        Assert.Equal(SnapshotFault.None, import.Add(0, chunks[0]));
        Assert.Equal(SnapshotFault.None, import.Add(1, chunks[1]));
        Assert.Equal(SnapshotFault.None, import.Finish());

        StateStore state = StateStore.Open(store, Small);
        Assert.Equal((11UL, rig.Head.Root), (state.Height, state.Current.Root));
        StateRig.AssertShows(rig.Head, state.Head);
        Assert.True(StateVerifier.Verify(store).IsSound);
        Assert.Throws<HistoryUnavailableException>(() => state.At(10));
        Assert.Throws<StorageException>(() => SnapshotImport.Open(store, decoded));
        var next = new StateOverlay(state.Head);
        StateRig.RandomWrites(next, new Random(77), 10);
        Assert.Equal(rig.State.Derive(rig.State.Current, next.Changes()).Root, state.Derive(state.Current, next.Changes()).Root);
    }

    [Fact]
    public void ChangedChunksAreRefusedAndAWrongRootKeepsNothing()
    {
        (_, SnapshotManifest manifest, List<byte[]> chunks) = Exported();
        var store = new MemoryStore();
        SnapshotImport import = SnapshotImport.Open(store, manifest);
        byte[] flipped = (byte[])chunks[0].Clone();
        flipped[100] ^= 1;
        Assert.Equal(SnapshotFault.BadChunk, import.Add(0, flipped));
        Assert.Equal(SnapshotFault.BadChunk, import.Add(0, chunks[1]));
        Assert.Equal(SnapshotFault.BadChunk, import.Add(-1, chunks[1]));
        Assert.Equal(SnapshotFault.BadChunk, import.Add(3, chunks[1]));

        SnapshotManifest lying = manifest with { Chunks = [new Hash256(System.Security.Cryptography.SHA256.HashData(flipped)), .. manifest.Chunks.Skip(1)] };
        import = SnapshotImport.Open(store, lying);
        SnapshotFault[] taken = [import.Add(0, flipped), import.Add(1, chunks[1]), import.Add(2, chunks[2])];
        Assert.All(taken, fault => Assert.Equal(SnapshotFault.None, fault));
        Assert.Equal(SnapshotFault.WrongRoot, import.Finish());
        Assert.Contains("DSDN-E-STATE-IMPORT", Assert.Throws<StorageException>(() => StateStore.Open(store, Small)).Message); // never silently at genesis
        using KeyValueCursor left = store.Scan(ColumnFamily.Accounts, [], [0xff]);
        Assert.False(left.MoveNext());
    }

    [Fact]
    public void ChunksThatAreNoPairsAreRefused()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] noise = new byte[random.Next(1, 60)];
            random.NextBytes(noise);
            noise[0] = random.Next(2) == 0 ? (byte)'A' : (byte)'R';
            var manifest = new SnapshotManifest(1, default, default, [new Hash256(System.Security.Cryptography.SHA256.HashData(noise))], 1, 1);
            Assert.Equal(SnapshotFault.BadChunk, SnapshotImport.Open(new MemoryStore(), manifest).Add(0, noise));
            Assert.False(SnapshotManifest.TryDecode(noise, out _));
        }
    }
}
