using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Tests.Trie;

public sealed class OrderedTrieTests
{
    public static TheoryData<int> Counts => [0, 1, 2, 3, 15, 16, 17, 126, 127, 128, 129, 130, 255, 256, 257, 258, 271, 272, 273, 511, 512, 513, 1_000, 4_095, 4_097];

    [Theory]
    [MemberData(nameof(Counts))]
    public void RootEqualsTheNaiveTrieWhereverTheKeysChangeLength(int count)
    {
        var random = new Random(count);
        foreach (int bytesMax in new[] { 4, 40, 200 }) // inlined nodes, mixed, hashed leaves
        {
            byte[][] items = [.. Enumerable.Range(0, count).Select(_ => Bytes(random, random.Next(1, bytesMax)))];
            Assert.Equal(NaiveTrie.OrderedRoot(items), Root(items));
        }
    }

    [Fact]
    public void RootOfALargeBlockEqualsTheNaiveTrie()
    {
        var random = new Random(7);
        byte[][] items = [.. Enumerable.Range(0, 6_000).Select(_ => Bytes(random, 110))];
        Assert.Equal(NaiveTrie.OrderedRoot(items), Root(items));
    }

    [Fact]
    public void ThirdKeyByteBeginsAt65536()
    {
        byte[][] items = [.. Enumerable.Range(0, 65_540).Select(i => BitConverter.GetBytes(i + 1))];
        Assert.Equal(NaiveTrie.OrderedRoot(items), Root(items));
    }

    [Fact]
    public void EmptyBlockHasTheWellKnownRoot()
    {
        Assert.Equal(OrderedTrie.EmptyRoot, OrderedTrie.TransactionsRoot([]));
        Assert.Equal("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421", OrderedTrie.ReceiptsRoot([]).ToString());
    }

    [Fact]
    public void TransactionsAndReceiptsAreCommittedByTheirEncodings()
    {
        Transaction[] transactions = [.. Enumerable.Range(0, 20).Select(i => Signed.Transfer(i % 3, (ulong)i))];
        Receipt[] receipts = [.. transactions.Select((t, i) => new Receipt(t.Type, i % 2 == 0, 21_000, 21_000 * (ulong)(i + 1), Bloom.Empty, []))];
        Assert.Equal(NaiveTrie.OrderedRoot([.. transactions.Select(t => t.Raw.ToArray())]), OrderedTrie.TransactionsRoot(transactions));
        Assert.Equal(NaiveTrie.OrderedRoot([.. receipts.Select(ReceiptCodec.Encode)]), OrderedTrie.ReceiptsRoot(receipts));
    }

    private static Hash256 Root(byte[][] items)
    {
        int[] offsets = new int[items.Length + 1];
        for (int i = 0; i < items.Length; i++) offsets[i + 1] = offsets[i] + items[i].Length;
        return OrderedTrie.Root(items.SelectMany(item => item).ToArray(), offsets);
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
