using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>What a transaction that calls a module method carries.</summary>
public sealed record ModuleCall(Address To, Amount Value, byte[] Data);

/// <summary>What an eth_call asks a module, and how to read the answer.</summary>
public sealed class ModuleQuery<TResult>(Address to, AbiFunction function, byte[] data, Func<AbiValue[], TResult> read)
{
    public Address To { get; } = to;

    public byte[] Data { get; } = data;

    /// <summary>False where the returned bytes are not the method's results.</summary>
    public bool TryRead(ReadOnlySpan<byte> returned, out TResult? result)
    {
        bool decoded = function.TryDecodeResult(returned, out AbiValue[] values, out _);
        result = decoded ? read(values) : default;
        return decoded;
    }
}
