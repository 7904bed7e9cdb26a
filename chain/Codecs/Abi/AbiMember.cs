using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>stateMutability of the ABI JSON; pure counts as view.</summary>
public enum AbiMutability
{
    View,
    NonPayable,
    Payable,
}

/// <summary>A function of an ABI; parsed from Solidity text by <see cref="AbiSignature"/> or from JSON by <see cref="AbiJson"/>.</summary>
public sealed class AbiFunction
{
    private readonly byte[] _selector;

    public AbiFunction(string name, IReadOnlyList<AbiParameter> inputs, IReadOnlyList<AbiParameter> outputs, AbiMutability mutability)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Mutability = mutability;
        Signature = AbiSignature.Canonical(name, inputs);
        _selector = AbiSignature.Selector(Signature);
    }

    public string Name { get; }
    public IReadOnlyList<AbiParameter> Inputs { get; }
    public IReadOnlyList<AbiParameter> Outputs { get; }
    public AbiMutability Mutability { get; }

    /// <summary>Such as <c>delegate(address)</c>.</summary>
    public string Signature { get; }

    /// <summary>Four bytes.</summary>
    public ReadOnlySpan<byte> Selector => _selector;

    public byte[] EncodeCall(params ReadOnlySpan<AbiValue> arguments) => AbiEncoder.EncodeWithSelector(_selector, Inputs, arguments);

    public byte[] EncodeResult(params ReadOnlySpan<AbiValue> results) => AbiEncoder.Encode(Outputs, results);

    public bool TryDecodeResult(ReadOnlySpan<byte> data, out AbiValue[] values, out AbiFault fault) =>
        AbiDecoder.TryDecode(Outputs, data, AbiTrailing.Reject, out values, out fault);
}

/// <summary>A custom error, as in <c>error InsufficientStake(uint256 required, uint256 given)</c>.</summary>
public sealed class AbiError
{
    private readonly byte[] _selector;

    public AbiError(string name, IReadOnlyList<AbiParameter> inputs)
    {
        Name = name;
        Inputs = inputs;
        Signature = AbiSignature.Canonical(name, inputs);
        _selector = AbiSignature.Selector(Signature);
    }

    public string Name { get; }
    public IReadOnlyList<AbiParameter> Inputs { get; }
    public string Signature { get; }
    public ReadOnlySpan<byte> Selector => _selector;

    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments) => AbiEncoder.EncodeWithSelector(_selector, Inputs, arguments);
}

/// <summary>An event. At most three indexed fields; an indexed field of a dynamic type is stored as its Keccak-256.</summary>
public sealed class AbiEvent
{
    public const int IndexedMax = 3;

    private readonly AbiParameter[] _data;

    public AbiEvent(string name, IReadOnlyList<AbiParameter> inputs)
    {
        if (inputs.Count(input => input.IsIndexed) > IndexedMax) throw new ArgumentException($"event {name} has more than {IndexedMax} indexed fields");
        Name = name;
        Inputs = inputs;
        Signature = AbiSignature.Canonical(name, inputs);
        Topic = Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(Signature));
        _data = [.. inputs.Where(input => !input.IsIndexed)];
    }

    public string Name { get; }
    public IReadOnlyList<AbiParameter> Inputs { get; }
    public string Signature { get; }

    /// <summary>Keccak-256 of the signature: the first topic.</summary>
    public Hash256 Topic { get; }

    public (Hash256[] Topics, byte[] Data) Encode(params ReadOnlySpan<AbiValue> values)
    {
        if (values.Length != Inputs.Count) throw new ArgumentException($"event {Name} has {Inputs.Count} fields, {values.Length} given");
        Hash256[] topics = new Hash256[1 + Inputs.Count - _data.Length];
        AbiValue[] data = new AbiValue[_data.Length];
        topics[0] = Topic;
        int topic = 1, field = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (Inputs[i].IsIndexed) topics[topic++] = IndexedTopic(Inputs[i].Type, values[i]);
            else data[field++] = values[i];
        }
        return (topics, AbiEncoder.Encode(_data, data));
    }

    /// <summary>
    /// Values in the order of the declaration. An indexed field of a dynamic, array or tuple type comes back as the word of
    /// its hash: the value itself is not in the log.
    /// </summary>
    public bool TryDecode(IReadOnlyList<Hash256> topics, ReadOnlySpan<byte> data, out AbiValue[] values)
    {
        values = [];
        if (topics.Count != 1 + Inputs.Count - _data.Length || topics[0] != Topic) return false;
        if (!AbiDecoder.TryDecode(_data, data, AbiTrailing.Reject, out AbiValue[] fields, out _)) return false;
        values = new AbiValue[Inputs.Count];
        int topic = 1, field = 0;
        for (int i = 0; i < values.Length; i++)
            values[i] = Inputs[i].IsIndexed ? AbiValue.Of(Uint256.FromBigEndian(topics[topic++].Span)) : fields[field++];
        return true;
    }

    private static Hash256 IndexedTopic(AbiType type, in AbiValue value) =>
        type.IsWord ? value.Hash : Keccak.Hash(AbiEncoder.EncodeIndexed(type, value));
}

/// <summary>All members of an interface.</summary>
public sealed record AbiInterface(IReadOnlyList<AbiFunction> Functions, IReadOnlyList<AbiEvent> Events, IReadOnlyList<AbiError> Errors);
