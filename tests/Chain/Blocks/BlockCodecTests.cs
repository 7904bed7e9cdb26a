using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Codecs;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Blocks;

public sealed class BlockCodecTests
{
    private const int BytesMax = 4 * 1024 * 1024;

    [Fact]
    public void HeaderIsTheSixteenFieldsOfLondonInOrder()
    {
        Header header = Samples.Header();
        RlpTree tree = RlpTree.Decode(HeaderCodec.Encode(header))!;
        string[] fields = [.. tree.Items!.Select(item => Hex.Encode(item.Bytes))];
        Assert.Equal(
            [
                header.ParentHash.ToString(), Header.OmmersHash.ToString(), header.Coinbase.ToString(), header.StateRoot.ToString(),
                header.TransactionsRoot.ToString(), header.ReceiptsRoot.ToString(), Hex.Encode(header.LogsBloom.Span), "0x", "0x2a",
                "0x1908b100", "0x5208", "0x6553f100", header.ExtraData.ToString(), header.MixHash.ToString(), "0x0000000000000000", "0x3b9aca00",
            ],
            fields);
        Assert.Equal(Keccak.Hash(HeaderCodec.Encode(header)), HeaderCodec.Hash(header));
        Assert.True(HeaderCodec.TryDecode(HeaderCodec.Encode(header), out Header? read));
        Assert.Equal(header, read);
    }

    [Theory]
    [InlineData(1)] // ommers
    [InlineData(7)] // difficulty
    [InlineData(14)] // nonce
    public void ConstantFieldsOfTheHeaderMustHoldTheirConstants(int field)
    {
        RlpTree tree = RlpTree.Decode(HeaderCodec.Encode(Samples.Header()))!;
        byte[] other = tree.Items![field].Bytes.Length == 0 ? [1] : [.. tree.Items[field].Bytes.Select(b => (byte)(b ^ 1))];
        tree.Items[field] = new RlpTree(other, null);
        Assert.False(HeaderCodec.TryDecode(RlpTree.Encode(tree), out _));
    }

    [Fact]
    public void BlockComesBackWholeFromItsBytes()
    {
        Block block = Samples.Block(transactions: 12);
        byte[] encoded = BlockCodec.Encode(block);
        Assert.True(BlockCodec.TryDecode(encoded, BytesMax, out Block? read));
        Assert.Equal(block.Hash, read.Hash);
        Assert.Equal(block.Consensus, read.Consensus);
        Assert.Equal(block.Transactions.Select(t => t.Hash), read.Transactions.Select(t => t.Hash));
        Assert.Equal(BlockHashes.LastCommit(block.LastCommit), BlockHashes.LastCommit(read.LastCommit));
        Assert.Equal(Hex.Encode(encoded), Hex.Encode(BlockCodec.Encode(read)));
        Assert.Equal(TransactionType.System, read.Transactions[^1].Type);
    }

    [Fact]
    public void GenesisBlockHasNeitherConsensusHeaderNorCommit()
    {
        Block genesis = Samples.Block(transactions: 0) with { Consensus = null, LastCommit = null };
        Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(genesis), BytesMax, out Block? read));
        Assert.Null(read.Consensus);
        Assert.Null(read.LastCommit);
    }

    [Fact]
    public void BlockAboveItsByteLimitIsRefused()
    {
        byte[] encoded = BlockCodec.Encode(Samples.Block(transactions: 3));
        Assert.True(BlockCodec.TryDecode(encoded, encoded.Length, out _));
        Assert.False(BlockCodec.TryDecode(encoded, encoded.Length - 1, out _));
    }

    [Fact]
    public void DamagedBlocksAreRefusedOrDecodeToWhatTheyEncode()
    {
        byte[] encoded = BlockCodec.Encode(Samples.Block(transactions: 2));
        for (int length = 0; length < encoded.Length; length++) Assert.False(BlockCodec.TryDecode(encoded.AsMemory(0, length), BytesMax, out _));
        for (int i = 0; i < encoded.Length; i++)
        {
            byte[] changed = (byte[])encoded.Clone();
            changed[i] ^= 0x41;
            if (BlockCodec.TryDecode(changed, BytesMax, out Block? read)) Assert.Equal(Hex.Encode(changed), Hex.Encode(BlockCodec.Encode(read)));
        }
    }

    [Fact]
    public void SizeForEthereumCountsHeaderTransactionsAndNoOmmers()
    {
        Transaction[] transactions = [Signed.Transfer(0, 0), Signed.Of(Signed.Draft(1) with { Type = TransactionType.Legacy })];
        Header header = Samples.Header();
        RlpTree block = new([], [
            RlpTree.Decode(HeaderCodec.Encode(header))!,
            new RlpTree([], [new RlpTree(transactions[0].Raw.ToArray(), null), RlpTree.Decode(transactions[1].Raw.Span)!]),
            new RlpTree([], []),
        ]);
        Assert.Equal((ulong)RlpTree.Encode(block).Length, BlockCodec.EthereumSize(header, transactions));
    }
}
