using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>
/// What the payload of a leaf in memory and on disk stands for. <see cref="Word"/>: the value itself. <see cref="Account"/>: 0x00 and the
/// value, or, for accounts with neither code nor storage, 0x01 and the RLP of nonce and balance without the 66 bytes all of them share.
/// </summary>
internal enum LeafForm
{
    Account,
    Word,
}

internal static class LeafPayload
{
    public const int BytesMax = 255;

    public const byte Whole = 0;

    public const byte Plain = 1;

    /// <summary>storageRoot and codeHash of an account without code, as RLP strings.</summary>
    private static readonly byte[] PlainTail = [0xa0, .. SortedTrie.EmptyRoot.Span, 0xa0, .. Keccak.OfEmpty.Span];

    /// <summary>Nonce and balance of an account, as <see cref="Plain"/>.</summary>
    public static int WritePlain(Span<byte> to, ulong nonce, UInt128 balance)
    {
        to[0] = Plain;
        return 1 + WriteNonceAndBalance(to[1..], nonce, balance);
    }

    /// <summary>A whole account with storage and code.</summary>
    public static int WriteWhole(Span<byte> to, ulong nonce, UInt128 balance, in Hash256 storageRoot, in Hash256 codeHash)
    {
        Span<byte> head = stackalloc byte[32];
        head = head[..WriteNonceAndBalance(head, nonce, balance)];
        to[0] = Whole;
        int at = 1 + NodeEncoding.WriteHeader(to[1..], head.Length + 66, 0xc0);
        head.CopyTo(to[at..]);
        at += head.Length;
        at += NodeEncoding.WriteString(to[at..], storageRoot.Span);
        return at + NodeEncoding.WriteString(to[at..], codeHash.Span);
    }

    /// <summary>The value of the leaf that the trie commits to.</summary>
    public static int WriteValue(Span<byte> to, ReadOnlySpan<byte> payload, LeafForm form)
    {
        if (form == LeafForm.Word)
        {
            payload.CopyTo(to);
            return payload.Length;
        }
        ReadOnlySpan<byte> rest = payload[1..];
        if (payload[0] == Whole)
        {
            rest.CopyTo(to);
            return rest.Length;
        }
        int at = NodeEncoding.WriteHeader(to, rest.Length + PlainTail.Length, 0xc0);
        rest.CopyTo(to[at..]);
        PlainTail.CopyTo(to[(at + rest.Length)..]);
        return at + rest.Length + PlainTail.Length;
    }

    /// <summary>Nonce and balance of an account's payload; false where it is none.</summary>
    public static bool TryReadAccount(ReadOnlySpan<byte> payload, out ulong nonce, out UInt128 balance)
    {
        (nonce, balance) = (0, 0);
        if (payload.Length < 3 || payload[0] > Plain) return false;
        ReadOnlySpan<byte> rest = payload[1..];
        if (payload[0] == Whole)
        {
            int header = rest[0] < 0xc0 ? -1 : rest[0] <= 0xf7 ? 1 : 1 + rest[0] - 0xf7;
            if (header < 0 || rest.Length < header) return false;
            rest = rest[header..];
        }
        if (!TryReadInteger(ref rest, out UInt128 first) || first > ulong.MaxValue || !TryReadInteger(ref rest, out balance)) return false;
        nonce = (ulong)first;
        return true;
    }

    /// <summary>Storage root and code hash of an account's payload.</summary>
    public static (Hash256 StorageRoot, Hash256 CodeHash) ReadRoots(ReadOnlySpan<byte> payload) =>
        payload[0] == Whole && payload.Length > 67
            ? (new Hash256(payload.Slice(payload.Length - 65, 32)), new Hash256(payload[^32..]))
            : (SortedTrie.EmptyRoot, Keccak.OfEmpty);

    /// <summary>The word of a storage leaf, zero where there is none.</summary>
    public static Uint256 ReadWord(ReadOnlySpan<byte> payload) =>
        payload.IsEmpty ? Uint256.Zero : Uint256.FromBigEndian(payload[0] < 0x80 ? payload : payload[1..]);

    private static bool TryReadInteger(ref ReadOnlySpan<byte> rest, out UInt128 value)
    {
        value = 0;
        if (rest.IsEmpty) return false;
        if (rest[0] < 0x80)
        {
            value = rest[0];
            rest = rest[1..];
            return true;
        }
        int length = rest[0] - 0x80;
        if (length > 16 || rest.Length < 1 + length) return false;
        foreach (byte digit in rest.Slice(1, length)) value = (value << 8) | digit;
        rest = rest[(1 + length)..];
        return true;
    }

    private static int WriteNonceAndBalance(Span<byte> to, ulong nonce, UInt128 balance)
    {
        int at = NodeEncoding.WriteInteger(to, nonce);
        return at + NodeEncoding.WriteInteger(to[at..], balance);
    }
}
