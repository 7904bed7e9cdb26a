using System.Text;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>
/// A value in the form the ABI gives it: one word (integers, address, bool, bytesN), bytes (bytes, string as UTF-8), or a
/// list (arrays, tuples). It does not carry its type; encoder and decoder check it against one.
/// </summary>
public readonly struct AbiValue
{
    private readonly Uint256 _word;
    private readonly object? _content;

    private AbiValue(Uint256 word) => _word = word;

    private AbiValue(object content) => _content = content;

    public bool IsWord => _content is null;

    public bool IsBytes => _content is byte[];

    public bool IsList => _content is AbiValue[];

    /// <summary>The raw word: big-endian integer, two's complement for intN, left-aligned for bytesN.</summary>
    public Uint256 Word => IsWord ? _word : throw new InvalidOperationException("not a word");

    public ReadOnlyMemory<byte> Bytes => _content as byte[] ?? throw new InvalidOperationException("not bytes");

    public IReadOnlyList<AbiValue> Items => _content as AbiValue[] ?? throw new InvalidOperationException("not a list");

    public bool Bool => !Word.IsZero;

    /// <exception cref="OverflowException">above 2^64-1</exception>
    public ulong UInt64 => Word.ToUInt64();

    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public Address Address
    {
        get
        {
            Span<byte> word = stackalloc byte[Uint256.Size];
            Word.WriteBigEndian(word);
            return new Address(word[12..]);
        }
    }

    public Hash256 Hash
    {
        get
        {
            Span<byte> word = stackalloc byte[Uint256.Size];
            Word.WriteBigEndian(word);
            return new Hash256(word);
        }
    }

    public static AbiValue Of(Uint256 word) => new(word);

    /// <summary>Right-aligned in its word.</summary>
    public static AbiValue Of(in Address address) => new(Uint256.FromBigEndian(address.Span));

    /// <summary>Left-aligned in its word.</summary>
    /// <param name="bytes">At most 32.</param>
    public static AbiValue OfFixedBytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> word = stackalloc byte[Uint256.Size];
        word.Clear();
        bytes.CopyTo(word);
        return new AbiValue(Uint256.FromBigEndian(word));
    }

    public static AbiValue OfBytes(ReadOnlySpan<byte> bytes) => new((object)bytes.ToArray());

    public static AbiValue OfText(string text) => new((object)Encoding.UTF8.GetBytes(text));

    public static AbiValue OfList(params AbiValue[] items) => new((object)items);

    public static implicit operator AbiValue(Uint256 value) => new(value);
    public static implicit operator AbiValue(Amount value) => new((Uint256)value.BaseUnits);
    public static implicit operator AbiValue(ulong value) => new((Uint256)value);
    public static implicit operator AbiValue(bool value) => new(value ? Uint256.One : Uint256.Zero);
    public static implicit operator AbiValue(Address value) => Of(value);
    public static implicit operator AbiValue(Hash256 value) => OfFixedBytes(value.Span);
    public static implicit operator AbiValue(string value) => OfText(value);
    public static implicit operator AbiValue(byte[] value) => OfBytes(value);
    public static implicit operator AbiValue(AbiValue[] value) => OfList(value);
}
