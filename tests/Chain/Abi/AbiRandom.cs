using System.Numerics;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Abi;

/// <summary>Types and values by chance.</summary>
internal static class AbiRandom
{
    public static AbiType Type(Random random, int depth) => random.Next(depth > 0 ? 10 : 7) switch
    {
        0 => AbiType.UInt(8 * random.Next(1, 33)),
        1 => AbiType.Int(8 * random.Next(1, 33)),
        2 => AbiType.Address,
        3 => AbiType.Bool,
        4 => AbiType.FixedBytes(random.Next(1, 33)),
        5 => AbiType.Bytes,
        6 => AbiType.String,
        7 => AbiType.Array(Type(random, depth - 1)),
        8 => AbiType.FixedArray(Type(random, depth - 1), random.Next(1, 4)),
        _ => AbiType.Tuple([.. Enumerable.Range(0, random.Next(1, 4)).Select(i => new AbiParameter($"f{i}", Type(random, depth - 1)))]),
    };

    public static AbiValue Value(Random random, AbiType type)
    {
        switch (type.Kind)
        {
            case AbiKind.UInt: return Uint256.FromBigEndian(Bytes(random, type.Size / 8));
            case AbiKind.Int: return AbiWord.FromSigned(new BigInteger(Bytes(random, type.Size / 8)), type.Size);
            case AbiKind.Address: return new Address(Bytes(random, 20));
            case AbiKind.Bool: return random.Next(2) == 1;
            case AbiKind.FixedBytes: return AbiValue.OfFixedBytes(Bytes(random, type.Size));
            case AbiKind.Bytes: return AbiValue.OfBytes(Bytes(random, random.Next(70)));
            case AbiKind.String: return new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => "az,()[]\"\\ \u00e9\u4e2d"[random.Next(11)])]);
            case AbiKind.Tuple: return AbiValue.OfList([.. type.Components.Select(component => Value(random, component.Type))]);
            default:
                int count = type.Kind == AbiKind.FixedArray ? type.Size : random.Next(4);
                return AbiValue.OfList([.. Enumerable.Range(0, count).Select(_ => Value(random, type.Element!))]);
        }
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
