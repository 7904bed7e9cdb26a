using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Storage;

/// <summary>Rows of blocks that this node did not execute: headers with their certificates and sets, and a head with its body.</summary>
internal static class BlockImport
{
    /// <param name="head">Decided, with its receipts.</param>
    public static void StageHead(IWriteBatch batch, ChainStore blocks, Block genesis, BlockData head, Certificate certificate, ValidatorSet deciders, ValidatorSet next)
    {
        blocks.Stage(batch, new BlockData(genesis, [], BlockCodec.EthereumSize(genesis.Header, [])), null, next);
        batch.Delete(ColumnFamily.Bodies, StoreKeys.OfHeight(0));
        batch.Delete(ColumnFamily.Receipts, StoreKeys.OfHeight(0));
        blocks.Stage(batch, head, certificate, next);
        StageSet(batch, deciders);
        batch.Put(ColumnFamily.Meta, StoreKeys.OldestBody, StoreKeys.OfHeight(head.Block.Header.Number));
    }

    public static void StageHeader(IWriteBatch batch, Header header, ConsensusHeader consensus, Certificate certificate)
    {
        Hash256 hash = HeaderCodec.Hash(header);
        var block = new Block(hash, header, consensus, [], null, default, default);
        batch.Put(ColumnFamily.Headers, StoreKeys.Header(header.Number), HeaderRecord.Encode(block, 0)); // its body is not here, so neither is its size
        batch.Put(ColumnFamily.Headers, StoreKeys.NumberOf(hash), StoreKeys.OfHeight(header.Number));
        batch.Put(ColumnFamily.Headers, StoreKeys.Certificate(header.Number), CertificateCodec.Encode(certificate));
    }

    public static void StageSet(IWriteBatch batch, ValidatorSet set) =>
        batch.Put(ColumnFamily.Headers, StoreKeys.Validators(BlockHashes.Validators(set)), ValidatorsRecord.Encode(set));
}
