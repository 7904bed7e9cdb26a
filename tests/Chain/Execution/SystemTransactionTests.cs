using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Tests.Execution;

public sealed class SystemTransactionTests
{
    [Fact]
    public void OrdinaryBlockHasNone()
    {
        Assert.Empty(new TestChain().Step().Block.Transactions);
    }

    [Fact]
    public void HooksThatWriteStandFirstAndLast()
    {
        var chain = new TestChain(configure: kernel => (kernel.BeginWrites, kernel.EndWrites) = (h => h % 2 == 0, h => h % 3 == 0));
        for (ulong height = 1; height <= 6; height++)
        {
            BlockData data = chain.Step(TestChain.Send(0, height - 1, TestChain.Account(1), 1));
            bool begins = height % 2 == 0, ends = height % 3 == 0;
            Assert.Equal(1 + (begins ? 1 : 0) + (ends ? 1 : 0), data.Block.Transactions.Count);
            Assert.Equal(begins, data.Block.Transactions[0].Type == TransactionType.System);
            Assert.Equal(ends, data.Block.Transactions[^1].Type == TransactionType.System);
            Assert.Equal(21_000UL, data.Block.Header.GasUsed);
            for (int i = 0; i < data.Receipts.Count; i++)
            {
                if (data.Block.Transactions[i].Type != TransactionType.System) continue;
                Assert.Equal((TransactionType.System, true, 0UL), (data.Receipts[i].Type, data.Receipts[i].Succeeded, data.Receipts[i].GasUsed));
                Assert.Single(data.Receipts[i].Logs);
                Assert.Equal(SystemTransaction.Sender, data.Block.Transactions[i].Sender);
            }
        }
    }

    [Fact]
    public void BlockThatDropsItsHookIsRefused()
    {
        static void Configure(FakeKernel kernel) => kernel.EndWrites = _ => true;
        var chain = new TestChain(configure: Configure);
        Block block = new TestChain(configure: Configure).Build(TestChain.GenesisSeconds * 1000 + 5000);
        Assert.Single(block.Transactions);
        Assert.Equal("DSDN-E-BLOCK-SYSTEM-TRANSACTION", chain.Execution.Execute(Reseal.With(block with { Transactions = [] }, block.Header with { TransactionsRoot = OrderedTrie.EmptyRoot }, block.Consensus)).Code);
        Assert.True(chain.Execution.Execute(block).IsValid);
    }

    [Fact]
    public void UserCannotSendOne()
    {
        var chain = new TestChain();
        BlockData data = chain.Step(SystemTransaction.Create(TestChain.ChainId, 1, SystemPhase.Begin));
        Assert.Empty(data.Block.Transactions);
    }

    /// <summary>chain-decisions 1.2: values, fees and Moved logs explain every balance.</summary>
    [Fact]
    public void ValuesFeesAndMovedLogsExplainEveryBalanceDelta()
    {
        Address payee = Address.FromNumber(0x9999);
        var chain = new TestChain(configure: kernel => (kernel.EndWrites, kernel.EndPays) = (h => h % 3 == 0, (payee, new Amount(12_345))));
        var random = new Random(4711);
        ulong[] nonces = new ulong[10];
        for (int round = 0; round < 30; round++)
        {
            Dictionary<Address, UInt128> before = Balances(chain, payee);
            var transactions = new List<Transaction>();
            for (int i = 0; i < 12; i++)
            {
                int from = random.Next(10);
                byte op = (byte)random.Next(0, 8);
                bool call = random.Next(2) == 0;
                transactions.Add(TestChain.Send(
                    from, nonces[from]++, call ? FakeKernel.Module : TestChain.Account(random.Next(10)), (UInt128)random.Next(1, 1_000_000),
                    call ? [op == FakeKernel.Exhaust ? FakeKernel.PayBack : op, (byte)i] : null, gas: 300_000, tipGwei: (ulong)random.Next(0, 5)));
            }
            BlockData data = chain.Step([.. transactions]);
            Assert.Equal(12, data.Block.Transactions.Count(tx => tx.Type != TransactionType.System));
            Dictionary<Address, UInt128> explained = Explain(before, data);
            Assert.Equal(Balances(chain, payee), explained);
        }
    }

    private static Dictionary<Address, UInt128> Balances(TestChain chain, Address payee)
    {
        IEnumerable<Address> all = [.. Enumerable.Range(0, 10).Select(TestChain.Account), FakeKernel.Pool, FakeKernel.Module, TestChain.Coinbase, payee];
        return all.ToDictionary(address => address, address => chain.Balance(address).BaseUnits);
    }

    private static Dictionary<Address, UInt128> Explain(Dictionary<Address, UInt128> before, BlockData data)
    {
        var after = new Dictionary<Address, UInt128>(before);
        UInt128 baseFee = data.Block.Header.BaseFeePerGas.BaseUnits;
        for (int i = 0; i < data.Receipts.Count; i++)
        {
            Transaction tx = data.Block.Transactions[i];
            Receipt receipt = data.Receipts[i];
            if (tx.Type != TransactionType.System)
            {
                UInt128 tip = UInt128.Min(tx.MaxPriorityFeePerGas.ToUInt128(), tx.MaxFeePerGas.ToUInt128() - baseFee);
                after[tx.Sender] -= (baseFee + tip) * receipt.GasUsed;
                after[TestChain.Coinbase] += tip * receipt.GasUsed;
                after[FakeKernel.Pool] += baseFee * receipt.GasUsed;
                if (receipt.Succeeded)
                {
                    after[tx.Sender] -= tx.Value.ToUInt128();
                    after[tx.To!.Value] += tx.Value.ToUInt128();
                }
            }
            foreach (LogEntry log in receipt.Logs.Where(log => log.Topics.Count > 0 && log.Topics[0] == FakeKernel.Moved))
            {
                UInt128 amount = Uint256.FromBigEndian(log.Data.Span).ToUInt128();
                after[new Address(log.Topics[1].Span[12..])] -= amount;
                after[new Address(log.Topics[2].Span[12..])] += amount;
            }
        }
        return after;
    }
}
