using System.Globalization;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Storage;

/// <summary>What a node keeps one of: a copy of a chunk or one of its shards, of one generation. Ordered by id, coding, shard, generation.</summary>
/// <param name="ChunkId">SHA-256 of the whole chunk.</param>
/// <param name="Shard">0 to 8; 0 of copies.</param>
/// <param name="Generation">As the chunk was declared.</param>
public readonly record struct ChunkKey(Hash256 ChunkId, ChunkCoding Coding, byte Shard, uint Generation) : IComparable<ChunkKey>
{
    private const int DigestLetters = 2 * Hash256.Size;

    public bool IsValid => Coding == ChunkCoding.Replicas ? Shard == 0 : Coding == ChunkCoding.ReedSolomon && Shard < Coding.Slots();

    /// <summary>A copy of a chunk's first generation.</summary>
    public static ChunkKey Copy(Hash256 chunkId, uint generation = 0) => new(chunkId, ChunkCoding.Replicas, 0, generation);

    public int CompareTo(ChunkKey other)
    {
        int order = ChunkId.CompareTo(other.ChunkId);
        if (order == 0) order = Coding.CompareTo(other.Coding);
        if (order == 0) order = Shard.CompareTo(other.Shard);
        return order == 0 ? Generation.CompareTo(other.Generation) : order;
    }

    /// <summary>The name of its file: 64 hexadecimal digits, -r0 or -s and the shard, - and the generation.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(ChunkId.Span)}-{(Coding == ChunkCoding.Replicas ? 'r' : 's')}{Shard}-{Generation}");

    /// <summary>Accepts exactly what <see cref="ToString"/> writes of a valid key.</summary>
    public static bool TryParse(string text, out ChunkKey key)
    {
        key = default;
        if (text.Length < DigestLetters + 5 || text[DigestLetters] != '-' || text[DigestLetters + 1] is not ('r' or 's') || text[DigestLetters + 3] != '-') return false;
        if (!Hash256.TryParse("0x" + text[..DigestLetters], out Hash256 id)) return false;
        if (!uint.TryParse(text.AsSpan(DigestLetters + 4), NumberStyles.None, CultureInfo.InvariantCulture, out uint generation)) return false;
        ChunkKey parsed = new(id, text[DigestLetters + 1] == 'r' ? ChunkCoding.Replicas : ChunkCoding.ReedSolomon, (byte)(text[DigestLetters + 2] - '0'), generation);
        if (!parsed.IsValid || parsed.ToString() != text) return false;
        key = parsed;
        return true;
    }
}
