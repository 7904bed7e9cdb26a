using System.Text.Unicode;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>What a decoder does with bytes after the last value.</summary>
public enum AbiTrailing
{
    Reject,

    /// <summary>As Solidity does with calldata: some wallets append a tag to it.</summary>
    Ignore,
}

/// <summary>
/// Strict decoder: it accepts exactly what <see cref="AbiEncoder"/> writes. Every offset must point to the next free
/// position, so each byte is read once and memory stays proportional to the data whatever offsets and lengths they claim.
/// </summary>
public static class AbiDecoder
{
    private const int WordBytes = AbiEncoder.WordBytes;

    public static bool TryDecode(
        IReadOnlyList<AbiParameter> types, ReadOnlySpan<byte> data, AbiTrailing trailing, out AbiValue[] values, out AbiFault fault)
    {
        values = [];
        fault = default;
        AbiValue[] decoded = new AbiValue[types.Count];
        if (!ReadSequence(types, data, 0, decoded, out int end, ref fault)) return false;
        if (trailing == AbiTrailing.Reject && end != data.Length)
        {
            fault = new AbiFault(AbiFaultKind.TrailingBytes, end);
            return false;
        }
        values = decoded;
        return true;
    }

    /// <param name="start">Where the sequence's head begins; offsets count from here.</param>
    /// <param name="end">The first byte behind the sequence's last tail.</param>
    private static bool ReadSequence(
        IReadOnlyList<AbiParameter> types, ReadOnlySpan<byte> data, int start, AbiValue[] values, out int end, ref AbiFault fault)
    {
        long headBytes = 0;
        foreach (AbiParameter parameter in types) headBytes += (long)parameter.Type.HeadWords * WordBytes;
        if (!BeginHead(data, start, headBytes, out end, ref fault)) return false;
        int head = start;
        for (int i = 0; i < values.Length; i++)
        {
            if (!ReadItem(types[i].Type, data, start, ref head, ref end, out values[i], ref fault)) return false;
        }
        return true;
    }

    private static bool ReadList(AbiType element, ReadOnlySpan<byte> data, int start, int count, out AbiValue list, out int end, ref AbiFault fault)
    {
        list = default;
        if (!BeginHead(data, start, (long)count * element.HeadWords * WordBytes, out end, ref fault)) return false;
        AbiValue[] items = new AbiValue[count];
        int head = start;
        for (int i = 0; i < count; i++)
        {
            if (!ReadItem(element, data, start, ref head, ref end, out items[i], ref fault)) return false;
        }
        list = AbiValue.OfList(items);
        return true;
    }

    private static bool BeginHead(ReadOnlySpan<byte> data, int start, long headBytes, out int end, ref AbiFault fault)
    {
        end = start;
        if (headBytes > data.Length - start) return Fail(AbiFaultKind.TooShort, data.Length, ref fault);
        end = start + (int)headBytes;
        return true;
    }

    private static bool ReadItem(
        AbiType type, ReadOnlySpan<byte> data, int start, ref int head, ref int end, out AbiValue value, ref AbiFault fault)
    {
        if (!type.IsDynamic) return ReadStatic(type, data, ref head, out value, ref fault);
        value = default;
        Uint256 offset = Uint256.FromBigEndian(data.Slice(head, WordBytes));
        if (offset != (Uint256)(ulong)(end - start)) return Fail(AbiFaultKind.OffsetNotCanonical, head, ref fault);
        head += WordBytes;
        return ReadTail(type, data, end, out value, out end, ref fault);
    }

    private static bool ReadTail(AbiType type, ReadOnlySpan<byte> data, int position, out AbiValue value, out int end, ref AbiFault fault)
    {
        value = default;
        end = position;
        if (type.Kind == AbiKind.Tuple)
        {
            AbiValue[] components = new AbiValue[type.Components.Count];
            if (!ReadSequence(type.Components, data, position, components, out end, ref fault)) return false;
            value = AbiValue.OfList(components);
            return true;
        }
        if (type.Kind == AbiKind.FixedArray) return ReadList(Element(type), data, position, type.Size, out value, out end, ref fault);
        if (!ReadLength(type, data, position, out int length, ref fault)) return false;
        position += WordBytes;
        return type.Kind == AbiKind.Array
            ? ReadList(Element(type), data, position, length, out value, out end, ref fault)
            : ReadBytes(type, data, position, length, out value, out end, ref fault);
    }

    /// <summary>A length is refused before anything is allocated for it unless the data can hold that many elements.</summary>
    private static bool ReadLength(AbiType type, ReadOnlySpan<byte> data, int position, out int length, ref AbiFault fault)
    {
        length = 0;
        if (data.Length - position < WordBytes) return Fail(AbiFaultKind.TooShort, data.Length, ref fault);
        Uint256 word = Uint256.FromBigEndian(data.Slice(position, WordBytes));
        int elementBytes = type.Kind == AbiKind.Array ? Element(type).HeadWords * WordBytes : 1;
        int rest = data.Length - position - WordBytes;
        if (word > (Uint256)(ulong)(rest / elementBytes)) return Fail(AbiFaultKind.LengthTooLarge, position, ref fault);
        length = (int)word.ToUInt64();
        return true;
    }

    private static bool ReadBytes(AbiType type, ReadOnlySpan<byte> data, int position, int length, out AbiValue value, out int end, ref AbiFault fault)
    {
        value = default;
        end = position;
        long padded = ((long)length + WordBytes - 1) / WordBytes * WordBytes;
        if (padded > data.Length - position) return Fail(AbiFaultKind.TooShort, data.Length, ref fault);
        ReadOnlySpan<byte> content = data.Slice(position, length);
        if (data[(position + length)..(position + (int)padded)].IndexOfAnyExcept((byte)0) >= 0)
            return Fail(AbiFaultKind.PaddingNotClean, position + length, ref fault);
        if (type.Kind == AbiKind.String && !Utf8.IsValid(content)) return Fail(AbiFaultKind.InvalidUtf8, position, ref fault);
        value = AbiValue.OfBytes(content);
        end = position + (int)padded;
        return true;
    }

    private static bool ReadStatic(AbiType type, ReadOnlySpan<byte> data, ref int head, out AbiValue value, ref AbiFault fault)
    {
        value = default;
        if (type.IsWord)
        {
            Uint256 word = Uint256.FromBigEndian(data.Slice(head, WordBytes));
            if (!AbiWord.Fits(type, word))
                return Fail(type.Kind == AbiKind.Bool ? AbiFaultKind.ValueOutOfRange : AbiFaultKind.PaddingNotClean, head, ref fault);
            value = AbiValue.Of(word);
            head += WordBytes;
            return true;
        }
        int count = type.Kind == AbiKind.Tuple ? type.Components.Count : type.Size;
        AbiValue[] items = new AbiValue[count];
        for (int i = 0; i < count; i++)
        {
            AbiType item = type.Kind == AbiKind.Tuple ? type.Components[i].Type : Element(type);
            if (!ReadStatic(item, data, ref head, out items[i], ref fault)) return false;
        }
        value = AbiValue.OfList(items);
        return true;
    }

    private static AbiType Element(AbiType type) => type.Element ?? throw new ArgumentException($"{type.Name} is no array");

    private static bool Fail(AbiFaultKind kind, int position, ref AbiFault fault)
    {
        fault = new AbiFault(kind, position);
        return false;
    }
}
