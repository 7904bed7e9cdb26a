using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>The 2,048-bit log filter of the Yellow Paper, 4.3.1: three bits an entry, from pairs of bytes of its Keccak-256.</summary>
public sealed class Bloom : IEquatable<Bloom>
{
    public const int Size = 256;

    public static readonly Bloom Empty = new(new byte[Size]);

    private readonly byte[] _bits;

    /// <param name="bits">Exactly 256 bytes; taken over, not copied.</param>
    public Bloom(byte[] bits)
    {
        if (bits.Length != Size) throw new ArgumentException("a bloom has 256 bytes");
        _bits = bits;
    }

    public ReadOnlySpan<byte> Span => _bits;

    public static Bloom Of(IEnumerable<LogEntry> logs)
    {
        byte[]? bits = null;
        foreach (LogEntry log in logs)
        {
            bits ??= new byte[Size];
            Add(bits, log.Address.Span);
            foreach (Hash256 topic in log.Topics) Add(bits, topic.Span);
        }
        return bits is null ? Empty : new Bloom(bits);
    }

    public static Bloom Union(IEnumerable<Bloom> blooms)
    {
        byte[]? bits = null;
        foreach (Bloom bloom in blooms)
        {
            if (ReferenceEquals(bloom, Empty)) continue;
            bits ??= new byte[Size];
            for (int i = 0; i < Size; i++) bits[i] |= bloom._bits[i];
        }
        return bits is null ? Empty : new Bloom(bits);
    }

    /// <summary>False only if the entry was certainly never added.</summary>
    public bool MayContain(ReadOnlySpan<byte> entry)
    {
        Hash256 hash = Keccak.Hash(entry);
        ReadOnlySpan<byte> h = hash.Span;
        for (int i = 0; i < 6; i += 2)
        {
            int bit = ((h[i] << 8) | h[i + 1]) & 0x7ff;
            if ((_bits[Size - 1 - (bit >> 3)] & (1 << (bit & 7))) == 0) return false;
        }
        return true;
    }

    private static void Add(byte[] bits, ReadOnlySpan<byte> entry)
    {
        Hash256 hash = Keccak.Hash(entry);
        ReadOnlySpan<byte> h = hash.Span;
        for (int i = 0; i < 6; i += 2)
        {
            int bit = ((h[i] << 8) | h[i + 1]) & 0x7ff;
            bits[Size - 1 - (bit >> 3)] |= (byte)(1 << (bit & 7));
        }
    }

    public bool Equals(Bloom? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);
    public override bool Equals(object? obj) => obj is Bloom other && Equals(other);
    public override int GetHashCode() => _bits[0] ^ (_bits[128] << 8) ^ (_bits[255] << 16);
}
