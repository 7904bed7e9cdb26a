using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>
/// hashStruct of EIP-712 for types known in code: the type hash, then one 32-byte word a field in declared order, hashed.
/// Nested structs are added by their own hash, arrays by the hash of their elements' words.
/// </summary>
public ref struct Eip712StructHasher
{
    private KeccakHasher _hasher;

    /// <param name="typeHash">Keccak-256 of encodeType; see <see cref="TypeHash"/>.</param>
    public Eip712StructHasher(Hash256 typeHash) => _hasher.Append(typeHash.Span);

    /// <summary>Keccak-256 of a type's text such as <c>Mail(Person from,string contents)Person(string name)</c>.</summary>
    public static Hash256 TypeHash(string encodeType) => Keccak.Hash(Encoding.UTF8.GetBytes(encodeType));

    /// <summary>Any uintN.</summary>
    public void Add(Uint256 value)
    {
        Span<byte> word = stackalloc byte[Uint256.Size];
        value.WriteBigEndian(word);
        _hasher.Append(word);
    }

    /// <summary>A uint64 or narrower.</summary>
    public void Add(ulong value) => Add((Uint256)value);

    public void Add(Amount amount) => Add((Uint256)amount.BaseUnits);

    public void Add(bool value) => Add(value ? Uint256.One : Uint256.Zero);

    /// <summary>bytes32, the hash of a nested struct, or the hash of an array.</summary>
    public void Add(Hash256 word) => _hasher.Append(word.Span);

    public void Add(Address address)
    {
        Span<byte> word = stackalloc byte[Uint256.Size];
        word.Clear();
        address.CopyTo(word[12..]);
        _hasher.Append(word);
    }

    /// <summary>string: its UTF-8 bytes.</summary>
    public void AddString(string text) => AddBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>bytes of any length.</summary>
    public void AddBytes(scoped ReadOnlySpan<byte> bytes) => Add(Keccak.Hash(bytes));

    public Hash256 Finish() => _hasher.Finish();

    /// <summary>What is signed: Keccak-256 of 0x1901, the domain separator and the struct's hash.</summary>
    public static Hash256 Digest(Hash256 domainSeparator, Hash256 structHash)
    {
        KeccakHasher hasher = default;
        hasher.Append([0x19, 0x01]);
        hasher.Append(domainSeparator.Span);
        hasher.Append(structHash.Span);
        return hasher.Finish();
    }
}
