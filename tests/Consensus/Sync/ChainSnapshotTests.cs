using System.Security.Cryptography;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Snapshots;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.Transactions;
using Dsdn.Modules;

namespace Dsdn.Consensus.Tests.Sync;

public sealed class ChainSnapshotTests
{
    /// <summary>Delegations, an unbonding under way and plain transfers, then a set that changed.</summary>
    private static readonly Lazy<(SyncNetwork Network, SnapshotManifest Manifest, List<byte[]> Chunks)> Made = new(() =>
    {
        var network = new SyncNetwork(epochBlocks: 10);
        network.Grow(45, Traffic);
        (SnapshotManifest manifest, List<byte[]> chunks) = Export(network.Leader);
        return (network, manifest, chunks);
    });

    internal static Transaction[] Traffic(ulong height) => height switch
    {
        2 => [SyncNetwork.Call(9, 0, 0, "delegate", Amount.Nusa(500_000), SyncNetwork.Account(2))],
        31 => [SyncNetwork.Call(9, 1, 0, "unbond", Amount.Zero, SyncNetwork.Account(2), Amount.Nusa(1_000))],
        45 => [SyncNetwork.Send(8, 0, SyncNetwork.Account(3), 77)],
        _ => [],
    };

    internal static (SnapshotManifest Manifest, List<byte[]> Chunks) Export(SyncNode node)
    {
        var chunks = new List<byte[]>();
        using IKeyValueSnapshot version = node.Store.Snapshot();
        SnapshotManifest manifest = ChainSnapshot.Export(version, node.Open.Services.Blocks, (_, bytes) => chunks.Add(bytes.ToArray()));
        return (manifest, chunks);
    }

    private static LightBlock Trusted(SyncNetwork network, ulong height) => LightBlock.Read(network.Leader.Open.Services.Blocks, height)!;

    private static LightBlock[] Seeds(SyncNetwork network, ulong height) =>
        [.. ChainSnapshot.SeedHeights(height, network.Genesis.Parameters.EpochBlocks).Select(seed => Trusted(network, seed))];

    private static (SnapshotFault Fault, string Detail) Import(IKeyValueStore store, SyncNetwork network, SnapshotManifest manifest, IReadOnlyList<byte[]> chunks)
    {
        SnapshotImport import = SnapshotImport.Open(store, manifest);
        foreach (int chunk in import.Missing.ToArray()) Assert.Equal(SnapshotFault.None, import.Add(chunk, chunks[chunk]));
        SnapshotFault fault = ChainSnapshot.Finish(import, store, network.Genesis, Trusted(network, manifest.Height), Seeds(network, manifest.Height), out string detail);
        return (fault, detail);
    }

    [Fact]
    public void ANodeRestoredFromASnapshotGoesOnExactlyAsTheOthers()
    {
        var network = new SyncNetwork(epochBlocks: 10);
        network.Grow(45, Traffic);
        (SnapshotManifest manifest, List<byte[]> chunks) = Export(network.Leader);
        var store = new MemoryStore();
        Assert.Equal((SnapshotFault.None, ""), Import(store, network, manifest, chunks));
        SyncNode node = network.NewNode(store);
        Assert.Equal(network.Leader.Execution.Decided.Hash, node.Execution.Decided.Hash);
        Assert.Equal(network.Leader.Execution.ProposerSeed, node.Execution.ProposerSeed);
        Assert.Equal(network.Leader.Execution.DecidedBy!.BlockHash, node.Execution.DecidedBy!.BlockHash);
        Assert.True(StateVerifier.Verify(store).IsSound);

        // It proposes: the block it builds is valid to the others. It slashes and pays alike: a withdrawal after the unbonding
        // time, a validator that stops signing, and every set change give the same roots.
        Block proposed = node.Build(SyncNetwork.Send(8, 1, SyncNetwork.Account(3), 1));
        Assert.Equal(BlockVerdict.Valid, network.Leader.Execution.Execute(proposed));
        Certificate certificate = network.Certify(proposed, node.Execution.Validators);
        network.Leader.Execution.Commit(proposed.Hash, certificate);
        Assert.Null(node.Apply(proposed, certificate));
        ValidatorSet before = node.Execution.Validators;
        for (ulong height = 47; height <= 110; height++)
        {
            Transaction[] traffic = height == 100 ? [SyncNetwork.Call(9, 2, 0, "withdraw", Amount.Zero)] : [];
            Block block = network.Leader.Build(traffic);
            Certificate three = network.Certify(block, network.Leader.Execution.Validators, signers: 3);
            network.Leader.Execution.Commit(block.Hash, three);
            Assert.Null(node.Apply(block, three));
        }
        foreach (ulong height in (ulong[])[2, 31, 100]) Assert.All(network.Leader.Open.Services.Blocks.ReadBlock(height)!.Receipts, receipt => Assert.True(receipt.Succeeded));
        Assert.NotEqual(before.Validators.Count, node.Execution.Validators.Validators.Count); // the silent one was jailed
        Assert.Equal(network.Leader.Execution.Decided.Hash, node.Execution.Decided.Hash);
        Assert.Equal(network.Leader.Execution.ProposerSeed, node.Execution.ProposerSeed);
        (SnapshotManifest again, _) = Export(node); // and it serves a snapshot itself
        Assert.Equal(110UL, again.Height);
    }

    [Fact]
    public void ARestoredNodePunishesWhatWasSignedBeforeTheSnapshot()
    {
        var network = new SyncNetwork(epochBlocks: 10);
        network.Grow(25, Traffic);
        (SnapshotManifest manifest, List<byte[]> chunks) = Export(network.Leader);
        var store = new MemoryStore();
        Assert.Equal(SnapshotFault.None, Import(store, network, manifest, chunks).Fault);
        SyncNode node = network.NewNode(store);
        Validator guilty = Trusted(network, 12).Validators.Validators[1];
        EvidenceItem evidence = EvidenceItem.Of(Precommit(network, guilty, 12, 1), Precommit(network, guilty, 12, 2))!;
        Assert.True(node.Execution.Evidence.Add(evidence).IsAdded);
        Block block = node.Build();
        Assert.NotEqual(0, block.Evidence.Length);
        Certificate certificate = network.Certify(block, node.Execution.Validators);
        Assert.Equal(BlockVerdict.Valid, network.Leader.Execution.Execute(block));
        network.Leader.Execution.Commit(block.Hash, certificate);
        Assert.Null(node.Apply(block, certificate));
        Assert.DoesNotContain(node.Execution.Validators.Validators, one => one.Operator == guilty.Operator);
    }

    private static SignedVote Precommit(SyncNetwork network, Validator voter, ulong height, byte salt)
    {
        Hash256 hash = new(SHA256.HashData([salt]));
        byte[] signature = new byte[64];
        Dsdn.Chain.Crypto.Ed25519.Sign(SignBytes.Precommit(SyncNetwork.ChainId, network.Genesis.Block.Hash, height, 0, hash), network.SeedOf(voter.ConsensusKey.Span), signature);
        return new SignedVote(VoteKind.Precommit, height, 0, hash, -1, voter.Operator, signature);
    }

    [Fact]
    public void NodesThatSawOtherCertificatesWriteTheSameSnapshot()
    {
        var network = new SyncNetwork();
        SyncNode other = network.NewNode();
        for (int i = 0; i < 20; i++)
        {
            Block block = network.Leader.Build();
            Assert.Equal(BlockVerdict.Valid, other.Execution.Execute(block));
            other.Execution.Commit(block.Hash, network.Certify(block, other.Execution.Validators, signers: 3));
            network.Leader.Execution.Commit(block.Hash, network.Certify(block, network.Leader.Execution.Validators));
        }
        Assert.NotEqual(CertificateCodec.Encode(network.Leader.Execution.DecidedBy!), CertificateCodec.Encode(other.Execution.DecidedBy!));
        Assert.Equal(Export(network.Leader).Manifest.Hash, Export(other).Manifest.Hash);
    }

    [Fact]
    public void EveryChunkWithAFlippedBitIsRefused()
    {
        (_, SnapshotManifest manifest, List<byte[]> chunks) = Made.Value;
        SnapshotImport import = SnapshotImport.Open(new MemoryStore(), manifest);
        var random = new Random(5);
        for (int chunk = 0; chunk < chunks.Count; chunk++)
        {
            for (int trial = 0; trial < 50; trial++)
            {
                byte[] flipped = (byte[])chunks[chunk].Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                Assert.Equal(SnapshotFault.BadChunk, import.Add(chunk, flipped));
            }
            Assert.False(import.Has(chunk));
        }
    }

    [Fact]
    public void ASnapshotThatOmitsOneRecordOrAccountIsRefusedWholeWhateverItsManifestSays()
    {
        (SyncNetwork network, SnapshotManifest manifest, List<byte[]> chunks) = Made.Value;
        List<byte[]> pairs = Pairs(chunks);
        int[] omitted = [.. Enumerable.Range(0, pairs.Count).Where(i => pairs[i][0] is (byte)'A' or (byte)'R').Where((_, i) => i % 11 == 0)];
        Assert.Contains(omitted, i => pairs[i][0] == (byte)'A');
        Assert.Contains(omitted, i => pairs[i][0] == (byte)'R');
        foreach (int gone in omitted)
        {
            byte[] chunk = [.. pairs.Where((_, i) => i != gone).SelectMany(pair => pair)];
            SnapshotManifest lying = manifest with { Chunks = [new Hash256(SHA256.HashData(chunk))] };
            var store = new MemoryStore();
            Assert.Equal(SnapshotFault.WrongRoot, Import(store, network, lying, [chunk]).Fault);
            Assert.Contains("DSDN-E-STATE-IMPORT", Assert.Throws<StorageException>(() => network.NewNode(store)).Message);
        }
    }

    [Fact]
    public void BlocksThatTheValidatorsDidNotSignAreRefused()
    {
        (SyncNetwork network, SnapshotManifest manifest, List<byte[]> chunks) = Made.Value;
        List<byte[]> pairs = Pairs(chunks);
        int part = pairs.FindIndex(pair => pair[0] == (byte)'B');
        var random = new Random(3);
        for (int trial = 0; trial < 60; trial++)
        {
            byte[] changed = (byte[])pairs[part].Clone();
            changed[random.Next(9, changed.Length)] ^= (byte)(1 << random.Next(8));
            byte[] chunk = [.. pairs.SelectMany((pair, i) => i == part ? changed : pair)];
            SnapshotManifest lying = manifest with { Chunks = [new Hash256(SHA256.HashData(chunk))] };
            (SnapshotFault fault, string detail) = Import(new MemoryStore(), network, lying, [chunk]);
            Assert.Equal(SnapshotFault.WrongBlocks, fault);
            Assert.NotEmpty(detail);
        }
    }

    [Fact]
    public void ASnapshotOfAnotherHeadThanTheTrustedOneIsRefused()
    {
        (SyncNetwork network, SnapshotManifest manifest, List<byte[]> chunks) = Made.Value;
        var store = new MemoryStore();
        SnapshotImport import = SnapshotImport.Open(store, manifest);
        for (int chunk = 0; chunk < chunks.Count; chunk++) import.Add(chunk, chunks[chunk]);
        Assert.Equal(SnapshotFault.WrongBlocks, ChainSnapshot.Finish(import, store, network.Genesis, Trusted(network, manifest.Height - 1), [], out _));
    }

    [Fact]
    public void CometBft1077AndCometBft4977ACrashAtAnyWriteLeavesANodeThatResumesAndNeverStartsAtGenesis()
    {
        (SyncNetwork network, SnapshotManifest manifest, List<byte[]> chunks) = Made.Value;
        List<byte[]> small = Split(Pairs(chunks), 40);
        SnapshotManifest fine = manifest with { Chunks = [.. small.Select(chunk => new Hash256(SHA256.HashData(chunk)))] };
        int crashes = 0;
        for (int writes = 0; ; writes++)
        {
            var disk = new MemoryStore();
            bool crashed = false;
            try
            {
                Import(new DyingStore(disk, writes), network, fine, small);
            }
            catch (DyingStore.Died)
            {
                crashed = true;
            }
            disk.Crash();
            if (!crashed)
            {
                Assert.Equal(fine.Height, network.NewNode(disk).Height);
                break;
            }
            crashes++;
            if (writes > 0) Assert.Contains("DSDN-E-STATE-IMPORT", Assert.Throws<StorageException>(() => network.NewNode(disk)).Message);
            Assert.Equal((SnapshotFault.None, ""), Import(disk, network, fine, small));
            Assert.Equal(network.Leader.Execution.Decided.Hash, network.NewNode(disk).Execution.Decided.Hash);
        }
        Assert.InRange(crashes, small.Count + 2, 100);
    }

    [Fact]
    public void ASeedOlderThanTheHeadersComesAsALightBlock()
    {
        var network = new SyncNetwork(validators: 1, epochBlocks: 300);
        network.Grow(610);
        (SnapshotManifest manifest, List<byte[]> chunks) = Export(network.Leader);
        var store = new MemoryStore();
        Assert.Equal((SnapshotFault.None, ""), Import(store, network, manifest, chunks));
        SyncNode node = network.NewNode(store);
        Assert.NotEqual(network.Genesis.Block.Hash, node.Execution.ProposerSeed);
        Assert.Equal(network.Leader.Execution.ProposerSeed, node.Execution.ProposerSeed);
        Assert.NotNull(node.Open.Services.Blocks.ReadHeader(300));
        Assert.Null(node.Open.Services.Blocks.ReadHeader(301));
    }

    internal static List<byte[]> Pairs(IEnumerable<byte[]> chunks)
    {
        var pairs = new List<byte[]>();
        foreach (byte[] chunk in chunks)
        {
            for (int at = 0; at < chunk.Length;)
            {
                int key = (chunk[at + 1] << 8) | chunk[at + 2];
                int value = (chunk[at + 3 + key] << 24) | (chunk[at + 4 + key] << 16) | (chunk[at + 5 + key] << 8) | chunk[at + 6 + key];
                pairs.Add(chunk[at..(at + 7 + key + value)]);
                at += 7 + key + value;
            }
        }
        return pairs;
    }

    internal static List<byte[]> Split(List<byte[]> pairs, int perChunk) => [.. pairs.Chunk(perChunk).Select(some => some.SelectMany(pair => pair).ToArray())];

    /// <summary>A process that is killed before its n-th write reaches the disk.</summary>
    private sealed class DyingStore(MemoryStore disk, int writes) : IKeyValueStore
    {
        private int _left = writes;

        public sealed class Died : Exception;

        public void Write(IWriteBatch batch, bool sync)
        {
            if (_left-- == 0) throw new Died();
            disk.Write(batch, sync);
        }

        public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => disk.Get(family, key);
        public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value) => disk.TryGet(family, key, out value);
        public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys) => disk.MultiGet(family, keys);
        public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false) => disk.Scan(family, from, to, descending);
        public IWriteBatch CreateBatch() => disk.CreateBatch();
        public IKeyValueSnapshot Snapshot() => disk.Snapshot();
        public void Checkpoint(string directory) => disk.Checkpoint(directory);
        public long ApproximateBytes(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => disk.ApproximateBytes(family, from, to);
        public void Compact(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => disk.Compact(family, from, to);
        public void Dispose()
        {
        }
    }
}
