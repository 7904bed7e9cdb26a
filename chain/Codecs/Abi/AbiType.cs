using System.Globalization;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>The kinds of ABI types.</summary>
public enum AbiKind
{
    UInt,
    Int,
    Address,
    Bool,

    /// <summary>bytes1 to bytes32, left-aligned in its word.</summary>
    FixedBytes,
    Bytes,
    String,

    /// <summary>T[]</summary>
    Array,

    /// <summary>T[k], k at least 1</summary>
    FixedArray,
    Tuple,
}

/// <summary>
/// A type of the Solidity ABI (specification "Contract ABI", version 2). Immutable. Nesting and static size are bounded,
/// so recursion over a type and the head of a decoder are bounded whatever the data say.
/// </summary>
public sealed class AbiType
{
    /// <summary>Arrays and tuples inside one another.</summary>
    public const int DepthMax = 16;

    /// <summary>Words of the static head of one type.</summary>
    public const int HeadWordsMax = 65_536;

    public static readonly AbiType Uint256 = UInt(256);
    public static readonly AbiType Address = new(AbiKind.Address, 0, null, []);
    public static readonly AbiType Bool = new(AbiKind.Bool, 0, null, []);
    public static readonly AbiType Bytes = new(AbiKind.Bytes, 0, null, []);
    public static readonly AbiType String = new(AbiKind.String, 0, null, []);
    public static readonly AbiType Bytes32 = FixedBytes(32);

    private AbiType(AbiKind kind, int size, AbiType? element, IReadOnlyList<AbiParameter> components)
    {
        Kind = kind;
        Size = size;
        Element = element;
        Components = components;
        Name = MakeName();
        IsDynamic = kind is AbiKind.Bytes or AbiKind.String or AbiKind.Array
            || (element is not null && element.IsDynamic) || components.Any(component => component.Type.IsDynamic);
        HeadWords = IsDynamic ? 1 : MakeHeadWords();
        Depth = 1 + Math.Max(element?.Depth ?? 0, components.Select(component => component.Type.Depth).DefaultIfEmpty(0).Max());
        if (Depth > DepthMax) throw new ArgumentException($"type nested deeper than {DepthMax}");
    }

    public AbiKind Kind { get; }

    /// <summary>Bits of an integer, bytes of a FixedBytes, length of a FixedArray; otherwise 0.</summary>
    public int Size { get; }

    /// <summary>Of arrays only.</summary>
    public AbiType? Element { get; }

    /// <summary>Of tuples only.</summary>
    public IReadOnlyList<AbiParameter> Components { get; }

    /// <summary>The canonical name as it stands in signatures, such as <c>(uint256,address)[2]</c>.</summary>
    public string Name { get; }

    /// <summary>Encoded behind the head, with an offset in it.</summary>
    public bool IsDynamic { get; }

    /// <summary>Words the type takes in its parent's head: 1 for a dynamic type.</summary>
    public int HeadWords { get; }

    public int Depth { get; }

    /// <summary>Integers, address, bool and bytesN: one word, a value type in Solidity.</summary>
    public bool IsWord => Kind is AbiKind.UInt or AbiKind.Int or AbiKind.Address or AbiKind.Bool or AbiKind.FixedBytes;

    /// <param name="bits">8 to 256, a multiple of 8.</param>
    public static AbiType UInt(int bits) => new(AbiKind.UInt, CheckBits(bits), null, []);

    public static AbiType Int(int bits) => new(AbiKind.Int, CheckBits(bits), null, []);

    /// <param name="length">1 to 32.</param>
    public static AbiType FixedBytes(int length) =>
        length is >= 1 and <= 32 ? new(AbiKind.FixedBytes, length, null, []) : throw new ArgumentException("bytesN has 1 to 32 bytes");

    public static AbiType Array(AbiType element) => new(AbiKind.Array, 0, element, []);

    /// <param name="length">At least 1: an element of no bytes would let data claim endless arrays.</param>
    public static AbiType FixedArray(AbiType element, int length) =>
        length >= 1 ? new(AbiKind.FixedArray, length, element, []) : throw new ArgumentException("a fixed array has at least one element");

    public static AbiType Tuple(IReadOnlyList<AbiParameter> components) =>
        components.Count > 0 ? new(AbiKind.Tuple, 0, null, components) : throw new ArgumentException("a tuple has at least one component");

    public override string ToString() => Name;

    private static int CheckBits(int bits) =>
        bits is >= 8 and <= 256 && bits % 8 == 0 ? bits : throw new ArgumentException("integers have 8 to 256 bits in steps of 8");

    private string MakeName() => Kind switch
    {
        AbiKind.UInt => "uint" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Int => "int" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Address => "address",
        AbiKind.Bool => "bool",
        AbiKind.FixedBytes => "bytes" + Size.ToString(CultureInfo.InvariantCulture),
        AbiKind.Bytes => "bytes",
        AbiKind.String => "string",
        AbiKind.Array => Element?.Name + "[]",
        AbiKind.FixedArray => Element?.Name + "[" + Size.ToString(CultureInfo.InvariantCulture) + "]",
        _ => "(" + string.Join(',', Components.Select(component => component.Type.Name)) + ")",
    };

    private int MakeHeadWords()
    {
        long words = Kind switch
        {
            AbiKind.FixedArray => (long)Size * (Element?.HeadWords ?? 0),
            AbiKind.Tuple => Components.Sum(component => (long)component.Type.HeadWords),
            _ => 1,
        };
        return words <= HeadWordsMax ? (int)words : throw new ArgumentException($"type wider than {HeadWordsMax} words");
    }
}

/// <summary>A named parameter, return value, event field or tuple component.</summary>
/// <param name="Name">Empty where unnamed.</param>
/// <param name="IsIndexed">Event fields only.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool IsIndexed = false);
