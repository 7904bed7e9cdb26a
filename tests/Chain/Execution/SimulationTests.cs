using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Execution;

public sealed class SimulationTests
{
    private static readonly Address Stranger = Address.Parse("0x00000000000000000000000000000000deadbeef");

    public static TheoryData<byte[], ulong> Calls => new()
    {
        { [], 100 }, { [FakeKernel.Write, 3], 0 }, { [FakeKernel.Refund], 0 }, { [FakeKernel.PayBack], 55 }, { [FakeKernel.NeedGas], 0 }, { [FakeKernel.LogTopics, 1, 2], 0 },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void EstimatedGasExecutesAndOneLessFails(byte[] data, ulong value)
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        Address to = data.Length == 0 ? Stranger : FakeKernel.Module;
        SimulationResult estimate = node.View.Estimate(Call(to, value, data), 0);
        Assert.Null(estimate.Rejection);
        Assert.Equal(CallStatus.Success, estimate.Status);
        ulong nonce = 0;
        foreach (ulong gas in new[] { estimate.GasUsed, estimate.GasUsed - 1 })
        {
            Transaction tx = TestChain.Send(0, nonce, to, value, data, gas);
            bool accepted = Assert.Single(node.View.Pool.Submit([tx.Raw])).Rejection is null;
            node.Step();
            TransactionLocation? location = node.View.Locate(tx.Hash);
            bool succeeded = accepted && location is not null && node.View.Head.Data.Receipts[(int)location.Index].Succeeded;
            Assert.Equal(gas == estimate.GasUsed, succeeded);
            if (accepted) nonce++;
        }
    }

    [Fact]
    public void PlainTransferIsEstimatedAt21000AndHeavyCalldataAtTheFloor()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        Assert.Equal(21_000UL, node.View.Estimate(Call(Stranger, 1, []), 0).GasUsed);
        Assert.Equal(25_000UL, node.View.Estimate(Call(Stranger, 0, [.. Enumerable.Repeat((byte)0xff, 100)]), 0).GasUsed);
    }

    [Fact]
    public void CallSeesTheStateOfTheAskedBlock()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        for (ulong i = 0; i < 3; i++)
        {
            node.View.Pool.Submit([TestChain.Send(1, i, Stranger, 1).Raw]);
            node.Step();
        }
        for (ulong height = 0; height <= 3; height++)
        {
            ReadOnlySpan<byte> seen = node.View.Simulate(Call(FakeKernel.Module, 0, [FakeKernel.ReadCoinbase]), height).Logs[0].Data.Span;
            Assert.Equal((Uint256)(Amount.Gwei(1).BaseUnits * 21_000 * height), Uint256.FromBigEndian(seen[32..]));
        }
        node.View.Pool.Submit([TestChain.Send(1, 3, Stranger, 1).Raw]);
        ReadOnlySpan<byte> pending = node.View.Simulate(Call(FakeKernel.Module, 0, [FakeKernel.ReadCoinbase]), null).Logs[0].Data.Span;
        Assert.Equal((Uint256)(Amount.Gwei(1).BaseUnits * 21_000 * 4), Uint256.FromBigEndian(pending[32..]));
        Assert.Equal(3UL, node.View.Head.Number);
    }

    [Fact]
    public void CallChangesNothing()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        string before = StoreDump.Of(store);
        Assert.Equal(CallStatus.Success, node.View.Simulate(Call(FakeKernel.Module, 9, [FakeKernel.Write]), 0).Status);
        Assert.Equal(before, StoreDump.Of(store));
        Assert.True(node.View.Head.State.TryGetAccount(TestChain.Account(0), out var account));
        Assert.Equal((0UL, Amount.Nusa(1_000)), (account.Nonce, account.Balance));
    }

    [Fact]
    public void RevertOfACallCarriesItsData()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        foreach (SimulationResult result in new[]
        {
            node.View.Simulate(Call(FakeKernel.Module, 0, [FakeKernel.WriteThenRevert]), 0), node.View.Estimate(Call(FakeKernel.Module, 0, [FakeKernel.WriteThenRevert]), 0),
        })
        {
            Assert.Null(result.Rejection);
            Assert.Equal(CallStatus.Reverted, result.Status);
            Assert.Equal([0xde, 0xad], result.ReturnData.ToArray());
        }
    }

    [Fact]
    public void CallsThatCannotRunAreRefusedInGethsWords()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        SimulatedCall poor = Call(TestChain.Account(1), 1, []) with { From = Stranger };
        Assert.Equal("insufficient funds for gas * price + value: address 0x00000000000000000000000000000000DeaDBeef have 0 want 1", node.View.Simulate(poor, 0).Rejection?.Message);
        Assert.Equal("err: intrinsic gas too low: have 1, want 21000 (supplied gas 1)", node.View.Simulate(Call(Stranger, 0, []) with { Gas = 1 }, 0).Rejection?.Message);
        Assert.StartsWith(
            "err: max fee per gas less than block base fee: address ",
            node.View.Simulate(Call(Stranger, 0, []) with { MaxFeePerGas = 1UL, MaxPriorityFeePerGas = 0UL }, 0).Rejection?.Message, StringComparison.Ordinal);
        Assert.Equal("insufficient funds for transfer", node.View.Estimate(poor with { MaxFeePerGas = Amount.Gwei(1).BaseUnits, MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits }, 0).Rejection?.Message);
        Assert.Equal("gas required exceeds allowance (30000)", node.View.Estimate(Call(FakeKernel.Module, 0, [FakeKernel.NeedGas]) with { Gas = 30_000 }, 0).Rejection?.Message);
    }

    private static SimulatedCall Call(Address to, ulong value, byte[] data) => new(TestChain.Account(0), to, value, data, null, null, null, []);
}
