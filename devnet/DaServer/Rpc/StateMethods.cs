using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Rpc;

/// <summary>state.*: the accounts of the node's keyring.</summary>
internal sealed class StateMethods(DaNode node)
{
    private const int AddressCharsMax = 128;

    public void AddTo(MethodTable table)
    {
        table.Bind(RpcMethod.AccountAddress, call => () => Task.FromResult(HasState(call) ? CallResult.Of(node.Keyring[0].Address) : NoState));
        table.Bind(RpcMethod.Balance, call => () => Task.FromResult(HasState(call) ? Balance(0) : NoState));
        table.Bind(RpcMethod.BalanceForAddress, BalanceForAddress);
        table.Bind(RpcMethod.SubmitPayForBlob, Submit);
    }

    private static CallResult NoState => CallResult.Fail(ErrorText.NoStateAccess);

    private Func<Task<CallResult>> BalanceForAddress(Call call)
    {
        string address = call.Params.Text(0, AddressCharsMax);
        return () =>
        {
            if (!HasState(call)) return Task.FromResult(NoState);
            if (!Bech32.TryDecode(AccountKey.AddressPrefix, address, out _)) return Task.FromResult(CallResult.Fail("decoding bech32 failed: invalid address"));
            int account = node.Mempool.Find("", address);
            return Task.FromResult(account >= 0 ? Balance(account) : Answer(0));
        };
    }

    private Func<Task<CallResult>> Submit(Call call)
    {
        IReadOnlyList<RpcBlob> blobs = call.Params.AppBlobs(0);
        SubmitOptions options = call.Params.Options(1);
        return async () =>
        {
            (TransactionResponse? response, RpcFailure failure) = await node.Submitter.SubmitAsync(call.Method, blobs, options, call.Cancelled);
            return response is null ? CallResult.Fail(failure) : CallResult.Of(response.Write);
        };
    }

    /// <summary>Of the block below the head, which is the last one a header proves.</summary>
    private CallResult Balance(int account) => Answer(node.Ledger.ProvedAccounts[account].BalanceUtia);

    private static CallResult Answer(UInt128 utia)
    {
        AccountBalance balance = new(PaymentTransaction.Denom, utia);
        return CallResult.Of(balance.Write);
    }

    private bool HasState(Call call) => node.Faults.Take(FaultKind.NoStateAccess, call.Method) is null;
}
