using Dsdn.Chain.Codecs.Abi;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>What a handler says: values to return, or an encoded error.</summary>
public readonly struct Outcome
{
    private readonly AbiValue[]? _values;
    private readonly byte[]? _revert;

    private Outcome(AbiValue[]? values, byte[]? revert)
    {
        _values = values;
        _revert = revert;
    }

    /// <summary>Success without return values.</summary>
    public static readonly Outcome Done = new([], null);

    public bool IsSuccess => _revert is null;

    public ReadOnlySpan<AbiValue> Values => _values;

    public ReadOnlyMemory<byte> RevertData => _revert;

    public static Outcome Return(params AbiValue[] values) => new(values, null);

    public static Outcome Revert(byte[] data) => new(null, data);
}

/// <summary>What a message may be checked against without state.</summary>
public readonly record struct CallFacts(Primitives.Address Caller, Primitives.Amount Value, BlockContext Block);
