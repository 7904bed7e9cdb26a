using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Execution;

/// <summary>Block 0 and the state it starts from, as the genesis builder makes them.</summary>
/// <param name="State">Accounts and records, ascending, none empty.</param>
public sealed record GenesisBlock(ulong ChainId, ChainParams Parameters, Block Block, StateChanges State)
{
    /// <param name="timestamp">Seconds.</param>
    /// <param name="extraData">Binds the spec: <see cref="BlockHashes.GenesisExtraData"/>. It is the first beacon too.</param>
    public static GenesisBlock Make(ulong chainId, ChainParams parameters, ulong timestamp, Amount baseFee, Hash256 extraData, StateChanges state)
    {
        using var scratch = new MemoryStore();
        StateStore tree = StateStore.Open(scratch, new StateOptions());
        var header = new Header
        {
            ParentHash = Hash256.Zero,
            Coinbase = Address.Zero,
            StateRoot = tree.Derive(tree.Current, state).Root,
            TransactionsRoot = OrderedTrie.EmptyRoot,
            ReceiptsRoot = OrderedTrie.EmptyRoot,
            LogsBloom = Bloom.Empty,
            Number = 0,
            GasLimit = parameters.BlockGasMax,
            GasUsed = 0,
            Timestamp = timestamp,
            ExtraData = extraData,
            MixHash = extraData,
            BaseFeePerGas = baseFee,
        };
        return new GenesisBlock(chainId, parameters, new Block(HeaderCodec.Hash(header), header, null, [], null, default, default), state);
    }
}
