using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.View;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>
/// One recorded history of all kinds of transactions. Hash tables are seeded anew in every process, so a hash that is the
/// same in every run cannot depend on their order. Changing a hash here breaks every existing chain.
/// </summary>
public sealed class GoldenChainTests
{
    private const string Genesis = "0x785dbbc8a297530b7aefe7b880a9ad58e9f29c566572ffffdc71a9b51b0cb33b";
    private const string Head = "0x27294c1f451753758773870319abb438f36d5808bb3a79d29b3c9c63546bcada";

    [Fact]
    public void RecordedHistoryHasItsRecordedHashes()
    {
        foreach (int threads in new[] { 1, 2 })
        {
            var chain = new TestChain(configure: kernel => (kernel.BeginWrites, kernel.EndWrites) = (h => h % 3 == 0, h => h % 4 == 0), parallel: new ThreadParallel(threads));
            Assert.Equal(Genesis, chain.Genesis.Block.Hash.ToString());
            for (ulong height = 1; height <= 12; height++)
            {
                var transactions = new List<Transaction>();
                for (int from = 0; from < 10; from++)
                {
                    Address to = from % 2 == 0 ? new Address(new byte[19].Append((byte)(from + (int)height)).ToArray()) : FakeKernel.Module;
                    byte[]? data = from % 2 == 0 ? null : [(byte)((from + (int)height) % 10), (byte)height, (byte)from];
                    transactions.Add(TestChain.Send(from, height - 1, to, 1_000 + height, data, gas: data is null ? 21_000UL : 200_000, tipGwei: (ulong)from));
                }
                chain.Step([.. transactions]);
            }
            Assert.Equal(Head, chain.Head.Block.Hash.ToString());
        }
    }

    [Fact]
    public void RecordedHistoryIsTheSameUnderAnotherCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NegativeSign = "~";
        strange.NumberFormat.NumberGroupSeparator = "'";
        strange.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = strange;
        try
        {
            RecordedHistoryHasItsRecordedHashes();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void OrderInMemoryDoesNotReachTheBlock()
    {
        var one = new TestChain();
        var two = new TestChain();
        two.Head.State.TryGetAccount(TestChain.Account(7), out _); // another order of reads
        for (int i = 9; i >= 0; i--) two.Head.State.TryGetAccount(TestChain.Account(i), out _);
        Transaction[] transactions = [.. Enumerable.Range(0, 10).Select(i => TestChain.Send(i, 0, TestChain.Account((i + 1) % 10), 5))];
        Assert.Equal(one.Step(transactions).Block.Hash, two.Step(transactions).Block.Hash);
    }
}
