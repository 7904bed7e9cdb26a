using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Storage;

/// <summary>
/// Blocks, receipts, certificates, validator sets and indexes on a store. One thread stages; any number read. Readers see a
/// height as soon as its batch is written: callers bound what they ask for by the head they hold.
/// </summary>
public sealed class ChainStore
{
    private const ulong SchemaVersion = 1;
    private const int LocationBytes = sizeof(ulong) + sizeof(uint);

    private readonly IKeyValueStore _store;
    private readonly LogIndexWriter _logWriter;
    private readonly LogIndexReader _logReader;

    /// <exception cref="StorageException">written by a newer program</exception>
    public ChainStore(IKeyValueStore store)
    {
        _store = store;
        _logWriter = new LogIndexWriter(store);
        _logReader = new LogIndexReader(store);
        if (ReadNumber(StoreKeys.Schema) is { } schema && schema != SchemaVersion)
            throw new StorageException($"DSDN-E-STORE-SCHEMA: the store has schema {schema}, this program reads {SchemaVersion}");
    }

    /// <summary>The height marker; null on an empty store.</summary>
    public ulong? Height => ReadNumber(StoreKeys.Height);

    public Hash256? GenesisHash => _store.Get(ColumnFamily.Meta, StoreKeys.GenesisHash) is { } hash ? new Hash256(hash) : null;

    /// <summary>Lowest height whose body and receipts are kept.</summary>
    public ulong OldestBody => ReadNumber(StoreKeys.OldestBody) ?? 0;

    /// <summary>Adds all of a block but its state to the batch that decides it.</summary>
    /// <param name="certificate">Null only for block 0.</param>
    /// <param name="next">The set that votes on the block after it.</param>
    public void Stage(IWriteBatch batch, BlockData data, Certificate? certificate, ValidatorSet next)
    {
        Block block = data.Block;
        ulong height = block.Header.Number;
        byte[] heightKey = StoreKeys.OfHeight(height);
        batch.Put(ColumnFamily.Headers, StoreKeys.Header(height), HeaderRecord.Encode(block, data.Size));
        batch.Put(ColumnFamily.Headers, StoreKeys.NumberOf(block.Hash), heightKey);
        if (certificate is not null) batch.Put(ColumnFamily.Headers, StoreKeys.Certificate(height), CertificateCodec.Encode(certificate));
        StageValidators(batch, next);
        batch.Put(ColumnFamily.Bodies, heightKey, BodyRecord.Encode(block));
        batch.Put(ColumnFamily.Receipts, heightKey, ReceiptsRecord.Encode(data.Receipts));
        StageLocations(batch, height, block.Transactions);
        _logWriter.Stage(batch, height, data.Receipts);
        batch.Put(ColumnFamily.Meta, StoreKeys.Height, heightKey);
        if (height != 0) return;
        batch.Put(ColumnFamily.Meta, StoreKeys.GenesisHash, block.Hash.Span);
        batch.Put(ColumnFamily.Meta, StoreKeys.Schema, StoreKeys.OfHeight(SchemaVersion));
    }

    /// <summary>Null where none is stored.</summary>
    public StoredHeader? ReadHeader(ulong height) =>
        _store.Get(ColumnFamily.Headers, StoreKeys.Header(height)) is { } record ? HeaderRecord.Decode(record, height) : null;

    /// <summary>Null where none is stored or the body was pruned. Transactions and receipts are decoded as they are asked for.</summary>
    public BlockData? ReadBlock(ulong height)
    {
        if (ReadHeader(height) is not { } head) return null;
        byte[] key = StoreKeys.OfHeight(height);
        if (_store.Get(ColumnFamily.Bodies, key) is not { } bodyRecord) return null;
        if (_store.Get(ColumnFamily.Receipts, key) is not { } receiptsRecord) return null;
        StoredBody body = BodyRecord.Decode(bodyRecord, height);
        StoredReceipts receipts = ReceiptsRecord.Decode(receiptsRecord, body.Transactions, height);
        var block = new Block(head.Hash, head.Header, head.Consensus, body.Transactions, body.LastCommit, body.Evidence, body.VrfProof);
        return new BlockData(block, receipts, head.Size);
    }

    public ulong? NumberOf(in Hash256 blockHash) => ReadNumber(ColumnFamily.Headers, StoreKeys.NumberOf(blockHash));

    public TransactionLocation? Locate(in Hash256 transactionHash)
    {
        if (!_store.TryGet(ColumnFamily.TransactionIndex, transactionHash.Span, out PinnedValue value)) return null;
        using (value)
        {
            if (value.Span.Length != LocationBytes) throw new StoreCorruptException($"location of transaction {transactionHash}");
            return new TransactionLocation(
                BinaryPrimitives.ReadUInt64BigEndian(value.Span), BinaryPrimitives.ReadUInt32BigEndian(value.Span[sizeof(ulong)..]));
        }
    }

    /// <summary>The certificate with which the block was decided here; the one in the next block may name other signers.</summary>
    public Certificate? ReadCertificate(ulong height)
    {
        if (_store.Get(ColumnFamily.Headers, StoreKeys.Certificate(height)) is not { } record) return null;
        return CertificateCodec.TryDecode(record, out Certificate? certificate) ? certificate : throw new StoreCorruptException($"certificate of block {height}");
    }

    /// <summary>A set that was ever in force, by its hash.</summary>
    public ValidatorSet? ReadValidators(in Hash256 validatorsHash) =>
        _store.Get(ColumnFamily.Headers, StoreKeys.Validators(validatorsHash)) is { } record ? ValidatorsRecord.Decode(record) : null;

    /// <summary>Blocks of the filter's range that may hold matching logs, ascending.</summary>
    public IEnumerable<ulong> CandidateBlocks(LogFilter filter) => _logReader.Candidates(filter);

    private void StageValidators(IWriteBatch batch, ValidatorSet set)
    {
        byte[] key = StoreKeys.Validators(BlockHashes.Validators(set));
        if (_store.Get(ColumnFamily.Headers, key) is null) batch.Put(ColumnFamily.Headers, key, ValidatorsRecord.Encode(set));
    }

    private static void StageLocations(IWriteBatch batch, ulong height, IReadOnlyList<Transaction> transactions)
    {
        Span<byte> location = stackalloc byte[LocationBytes];
        BinaryPrimitives.WriteUInt64BigEndian(location, height);
        for (int i = 0; i < transactions.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(location[sizeof(ulong)..], (uint)i);
            batch.Put(ColumnFamily.TransactionIndex, transactions[i].Hash.Span, location);
        }
    }

    private ulong? ReadNumber(byte[] metaKey) => ReadNumber(ColumnFamily.Meta, metaKey);

    private ulong? ReadNumber(ColumnFamily family, byte[] key)
    {
        if (_store.Get(family, key) is not { } value) return null;
        if (value.Length != sizeof(ulong)) throw new StoreCorruptException($"number of {value.Length} bytes");
        return BinaryPrimitives.ReadUInt64BigEndian(value);
    }
}
