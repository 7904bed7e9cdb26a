using System.Buffers.Binary;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>
/// The two names of a record (chain-decisions 1.7): the flat key module u8 | table u16 BE | key, which orders and
/// iterates, and the storage slot Keccak256(table u16 BE | key) in the module's storage trie.
/// A table whose id has bit 15 set is *scalar*: its value is the 32-byte storage word itself. Every other table holds
/// *records*: the storage word is Keccak256(0x01 | encoding) and the encoding is in the flat table.
/// </summary>
public static class RecordKey
{
    public const int PrefixSize = 3;

    public const ushort ScalarBit = 0x8000;

    /// <summary>Module n lives at address 0x800 + n.</summary>
    public const ushort ModuleBase = 0x800;

    public static byte[] Make(byte module, ushort table, ReadOnlySpan<byte> key)
    {
        byte[] flat = new byte[PrefixSize + key.Length];
        flat[0] = module;
        BinaryPrimitives.WriteUInt16BigEndian(flat.AsSpan(1), table);
        key.CopyTo(flat.AsSpan(PrefixSize));
        return flat;
    }

    public static Address ModuleAddress(ReadOnlySpan<byte> flatKey) => Address.FromNumber((ushort)(ModuleBase + flatKey[0]));

    public static Hash256 Slot(ReadOnlySpan<byte> flatKey) => Keccak.Hash(flatKey[1..]);

    public static bool IsScalar(ReadOnlySpan<byte> flatKey) => (flatKey[1] & 0x80) != 0;

    /// <summary>The 32-byte storage word of a record's value.</summary>
    public static Uint256 Word(ReadOnlySpan<byte> flatKey, ReadOnlySpan<byte> value)
    {
        if (IsScalar(flatKey)) return Uint256.FromBigEndian(value);
        byte[] preimage = new byte[1 + value.Length];
        preimage[0] = 0x01;
        value.CopyTo(preimage.AsSpan(1));
        return Uint256.FromBigEndian(Keccak.Hash(preimage).Span);
    }
}
