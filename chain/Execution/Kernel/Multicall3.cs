using System.Buffers.Binary;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>
/// Multicall3 at the address every tool knows (github.com/mds1/multicall), natively, so that clients can batch their
/// reads. Inner calls are always static: nothing can be staked or lost in the name of this address, and it takes no value.
/// </summary>
internal static class Multicall3
{
    public static readonly Address Address = Address.Parse("0xcA11bde05977b3631167028862bE2a173976CA11");

    /// <summary>Batches inside batches: their stack is ours.</summary>
    private const int BatchDepthMax = 4;

    private const string Call = "(address target, bytes callData)[] calls";
    private const string Results = "(bool success, bytes returnData)[] returnData";

    private static readonly AbiError Failed = AbiSignature.Error("error Error(string message)");

    private static readonly Dictionary<uint, Function> Functions = Index(
        new("function aggregate(" + Call + ") payable returns (uint256 blockNumber, bytes[] returnData)", static (run, a) =>
            run.Each(a[0].Items, true, out AbiValue[] results) ? [run.Block.Height, Data(results)] : null),
        new("function tryAggregate(bool requireSuccess, " + Call + ") payable returns (" + Results + ")", static (run, a) =>
            run.Each(a[1].Items, a[0].Bool, out AbiValue[] results) ? [AbiValue.OfList(results)] : null),
        new("function tryBlockAndAggregate(bool requireSuccess, " + Call + ") payable returns (uint256 blockNumber, bytes32 blockHash, " + Results + ")",
            static (run, a) => run.Each(a[1].Items, a[0].Bool, out AbiValue[] results) ? [run.Block.Height, Hash256.Zero, AbiValue.OfList(results)] : null),
        new("function blockAndAggregate(" + Call + ") payable returns (uint256 blockNumber, bytes32 blockHash, " + Results + ")",
            static (run, a) => run.Each(a[0].Items, true, out AbiValue[] results) ? [run.Block.Height, Hash256.Zero, AbiValue.OfList(results)] : null),
        new("function aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns (" + Results + ")", static (run, a) =>
            run.Each(a[0].Items, true, out AbiValue[] results) ? [AbiValue.OfList(results)] : null),
        new("function aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls) payable returns (" + Results + ")",
            static (run, a) => a[0].Items.All(call => call.Items[2].Word.IsZero) && run.Each(a[0].Items, true, out AbiValue[] results) ? [AbiValue.OfList(results)] : null),
        new("function getBlockHash(uint256 blockNumber) view returns (bytes32 blockHash)", static (run, a) =>
            [a[0].Word == (Uint256)run.Block.Height - Uint256.One ? run.Block.ParentHash : Hash256.Zero]),
        new("function getLastBlockHash() view returns (bytes32 blockHash)", static (run, _) => [run.Block.ParentHash]),
        new("function getBlockNumber() view returns (uint256 blockNumber)", static (run, _) => [run.Block.Height]),
        new("function getChainId() view returns (uint256 chainid)", static (run, _) => [run.Block.ChainId]),
        new("function getBasefee() view returns (uint256 basefee)", static (run, _) => [run.Block.BaseFee]),
        new("function getCurrentBlockCoinbase() view returns (address coinbase)", static (run, _) => [run.Block.Coinbase]),
        new("function getCurrentBlockDifficulty() view returns (uint256 difficulty)", static (run, _) => [Uint256.FromBigEndian(run.Block.Beacon.Span)]),
        new("function getCurrentBlockGasLimit() view returns (uint256 gaslimit)", static (run, _) => [run.Block.GasLimit]),
        new("function getCurrentBlockTimestamp() view returns (uint256 timestamp)", static (run, _) => [run.Block.TimeMs / 1000]),
        new("function getEthBalance(address addr) view returns (uint256 balance)", static (run, a) => [run.Session.BalanceOf(a[0].Address)]));

    public static Answer Run(ModuleKernel kernel, CallSession session, BlockContext block, Amount value, ReadOnlySpan<byte> data)
    {
        if (!value.IsZero) return Answer.Of(KernelErrors.NotPayable.With());
        if (data.Length < 4 || !Functions.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(data), out Function? function))
            return Answer.Of(KernelErrors.UnknownMethod.With(AbiValue.OfFixedBytes(data[..Math.Min(data.Length, 4)])));
        if (!AbiDecoder.TryDecode(function.Abi.Inputs, data[4..], AbiTrailing.Ignore, out AbiValue[] arguments, out AbiFault fault))
            return Answer.Of(KernelErrors.InvalidArguments.With((ulong)fault.Position));
        if (session.BatchDepth >= BatchDepthMax) return Answer.Of(Outcome.Revert(Failed.Encode("Multicall3: nested too deep")));
        bool wasStatic = session.IsStatic;
        session.IsStatic = true;
        session.BatchDepth++;
        AbiValue[]? results = function.Run(new Batch(kernel, session, block), arguments);
        session.BatchDepth--;
        session.IsStatic = wasStatic;
        return results is null
            ? Answer.Of(Outcome.Revert(Failed.Encode("Multicall3: call failed")))
            : Answer.Success(function.Abi.EncodeResult(results));
    }

    private static AbiValue Data(AbiValue[] results) => AbiValue.OfList([.. results.Select(result => result.Items[1])]);

    private static Dictionary<uint, Function> Index(params Function[] functions) =>
        functions.ToDictionary(function => BinaryPrimitives.ReadUInt32BigEndian(function.Abi.Selector));

    /// <param name="run">Null where a call failed that must not.</param>
    private sealed class Function(string solidity, Func<Batch, IReadOnlyList<AbiValue>, AbiValue[]?> run)
    {
        public AbiFunction Abi { get; } = AbiSignature.Function(solidity);

        public AbiValue[]? Run(Batch batch, AbiValue[] arguments) => run(batch, arguments);
    }

    private sealed record Batch(ModuleKernel Kernel, CallSession Session, BlockContext Block)
    {
        /// <summary>Runs calls of the shapes (target, data), (target, allowFailure, data) and (target, allowFailure, value, data).</summary>
        public bool Each(IReadOnlyList<AbiValue> calls, bool mustSucceed, out AbiValue[] results)
        {
            results = new AbiValue[calls.Count];
            for (int i = 0; i < results.Length; i++)
            {
                IReadOnlyList<AbiValue> call = calls[i].Items;
                ReadOnlySpan<byte> data = call[^1].Bytes.Span;
                if (!Session.ChargeInnerCall(data.Length)) return false;
                Answer answer = Kernel.Dispatch(Session, Block, Address, call[0].Address, Amount.Zero, data);
                bool mayFail = call.Count > 2 ? call[1].Bool : !mustSucceed;
                if (!answer.IsSuccess && !mayFail) return false;
                results[i] = AbiValue.OfList(answer.IsSuccess, AbiValue.OfBytes(answer.Data.Span));
            }
            return true;
        }
    }
}
