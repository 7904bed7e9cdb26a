using System.Diagnostics.CodeAnalysis;

namespace Dsdn.Chain.State.Storage;

/// <summary>Bytewise order and equality of keys, also for look-ups by span.</summary>
public sealed class ByteOrder : IComparer<byte[]>, IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly ByteOrder Instance = new();

    private ByteOrder()
    {
    }

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

    /// <summary>Seeded by the process, so that nobody can choose keys that collide; the order of anything never depends on it.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
#pragma warning disable RS0030 // Differing between processes is the purpose; no result depends on it.
        HashCode hash = default;
        hash.AddBytes(alternate);
        return hash.ToHashCode();
#pragma warning restore RS0030
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <summary>The smallest key above every key that begins with <paramref name="prefix"/>; empty where there is none.</summary>
    public static byte[] EndOfPrefix(ReadOnlySpan<byte> prefix)
    {
        int length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xff) length--;
        byte[] end = prefix[..length].ToArray();
        if (length > 0) end[length - 1]++;
        return end;
    }
}
