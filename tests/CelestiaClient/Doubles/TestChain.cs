using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Tests.Doubles;

internal sealed record TestBlock(ExtendedHeader Header, SquareProver Prover, IReadOnlyList<VerifiedBlob> Blobs);

/// <summary>A chain with real squares, proofs and signed headers, whose validators a test chooses.</summary>
internal sealed class TestChain
{
    public const string Id = "test-da";

    private static readonly byte[][] Keys = [.. Enumerable.Range(1, 24).Select(static i => Bytes(32, i))];

    private readonly Lock _lock = new();
    private readonly List<TestBlock> _blocks = [];
    private readonly string _chainId;
    private int[] _keys = [0, 1, 2, 3];

    /// <param name="blocks">Empty ones to begin with.</param>
    /// <param name="startMs">Time of the first block; 0: so that the last of them is now.</param>
    public TestChain(int blocks = 3, string chainId = Id, ulong startMs = 0, ulong blockMs = 1_000)
    {
        _chainId = chainId;
        BlockMs = blockMs;
        StartMs = startMs == 0 ? NowMs() - ((ulong)blocks * blockMs) : startMs;
        for (int i = 0; i < blocks; i++) Add();
    }

    public ulong BlockMs { get; }

    public ulong StartMs { get; }

    public ulong Height
    {
        get
        {
            lock (_lock) return (ulong)_blocks.Count;
        }
    }

    public TestBlock At(ulong height)
    {
        lock (_lock) return _blocks[(int)height - 1];
    }

    /// <summary>From the block after the next on.</summary>
    public void ChangeValidators(params int[] keys)
    {
        int[] before = _keys;
        Add(before, keys, []);
        _keys = keys;
    }

    public ulong Add(params Blob[] blobs) => Add(_keys, _keys, blobs);

    public static Namespace Name(params byte[] id)
    {
        Assert.True(Namespace.TryUser(id, out Namespace name).IsValid);
        return name;
    }

    public static readonly Namespace Own = Name("own"u8.ToArray());

    public static Blob Blob(int bytes = 1_000, int seed = 1, Namespace? name = null)
    {
        DaVerdict verdict = Dsdn.Celestia.Shares.Blob.TryCreate(name ?? Own, Bytes(bytes, seed), out Blob? blob);
        Assert.True(verdict.IsValid, verdict.Detail);
        return blob!;
    }

    public static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static ulong NowMs() => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private ulong Add(int[] keys, int[] next, Blob[] blobs)
    {
        SquareBuilder builder = new(64);
        if (blobs.Length > 0) Assert.True(builder.TryAdd(new BlobTransaction(Bytes(200, 8), blobs)));
        Assert.True(SquareProver.TryCreate(ExtendedSquare.Extend(builder.Build().Square), out SquareProver? prover).IsValid);
        lock (_lock)
        {
            ulong height = (ulong)_blocks.Count + 1;
            ExtendedHeader header = Sign(prover!.Dah, height, keys, next, _blocks.Count > 0 ? _blocks[^1].Header : null);
            List<VerifiedBlob> placed = [];
            foreach (Namespace name in blobs.Select(static blob => blob.Namespace).Distinct())
            {
                Assert.True(NamespaceVerifier.Verify(prover.Dah, name, prover.ProveNamespace(name), out VerifiedNamespace? found).IsValid);
                placed.AddRange(found!.Blobs);
            }
            _blocks.Add(new TestBlock(header, prover, placed));
            return height;
        }
    }

    private ExtendedHeader Sign(DataAvailabilityHeader dah, ulong height, int[] keys, int[] next, ExtendedHeader? parent)
    {
        CelestiaValidators set = Set(keys);
        CelestiaHeader header = new(
            11, 9, _chainId, height, CometTime.FromUnixMs(StartMs + (height * BlockMs)), new BlockId(parent?.Hash, 1, parent?.Hash), null, dah.DataRoot(),
            set.Hash(), Set(next).Hash(), Hash256.Zero, new byte[32], null, null, set.Members[0].Address());
        CelestiaCommit commit = new(height, 0, new BlockId(header.Hash(), 1, Hash256.Zero), []);
        return new ExtendedHeader(header, commit with { Signatures = [.. keys.Select(key => Sign(commit, header, key))] }, set, dah);
    }

    private CommitSignature Sign(CelestiaCommit commit, CelestiaHeader header, int key)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(commit.SignBytes(_chainId, header.Time), Keys[key], signature);
        return new CommitSignature(CommitFlag.Commit, new CelestiaValidator(PublicOf(key), 1).Address(), header.Time, signature);
    }

    private static CelestiaValidators Set(int[] keys)
    {
        Assert.True(CelestiaValidators.TryCreate([.. keys.Select(static key => new CelestiaValidator(PublicOf(key), 10))], out CelestiaValidators? set).IsValid);
        return set!;
    }

    private static byte[] PublicOf(int key)
    {
        byte[] publicKey = new byte[32];
        Ed25519.PublicKey(Keys[key], publicKey);
        return publicKey;
    }
}
