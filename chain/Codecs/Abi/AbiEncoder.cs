using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>Values to the standard head-and-tail encoding of the Solidity ABI.</summary>
public static class AbiEncoder
{
    public const int WordBytes = 32;

    /// <exception cref="ArgumentException">count or shape of the values does not fit the types: the caller's own bug</exception>
    public static byte[] Encode(IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values)
    {
        byte[] output = new byte[SequenceBytes(types, values)];
        WriteSequence(types, values, output);
        return output;
    }

    /// <summary>The selector in front of the encoded values: calldata and custom errors.</summary>
    public static byte[] EncodeWithSelector(ReadOnlySpan<byte> selector, IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values)
    {
        byte[] output = new byte[selector.Length + SequenceBytes(types, values)];
        selector.CopyTo(output);
        WriteSequence(types, values, output.AsSpan(selector.Length));
        return output;
    }

    /// <summary>
    /// The preimage of an indexed event field of a dynamic type: elements padded to words, without offsets and lengths
    /// ("Encoding of Indexed Event Parameters").
    /// </summary>
    public static byte[] EncodeIndexed(AbiType type, in AbiValue value)
    {
        if (type.Kind is AbiKind.Bytes or AbiKind.String) return value.Bytes.ToArray();
        List<byte> output = [];
        AppendInPlace(type, value, output);
        return [.. output];
    }

    private static int SequenceBytes(IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values)
    {
        if (types.Count != values.Length) throw new ArgumentException($"{types.Count} values expected, {values.Length} given");
        int bytes = 0;
        for (int i = 0; i < values.Length; i++)
        {
            AbiType type = types[i].Type;
            bytes += type.HeadWords * WordBytes;
            if (type.IsDynamic) bytes += TailBytes(type, values[i]);
        }
        return bytes;
    }

    private static int ListBytes(AbiType element, ReadOnlySpan<AbiValue> items)
    {
        int bytes = items.Length * element.HeadWords * WordBytes;
        if (!element.IsDynamic) return bytes;
        foreach (AbiValue item in items) bytes += TailBytes(element, item);
        return bytes;
    }

    private static int TailBytes(AbiType type, in AbiValue value)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes or AbiKind.String:
                return WordBytes + Padded(value.Bytes.Length);
            case AbiKind.Tuple:
                return SequenceBytes(type.Components, Span(value));
            default:
                int lengthWord = type.Kind == AbiKind.Array ? WordBytes : 0;
                return lengthWord + ListBytes(ElementOf(type), Span(value));
        }
    }

    private static void WriteSequence(IReadOnlyList<AbiParameter> types, ReadOnlySpan<AbiValue> values, Span<byte> output)
    {
        int head = 0;
        int tail = 0;
        foreach (AbiParameter parameter in types) tail += parameter.Type.HeadWords * WordBytes;
        for (int i = 0; i < values.Length; i++) WriteItem(types[i].Type, values[i], output, ref head, ref tail);
    }

    private static void WriteItem(AbiType type, in AbiValue value, Span<byte> output, ref int head, ref int tail)
    {
        if (!type.IsDynamic)
        {
            WriteStatic(type, value, output[head..]);
            head += type.HeadWords * WordBytes;
            return;
        }
        ((Uint256)(ulong)tail).WriteBigEndian(output[head..]);
        head += WordBytes;
        WriteTail(type, value, output[tail..]);
        tail += TailBytes(type, value);
    }

    private static void WriteTail(AbiType type, in AbiValue value, Span<byte> output)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes or AbiKind.String:
                ((Uint256)(ulong)value.Bytes.Length).WriteBigEndian(output);
                value.Bytes.Span.CopyTo(output[WordBytes..]);
                return;
            case AbiKind.Tuple:
                WriteSequence(type.Components, Span(value), output);
                return;
            case AbiKind.Array:
                ((Uint256)(ulong)value.Items.Count).WriteBigEndian(output);
                WriteList(ElementOf(type), Span(value), output[WordBytes..]);
                return;
            default:
                CheckLength(type, value);
                WriteList(ElementOf(type), Span(value), output);
                return;
        }
    }

    private static void WriteList(AbiType element, ReadOnlySpan<AbiValue> items, Span<byte> output)
    {
        int head = 0;
        int tail = items.Length * element.HeadWords * WordBytes;
        foreach (AbiValue item in items) WriteItem(element, item, output, ref head, ref tail);
    }

    private static void WriteStatic(AbiType type, in AbiValue value, Span<byte> output)
    {
        if (type.IsWord)
        {
            if (!AbiWord.Fits(type, value.Word)) throw new ArgumentException($"value does not fit {type.Name}");
            value.Word.WriteBigEndian(output);
            return;
        }
        CheckLength(type, value);
        ReadOnlySpan<AbiValue> items = Span(value);
        int head = 0;
        for (int i = 0; i < items.Length; i++)
        {
            AbiType item = type.Kind == AbiKind.Tuple ? type.Components[i].Type : ElementOf(type);
            WriteStatic(item, items[i], output[head..]);
            head += item.HeadWords * WordBytes;
        }
    }

    private static void AppendInPlace(AbiType type, in AbiValue value, List<byte> output)
    {
        if (type.IsWord)
        {
            byte[] word = new byte[WordBytes];
            value.Word.WriteBigEndian(word);
            output.AddRange(word);
            return;
        }
        if (type.Kind is AbiKind.Bytes or AbiKind.String)
        {
            output.AddRange(value.Bytes.Span);
            output.AddRange(new byte[Padded(value.Bytes.Length) - value.Bytes.Length]);
            return;
        }
        ReadOnlySpan<AbiValue> items = Span(value);
        for (int i = 0; i < items.Length; i++)
            AppendInPlace(type.Kind == AbiKind.Tuple ? type.Components[i].Type : ElementOf(type), items[i], output);
    }

    private static void CheckLength(AbiType type, in AbiValue value)
    {
        int expected = type.Kind == AbiKind.Tuple ? type.Components.Count : type.Size;
        if (value.Items.Count != expected) throw new ArgumentException($"{type.Name} has {expected} items, {value.Items.Count} given");
    }

    private static AbiType ElementOf(AbiType type) => type.Element ?? throw new ArgumentException($"{type.Name} is no array");

    private static ReadOnlySpan<AbiValue> Span(in AbiValue value) =>
        value.Items as AbiValue[] ?? throw new ArgumentException("a list is expected");

    private static int Padded(int length) => (length + WordBytes - 1) / WordBytes * WordBytes;
}
