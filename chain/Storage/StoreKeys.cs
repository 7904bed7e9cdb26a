using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Storage;

/// <summary>
/// Keys of the block store, heights u64 BE. Headers: kind byte | height or hash. Bodies, receipts: height.
/// Transaction index: hash. Meta: ASCII names under <c>chain/</c>.
/// </summary>
internal static class StoreKeys
{
    public static readonly byte[] Schema = "chain/schema"u8.ToArray();
    public static readonly byte[] Height = "chain/height"u8.ToArray();
    public static readonly byte[] GenesisHash = "chain/genesis"u8.ToArray();
    public static readonly byte[] OldestBody = "chain/oldest-body"u8.ToArray();

    public static byte[] OfHeight(ulong height)
    {
        byte[] key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(key, height);
        return key;
    }

    public static byte[] Header(ulong height) => WithHeight((byte)'n', height);

    public static byte[] Certificate(ulong height) => WithHeight((byte)'c', height);

    public static byte[] NumberOf(in Hash256 blockHash) => WithHash((byte)'h', blockHash);

    public static byte[] Validators(in Hash256 validatorsHash) => WithHash((byte)'v', validatorsHash);

    private static byte[] WithHeight(byte kind, ulong height)
    {
        byte[] key = new byte[1 + sizeof(ulong)];
        key[0] = kind;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), height);
        return key;
    }

    private static byte[] WithHash(byte kind, in Hash256 hash)
    {
        byte[] key = new byte[1 + Hash256.Size];
        key[0] = kind;
        hash.CopyTo(key.AsSpan(1));
        return key;
    }
}
