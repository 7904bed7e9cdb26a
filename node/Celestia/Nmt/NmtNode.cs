using Dsdn.Celestia.Namespaces;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Nmt;

/// <summary>A node of a namespaced Merkle tree: lowest namespace 29 | highest namespace 29 | SHA-256 32.</summary>
public readonly record struct NmtNode(Namespace Min, Namespace Max, Hash256 Digest)
{
    public const int Size = (2 * Namespace.Size) + Hash256.Size;

    public const int MaxAt = Namespace.Size, DigestAt = 2 * Namespace.Size;

    /// <param name="bytes">Exactly 90 bytes.</param>
    public NmtNode(ReadOnlySpan<byte> bytes)
        : this(new Namespace(bytes[..MaxAt]), new Namespace(bytes[MaxAt..DigestAt]), new Hash256(bytes[DigestAt..]))
    {
    }

    /// <summary>Bytes from outside: 90 of them, the namespaces in order.</summary>
    public static DaVerdict TryDecode(ReadOnlySpan<byte> bytes, out NmtNode node)
    {
        node = default;
        if (bytes.Length != Size) return new DaVerdict(DaFault.ProofShape, $"a node has {Size} bytes, not {bytes.Length}");
        NmtNode read = new(bytes);
        if (read.Max < read.Min) return new DaVerdict(DaFault.ProofShape, $"a node from {read.Min} to {read.Max}");
        node = read;
        return DaVerdict.Valid;
    }

    /// <param name="destination">90 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        Min.CopyTo(destination);
        Max.CopyTo(destination[MaxAt..]);
        Digest.CopyTo(destination[DigestAt..]);
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }
}
