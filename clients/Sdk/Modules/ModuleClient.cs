using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Modules;

/// <summary>Calls module methods by name, with the ABI of the module's declaration.</summary>
public sealed class ModuleClient(ChainClient chain)
{
    /// <summary>Values a method returns, in the order it declares them. A writing method is tried and undone.</summary>
    /// <exception cref="DsdnException">the module's own error with its stable code, or a transport failure</exception>
    public async Task<AbiValue[]> CallAsync(ModuleMethod method, AbiValue[] arguments, Address? from = null, Amount value = default, BlockRef block = default, CancellationToken cancel = default)
    {
        byte[] result = await NamedAsync(method, () => chain.CallAsync(new CallRequest(from, method.Module.Address, value, method.Function.EncodeCall(arguments)), block, cancel));
        return method.Function.TryDecodeResult(result, out AbiValue[] values, out AbiFault fault)
            ? values
            : throw RpcWire.BadReply($"{method.Module.Name}.{method.Function.Name}: {fault.Kind}");
    }

    /// <summary>A transaction that calls the method, with fees and gas filled in; a call that would revert fails here with its error.</summary>
    public Task<PreparedTransaction> PrepareAsync(ModuleMethod method, AbiValue[] arguments, Address from, Amount value, ulong? gasLimit = null, CancellationToken cancel = default) =>
        NamedAsync(method, () => chain.PrepareAsync(from, method.Module.Address, value, method.Function.EncodeCall(arguments), gasLimit, cancel));

    private static async Task<T> NamedAsync<T>(ModuleMethod method, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (DsdnException failure) when (failure.Error.Code == ErrorCodes.Reverted)
        {
            throw new DsdnException(ModuleErrors.Name(failure.Error, method.Module.Address), failure);
        }
    }
}
