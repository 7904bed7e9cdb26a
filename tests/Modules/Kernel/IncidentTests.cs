using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Kernel;

/// <summary>Accidents that happened to other chains' native contracts, each by name.</summary>
public sealed class IncidentTests
{
    private static readonly Address Alice = User(5);

    [Fact]
    public void ValueAbove128BitsIsNeverCutOff() // Frontier, June 2022: u256 became u128
    {
        TestChain chain = new();
        Assert.True(chain.Staking(Alice, "delegate", Amount.Nusa(5), User(0)).Succeeded);
        AbiValue huge = new Uint256(1_000_000_000_000_000_000, 0, 1, 0); // 2^128 and one NUSA
        CallResult result = chain.Staking(Alice, "unbond", default, User(0), huge);
        Assert.Equal("DSDN-E-CALL-AMOUNT-TOO-LARGE", result.Error?.Code);
        AbiValue most = new Uint256(ulong.MaxValue, ulong.MaxValue, 0, 0);
        Assert.Equal("DSDN-E-STAKING-DELEGATION", chain.Staking(Alice, "unbond", default, User(0), most).Error?.Code);
    }

    [Fact]
    public void StaticCallWritesNothing() // CVE-2022-39354
    {
        TestChain chain = new();
        foreach (ModuleDeclaration module in DsdnModules.Table.Modules)
        {
            foreach (Method method in module.Methods.Where(method => !method.IsView && method.Abi.Inputs.Count == 0))
            {
                CallOutput output = chain.Raw(User(0), ModuleTable.AddressOf(module.Number), default, method.Abi.EncodeCall(), 1_000_000, isStatic: true);
                Assert.Equal(CallStatus.Reverted, output.Status);
            }
        }
        chain.PayFee(User(9), Amount.Nusa(10));
        chain.NextEpoch();
        CallOutput claim = chain.Raw(User(0), StakingAddress, default, Function(0, "claimCommission").EncodeCall(), 1_000_000, isStatic: true);
        Assert.Equal("DSDN-E-CALL-STATIC", RevertReason.Read(DsdnModules.Table, StakingAddress, claim.ReturnData.Span)?.Code);
        Assert.True(chain.Staking(User(0), "claimCommission").Succeeded);
    }

    [Fact]
    public void FailedCallLeavesNoLogNoCounterAndNoRecord() // cosmos/evm #204, #1094: journal and counters outlived the revert
    {
        TestChain chain = new();
        AbiFunction function = Function(1, "register");
        (Hash256 id, byte[] proof) = Node(Alice, "a");
        byte[] call = function.EncodeCall(id, proof, 0UL, 1UL, id);
        int checkpoint = chain.Pending.Checkpoint();
        chain.Pending.TryGetAccount(NodesAddress, out Account account);
        chain.Pending.SetAccount(NodesAddress, account with { Balance = account.Balance + Amount.Nusa(500) });
        ulong needed = chain.Kernel.Call(chain.Pending, chain.Context, new CallInput(Alice, NodesAddress, Amount.Nusa(500), call, 10_000_000)).GasUsed;
        chain.Pending.Revert(checkpoint);
        for (ulong gas = 0; gas < needed; gas += needed / 40) // stop at every depth of the call; the helper compares states
            Assert.Equal(CallStatus.OutOfGas, chain.Raw(Alice, NodesAddress, Amount.Nusa(500), call, gas).Status);
        Assert.Equal(0UL, chain.Nodes(Alice, "feed").Values[0].UInt64);
        Assert.Equal(CallStatus.Success, chain.Raw(Alice, NodesAddress, Amount.Nusa(500), call, needed).Status);
        chain.Check();
    }

    [Fact]
    public void ModuleHasNoWayToActInAnothersName() // Moonbeam, May 2022: DELEGATECALL kept msg.sender
    {
        TestChain chain = new();
        AbiFunction bond = Function(0, "bond");
        byte[] batch = Aggregate3((StakingAddress, false, bond.EncodeCall()));
        CallOutput output = chain.Raw(User(0), ModuleKernel.BatchAddress, default, batch, 10_000_000);
        Assert.Equal(CallStatus.Reverted, output.Status); // inner calls are static, and their caller is the batch
        Assert.Equal(CallStatus.Reverted, chain.Raw(User(0), ModuleKernel.BatchAddress, Amount.Nusa(1), batch, 10_000_000).Status);
    }

    [Fact]
    public void ModuleAccountsHaveCode() // polkadot-sdk PR#9001: Solidity refuses to call an account without code
    {
        TestChain chain = new();
        foreach (ModuleDeclaration module in DsdnModules.Table.Modules)
        {
            Assert.True(chain.State.TryGetAccount(ModuleTable.AddressOf(module.Number), out Account account));
            Assert.True(account.IsModule);
        }
    }

    [Fact]
    public void MalformedCallsRevertWithADeclaredError()
    {
        TestChain chain = new();
        byte[] delegateCall = Function(0, "delegate").EncodeCall(User(0));
        Refused([], "DSDN-E-CALL-UNKNOWN-METHOD");
        Refused([1, 2, 3], "DSDN-E-CALL-UNKNOWN-METHOD");
        Refused([1, 2, 3, 4], "DSDN-E-CALL-UNKNOWN-METHOD");
        Refused(delegateCall[..35], "DSDN-E-CALL-INVALID-ARGUMENTS");
        byte[] dirty = [.. delegateCall];
        dirty[4] = 1; // above the 20 bytes of an address
        Refused(dirty, "DSDN-E-CALL-INVALID-ARGUMENTS");
        Assert.Equal("DSDN-E-CALL-NOT-PAYABLE", chain.Staking(Alice, "withdraw", new Amount(1)).Error?.Code);
        Assert.Equal("DSDN-E-CALL-NOT-PAYABLE", chain.Staking(Alice, "totals", new Amount(1)).Error?.Code);
        Assert.Equal(CallStatus.Success, chain.Raw(Alice, StakingAddress, Amount.Nusa(1), (byte[])[.. delegateCall, 0xab], 1_000_000).Status); // a wallet's tag behind

        void Refused(byte[] data, string code)
        {
            CallOutput output = chain.Raw(Alice, StakingAddress, default, data, 1_000_000);
            Assert.Equal(CallStatus.Reverted, output.Status);
            Assert.Equal(code, RevertReason.Read(DsdnModules.Table, StakingAddress, output.ReturnData.Span)?.Code);
        }
    }

    [Fact]
    public void RandomBytesGiveTypedErrorsOnly()
    {
        TestChain chain = new() { ComparesFailures = false };
        Random random = new(11);
        Method[] methods = [.. DsdnModules.Table.Modules.SelectMany(module => module.Methods)];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] data = new byte[4 + random.Next(300)];
            random.NextBytes(data);
            methods[random.Next(methods.Length)].Abi.Selector.CopyTo(data);
            for (int at = 4; at + 32 <= data.Length; at += 32)
                if (random.Next(3) > 0) data.AsSpan(at, random.Next(24, 33)).Clear();
            chain.Raw(Alice, ModuleTable.AddressOf((byte)random.Next(10)), default, data, 3_000_000);
        }
        chain.Check();
    }

    [Fact]
    public void BatchAnswersReadsAndAllowsFailuresWhereAsked()
    {
        TestChain chain = new();
        byte[] totals = Function(0, "totals").EncodeCall();
        CallOutput output = chain.Raw(Alice, ModuleKernel.BatchAddress, default, Aggregate3((StakingAddress, false, totals), (Alice, false, [1]), (StakingAddress, true, [9])), 10_000_000);
        Assert.Equal(CallStatus.Success, output.Status);
        Assert.True(Aggregate.TryDecodeResult(output.ReturnData.Span, out AbiValue[] values, out _));
        Assert.True(values[0].Items[0].Items[0].Bool);
        Assert.Equal(chain.Staking(Alice, "totals").Output.ReturnData.ToArray(), values[0].Items[0].Items[1].Bytes.ToArray());
        Assert.True(values[0].Items[1].Items[0].Bool);
        Assert.False(values[0].Items[2].Items[0].Bool);
        AbiFunction balance = AbiSignature.Function("function getEthBalance(address addr) view returns (uint256 balance)");
        CallOutput answer = chain.Raw(Alice, ModuleKernel.BatchAddress, default, balance.EncodeCall(User(9)), 1_000_000, isStatic: true);
        Assert.Equal((Uint256)Amount.Nusa(1_000_000).BaseUnits, Uint256.FromBigEndian(answer.ReturnData.Span));
    }

    [Fact]
    public void BatchesInsideBatchesEnd()
    {
        TestChain chain = new();
        byte[] data = Aggregate3();
        for (int depth = 0; depth < 200; depth++) data = Aggregate3((ModuleKernel.BatchAddress, false, data));
        Assert.Equal(CallStatus.Reverted, chain.Raw(Alice, ModuleKernel.BatchAddress, default, data, ulong.MaxValue / 4).Status);
    }

    [Fact]
    public void GasIsTheSameEveryTimeAndExactlyEnough()
    {
        TestChain chain = new();
        byte[] call = Function(0, "delegate").EncodeCall(User(0));
        ulong used = Probe(ulong.MaxValue / 4).GasUsed;
        Assert.Equal(used, Probe(ulong.MaxValue / 4).GasUsed);
        Assert.Equal(CallStatus.Success, Probe(used).Status);
        Assert.Equal(CallStatus.OutOfGas, Probe(used - 1).Status);

        CallOutput Probe(ulong gas)
        {
            int checkpoint = chain.Pending.Checkpoint();
            chain.Pending.TryGetAccount(StakingAddress, out Account account);
            chain.Pending.SetAccount(StakingAddress, account with { Balance = account.Balance + Amount.Nusa(1) });
            CallOutput output = chain.Kernel.Call(chain.Pending, chain.Context, new CallInput(Alice, StakingAddress, Amount.Nusa(1), call, gas));
            chain.Pending.Revert(checkpoint);
            return output;
        }
    }

    [Fact]
    public void AccessListWarmsTheRecordsItNames()
    {
        TestChain chain = new();
        byte[] call = Function(0, "params").EncodeCall();
        Hash256 slot = RecordKey.Slot(RecordKey.Make(0, 1, []));
        ulong cold = Gas([]);
        ulong warm = Gas([new AccessListEntry(StakingAddress, [slot])]);
        Assert.Equal(2_000UL, cold - warm);
        Assert.Equal(cold, Gas([new AccessListEntry(NodesAddress, [slot])]));

        ulong Gas(AccessListEntry[] list) =>
            chain.Kernel.Call(chain.Pending, chain.Context, new CallInput(Alice, StakingAddress, default, call, 1_000_000) { AccessList = list }).GasUsed;
    }

    private static readonly AbiFunction Aggregate = AbiSignature.Function(
        "function aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns ((bool success, bytes returnData)[] returnData)");

    private static byte[] Aggregate3(params (Address Target, bool MayFail, byte[] Data)[] calls) =>
        Aggregate.EncodeCall(AbiValue.OfList([.. calls.Select(call => AbiValue.OfList(call.Target, call.MayFail, call.Data))]));
}
