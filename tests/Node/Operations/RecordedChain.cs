using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Genesis;
using Dsdn.Modules;
using Dsdn.Node.Configuration;

namespace Dsdn.Node.Tests.Operations;

/// <summary>The data folder of a devnet validator that made some blocks, one transfer each, and stopped.</summary>
internal sealed class RecordedChain : IDisposable, ITransactionSource
{
    private static readonly NetworkGenesis Network = NetworkGenesis.Load("devnet");

    private readonly List<Transaction> _waiting = [];

    public RecordedChain(int blocks, int dataBytes = 0)
    {
        using DataFolder folder = DataFolder.Open(Path);
        using RocksDbStore store = RocksDbStore.Open(folder.Chain);
        Continue(store, blocks, dataBytes);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("dsdn-operations-").FullName;

    public string Chain => System.IO.Path.Combine(Path, "chain");

    public Block Head { get; private set; } = Network.Genesis.Block;

    public static GenesisBlock Genesis => Network.Genesis;

    public static OpenChain Open(IKeyValueStore store) =>
        ChainOpening.Open(store, new StateOptions { CachedAccountsMax = 64, CachedRecordsMax = 64 }, Network.Genesis, DsdnModules.Kernel(), Sequential.Instance);

    public void Continue(IKeyValueStore store, int blocks, int dataBytes = 0)
    {
        OpenChain chain = Open(store);
        Certificate? certificate = chain.HeadCertificate;
        ChainExecution execution = chain.Execution(this, NoTransactions.Instance);
        byte[] seed = DevnetKeys.ConsensusSeed(0);
        byte[] key = DevnetKeys.PrivateKey(0);
        for (int i = 0; i < blocks; i++)
        {
            ulong height = execution.Decided.Header.Number + 1;
            _waiting.Clear();
            _waiting.Add(Transfer(key, height - 1, Data((int)height, dataBytes)));
            Block block = execution.Build(new BuildRequest(0, execution.Validators.Validators[0].Operator, certificate));
            Assert.Contains(block.Transactions, transaction => transaction.Hash == _waiting[0].Hash);
            byte[] signature = new byte[64];
            Ed25519.Sign(SignBytes.Precommit(Network.Genesis.ChainId, Network.Genesis.Block.Hash, height, 0, block.Hash), seed, signature);
            certificate = new Certificate(height, 0, block.Hash, new byte[] { 1 }, [signature]);
            execution.Commit(block.Hash, certificate);
        }
        Head = execution.Decided;
    }

    /// <summary>Writes straight into the store, past everything that keeps it right.</summary>
    public void Harm(Action<IKeyValueStore, IWriteBatch> harm)
    {
        using RocksDbStore store = RocksDbStore.Open(Chain);
        using IWriteBatch batch = store.CreateBatch();
        harm(store, batch);
        store.Write(batch, sync: true);
    }

    public IReadOnlyList<Transaction> Candidates(Amount baseFee, int countMax, int bytesMax) => [.. _waiting];

    public Transaction? Find(in Hash256 hash) => null;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static Transaction Transfer(byte[] key, ulong nonce, byte[] data) => new TransactionDraft
    {
        Type = TransactionType.DynamicFee, ChainId = Network.Genesis.ChainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(100).BaseUnits,
        MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits, GasLimit = 21_000 + (40 * (ulong)data.Length), To = DevnetKeys.Account(1), Value = 1 + nonce, Data = data,
    }.Sign(key) ?? throw new InvalidOperationException("key");

    /// <summary>Bytes that do not compress, the same each time.</summary>
    private static byte[] Data(int seed, int length)
    {
        byte[] data = new byte[length];
        uint x = (uint)seed * 2_654_435_761u | 1;
        for (int i = 0; i < length; i++)
        {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            data[i] = (byte)x;
        }
        return data;
    }
}
