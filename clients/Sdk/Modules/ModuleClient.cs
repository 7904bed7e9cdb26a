using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Modules;

/// <summary>Calls module methods: by name with the ABI of the declaration, or typed through the generated clients.</summary>
public sealed class ModuleClient(ChainClient chain)
{
    /// <summary>Values a method returns, in the order it declares them. A writing method is tried and undone.</summary>
    /// <exception cref="DsdnException">the module's own error with its stable code, or a transport failure</exception>
    public async Task<AbiValue[]> CallAsync(ModuleMethod method, AbiValue[] arguments, Address? from = null, Amount value = default, BlockRef block = default, CancellationToken cancel = default)
    {
        byte[] result = await NamedAsync(method.Module.Address, () => chain.CallAsync(new CallRequest(from, method.Module.Address, value, method.Function.EncodeCall(arguments)), block, cancel));
        return method.Function.TryDecodeResult(result, out AbiValue[] values, out AbiFault fault)
            ? values
            : throw RpcWire.BadReply($"{method.Module.Name}.{method.Function.Name}: {fault.Kind}");
    }

    /// <summary>A transaction that calls the method, with fees and gas filled in; a call that would revert fails here with its error.</summary>
    public Task<PreparedTransaction> PrepareAsync(ModuleMethod method, AbiValue[] arguments, Address from, Amount value, ulong? gasLimit = null, CancellationToken cancel = default) =>
        NamedAsync(method.Module.Address, () => chain.PrepareAsync(from, method.Module.Address, value, method.Function.EncodeCall(arguments), gasLimit, cancel));

    /// <summary>The typed answer to a query of the generated clients.</summary>
    public Task<TResult> QueryAsync<TResult>(ModuleQuery<TResult> query, Address? from = null, BlockRef block = default, CancellationToken cancel = default) =>
        NamedAsync(query.To, async () =>
        {
            byte[] returned = await chain.CallAsync(new CallRequest(from, query.To, Amount.Zero, query.Data), block, cancel);
            return query.TryRead(returned, out TResult? result) && result is not null ? result : throw RpcWire.BadReply($"{query.To}: not the results of the method");
        });

    /// <summary>The same as <see cref="PrepareAsync(ModuleMethod, AbiValue[], Address, Amount, ulong?, CancellationToken)"/> for a call of the generated clients.</summary>
    public Task<PreparedTransaction> PrepareAsync(ModuleCall call, Address from, ulong? gasLimit = null, CancellationToken cancel = default) =>
        NamedAsync(call.To, () => chain.PrepareAsync(from, call.To, call.Value, call.Data, gasLimit, cancel));

    private static async Task<T> NamedAsync<T>(Address module, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (DsdnException failure) when (failure.Error.Code == ErrorCodes.Reverted)
        {
            throw new DsdnException(ModuleErrors.Name(failure.Error, module), failure);
        }
    }
}
