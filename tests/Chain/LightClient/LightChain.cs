using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.LightClient;

/// <summary>Headers and certificates of a chain without content, whose sets change as a function of the height.</summary>
internal sealed class LightChain
{
    public const ulong ChainId = 17847;
    public const ulong StartMs = 1_800_000_000_000;
    public const ulong IntervalMs = 1_000;

    public static readonly Hash256 GenesisHash = Keccak.Hash("light genesis"u8);
    public static readonly LightOptions Options = new(ChainId, GenesisHash, TrustPeriodMs: 1_000_000);

    private readonly List<LightBlock> _blocks = [];

    /// <param name="setAt">Keys that vote on a height.</param>
    /// <param name="fork">From this height on the blocks differ from those of a chain made without.</param>
    public LightChain(ulong length, Func<ulong, int[]> setAt, ulong fork = ulong.MaxValue)
    {
        Hash256 parent = GenesisHash;
        for (ulong height = 1; height <= length; height++)
        {
            LightBlock block = Make(height, parent, Set(setAt(height)), Set(setAt(height + 1)), height >= fork ? (byte)1 : (byte)0);
            _blocks.Add(block);
            parent = block.Hash;
        }
    }

    public LightBlock this[ulong height] => _blocks[(int)height - 1];

    public LightBlock? Find(ulong height) => height == 0 ? _blocks[^1] : height <= (ulong)_blocks.Count ? this[height] : null;

    public static ulong TimeOf(ulong height) => StartMs + (height * IntervalMs);

    public static byte[] Seed(int key) => Keccak.Hash([(byte)key, (byte)(key >> 8), 1]).ToArray();

    public static ValidatorSet Set(params int[] keys) => new([.. keys.Select(key =>
    {
        byte[] publicKey = new byte[32];
        Ed25519.PublicKey(Seed(key), publicKey);
        return new Validator(Address.FromNumber((ushort)key), publicKey, 10, Address.FromNumber((ushort)key));
    })]);

    public static LightBlock Make(ulong height, Hash256 parent, ValidatorSet set, ValidatorSet next, byte salt, int signers = int.MaxValue)
    {
        var consensus = new ConsensusHeader
        {
            Version = 1, ChainId = ChainId, Height = height, TimeMs = TimeOf(height), Proposer = set.Validators[0].Operator, LastCommitHash = default,
            ValidatorsHash = BlockHashes.Validators(set), NextValidatorsHash = BlockHashes.Validators(next), ParamsHash = default, EvidenceHash = default,
            VrfProofHash = default, Beacon = default, ModuleRootsHash = default, LogAnchorRoot = default,
        };
        return Sign(new Header
        {
            ParentHash = parent, Coinbase = default, StateRoot = Keccak.Hash([salt]), TransactionsRoot = default, ReceiptsRoot = default, LogsBloom = Bloom.Empty, Number = height,
            GasLimit = 1, GasUsed = 0, Timestamp = TimeOf(height) / 1000, ExtraData = BlockHashes.ExtraData(consensus), MixHash = default, BaseFeePerGas = Amount.Zero,
        }, consensus, set, next, signers);
    }

    public static LightBlock Sign(Header header, ConsensusHeader consensus, ValidatorSet set, ValidatorSet next, int signers = int.MaxValue)
    {
        Hash256 hash = HeaderCodec.Hash(header);
        byte[] message = SignBytes.Precommit(ChainId, GenesisHash, header.Number, 0, hash);
        byte[] bitmap = new byte[(set.Validators.Count + 7) / 8];
        var signatures = new List<ReadOnlyMemory<byte>>();
        for (int i = 0; i < Math.Min(signers, set.Validators.Count); i++)
        {
            byte[] signature = new byte[64];
            Ed25519.Sign(message, Seed(set.Validators[i].Operator.Span[19] + (set.Validators[i].Operator.Span[18] << 8)), signature);
            bitmap[i >> 3] |= (byte)(1 << (i & 7));
            signatures.Add(signature);
        }
        return new LightBlock(header, consensus, new Certificate(header.Number, 0, hash, bitmap, signatures), set, next);
    }
}
