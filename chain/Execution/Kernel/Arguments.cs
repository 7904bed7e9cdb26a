using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>
/// Decoded arguments of a call. A value that the ABI allows but this chain does not hold (an amount above 2^128-1) is
/// remembered in <see cref="Fault"/> and reverts the call: never cut off.
/// </summary>
public sealed class Arguments
{
    private readonly AbiValue[] _values;

    internal Arguments(AbiValue[] values) => _values = values;

    /// <summary>The first value that does not fit, as the outcome to give.</summary>
    public Outcome? Fault { get; private set; }

    public Address Address(int index) => _values[index].Address;

    public bool Bool(int index) => _values[index].Bool;

    public Hash256 Hash(int index) => _values[index].Hash;

    public ReadOnlyMemory<byte> Bytes(int index) => _values[index].Bytes;

    public AbiValue Value(int index) => _values[index];

    public Uint256 Uint256(int index) => _values[index].Word;

    /// <summary>For uint64 and narrower, which the decoder has checked.</summary>
    public ulong UInt64(int index) => _values[index].UInt64;

    public Amount Amount(int index)
    {
        Uint256 word = _values[index].Word;
        if (word.FitsUInt128) return new Amount(word.ToUInt128());
        Fault ??= KernelErrors.AmountTooLarge.With(word);
        return default;
    }
}
