using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Execution;

/// <summary>Opens the chain on a store: writes block 0 into an empty one, else checks that the last block is all there.</summary>
public static class ChainOpening
{
    /// <exception cref="StorageException">another chain's store, or one that is not what was written</exception>
    public static OpenChain Open(IKeyValueStore store, StateOptions options, GenesisBlock genesis, IModuleKernel kernel, IParallel parallel)
    {
        var blocks = new ChainStore(store);
        StateStore state = StateStore.Open(store, options);
        var chain = new ChainConstants(genesis.ChainId, genesis.Parameters, genesis.Block.Hash);
        var services = new ChainServices(store, state, blocks, chain, kernel, parallel);
        if (blocks.Height is null)
        {
            if (state.HasGenesis) throw new StoreCorruptException("there is a state but no block");
            WriteGenesis(services, genesis);
        }
        if (blocks.GenesisHash is not { } stored || stored != genesis.Block.Hash)
            throw new StorageException($"DSDN-E-GENESIS-MISMATCH: the store begins with block {blocks.GenesisHash}, the genesis is {genesis.Block.Hash}");
        return Resume(services);
    }

    private static void WriteGenesis(ChainServices services, GenesisBlock genesis)
    {
        StateVersion version = services.State.Derive(services.State.Current, genesis.State);
        if (version.Root != genesis.Block.Header.StateRoot) throw new ArgumentException("the genesis header does not name the genesis state");
        var data = new BlockData(genesis.Block, [], BlockCodec.EthereumSize(genesis.Block.Header, []));
        var flat = new StateOverlay(services.State.Head);
        foreach ((Address address, Account account) in genesis.State.Accounts) flat.SetAccount(address, account);
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in genesis.State.Records) flat.SetRecord(key, value);
        using IWriteBatch batch = services.Store.CreateBatch();
        services.Blocks.Stage(batch, data, null, services.Kernel.Validators(flat));
        services.State.Stage(batch, 0, version, genesis.State);
        services.Store.Write(batch, sync: true);
        services.State.Promote(version);
    }

    /// <summary>Trusts no marker without its data (chain-decisions 1.8).</summary>
    private static OpenChain Resume(ChainServices services)
    {
        ulong height = services.Blocks.Height ?? throw new StoreCorruptException("no height");
        BlockData data = services.Blocks.ReadBlock(height) ?? throw new StoreCorruptException($"block {height} is marked but not there");
        Block block = data.Block;
        Require(HeaderCodec.Hash(block.Header) == block.Hash, height, "header and hash differ");
        Require(services.Blocks.NumberOf(block.Hash) == height, height, "hash index");
        Require(OrderedTrie.TransactionsRoot(block.Transactions) == block.Header.TransactionsRoot, height, "transactions");
        Require(OrderedTrie.ReceiptsRoot(data.Receipts) == block.Header.ReceiptsRoot, height, "receipts");
        Require(services.State.HasGenesis && services.State.Height == height, height, $"the state is at {services.State.Height}");
        Require(services.State.Current.Root == block.Header.StateRoot, height, $"state root {services.State.Current.Root}, header {block.Header.StateRoot}");

        IStateView state = services.State.Head;
        ValidatorSet next = services.Kernel.Validators(state);
        ValidatorSet deciders = new([]);
        Certificate? certificate = services.Blocks.ReadCertificate(height);
        if (block.Consensus is { } consensus)
        {
            Require(BlockHashes.ExtraData(consensus) == block.Header.ExtraData, height, "consensus header");
            Require(BlockHashes.Validators(next) == consensus.NextValidatorsHash, height, "next validators");
            deciders = services.Blocks.ReadValidators(consensus.ValidatorsHash) ?? throw new StoreCorruptException($"block {height}: validator set {consensus.ValidatorsHash}");
            Require(certificate is not null && CertificateRules.Check(certificate, height, block.Hash, deciders) is null, height, "certificate");
        }
        return new OpenChain(services, new ChainHead(data, state), new Tip(block, services.State.Current, state, certificate, deciders, next));
    }

    private static void Require(bool holds, ulong height, string what)
    {
        if (!holds) throw new StoreCorruptException($"block {height}: {what}");
    }
}

/// <summary>A chain that was opened and not yet given to its readers and its execution.</summary>
public sealed class OpenChain
{
    private readonly Tip _tip;

    internal OpenChain(ChainServices services, ChainHead head, Tip tip)
    {
        Services = services;
        Head = head;
        _tip = tip;
    }

    public ChainServices Services { get; }

    public ChainHead Head { get; }

    /// <summary>Of the block after <see cref="Head"/>.</summary>
    public Amount NextBaseFee => BaseFee.Next(Head.Block.Header, Services.Chain.Parameters);

    /// <summary>The certificate of the head: what the next block carries and what a validator resumes with; null at block 0.</summary>
    public Certificate? HeadCertificate => Services.Blocks.ReadCertificate(Head.Number);

    /// <summary>Make one only: it is the single writer.</summary>
    public ChainExecution Execution(ITransactionSource source, ICommitSink sink) => new(Services, _tip, source, sink);
}
