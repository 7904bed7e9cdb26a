using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>Keys of the tries, and storage words, hashed in batches.</summary>
internal static class SecureKeys
{
    public static Hash256[] OfAccounts(IReadOnlyList<KeyValuePair<Address, Account>> accounts)
    {
        var digests = new Hash256[accounts.Count];
        if (digests.Length == 0) return digests;
        byte[] packed = new byte[digests.Length * Address.Size];
        int[] offsets = new int[digests.Length + 1];
        for (int i = 0; i < digests.Length; i++)
        {
            accounts[i].Key.CopyTo(packed.AsSpan(i * Address.Size));
            offsets[i + 1] = (i + 1) * Address.Size;
        }
        KeccakBatch.Hash(packed, offsets, digests);
        return digests;
    }

    /// <summary>Keys of the storage tries: the slot, hashed once more.</summary>
    public static Hash256[] OfRecords(IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> records)
    {
        var slots = new Hash256[records.Count];
        int bytes = 0;
        foreach ((byte[] key, _) in records) bytes += key.Length - 1;
        byte[] packed = new byte[Math.Max(bytes, slots.Length * Hash256.Size)];
        int[] offsets = new int[slots.Length + 1];
        for (int i = 0; i < slots.Length; i++)
        {
            ReadOnlySpan<byte> key = records[i].Key.AsSpan(1);
            key.CopyTo(packed.AsSpan(offsets[i]));
            offsets[i + 1] = offsets[i] + key.Length;
        }
        KeccakBatch.Hash(packed, offsets, slots);
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i].CopyTo(packed.AsSpan(i * Hash256.Size));
            offsets[i + 1] = (i + 1) * Hash256.Size;
        }
        KeccakBatch.Hash(packed, offsets, slots);
        return slots;
    }

    /// <summary>The storage words (<see cref="RecordKey.Word"/>); zero for a deleted record.</summary>
    public static Hash256[] WordsOfRecords(IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> records)
    {
        var words = new Hash256[records.Count];
        int bytes = 0, hashed = 0;
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in records)
        {
            if (value.IsEmpty || RecordKey.IsScalar(key)) continue;
            bytes += 1 + value.Length;
            hashed++;
        }
        byte[] packed = new byte[bytes];
        int[] offsets = new int[hashed + 1];
        var digests = new Hash256[hashed];
        int at = 0;
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in records)
        {
            if (value.IsEmpty || RecordKey.IsScalar(key)) continue;
            packed[offsets[at]] = 0x01;
            value.Span.CopyTo(packed.AsSpan(offsets[at] + 1));
            offsets[at + 1] = offsets[at] + 1 + value.Length;
            at++;
        }
        KeccakBatch.Hash(packed, offsets, digests);
        at = 0;
        Span<byte> word = stackalloc byte[Hash256.Size];
        for (int i = 0; i < words.Length; i++)
        {
            (byte[] key, ReadOnlyMemory<byte> value) = records[i];
            if (value.IsEmpty) continue;
            if (RecordKey.IsScalar(key))
            {
                Uint256.FromBigEndian(value.Span).WriteBigEndian(word);
                words[i] = new Hash256(word);
            }
            else
            {
                words[i] = digests[at++];
            }
        }
        return words;
    }
}
