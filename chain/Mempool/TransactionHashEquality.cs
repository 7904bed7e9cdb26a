using System.Runtime.InteropServices;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Mempool;

/// <summary>
/// Equality of transaction hashes for the pool's table. The hash is seeded by the process: senders choose their bytes, so an
/// unseeded one would let ground-out hashes share one bucket.
/// </summary>
internal sealed class TransactionHashEquality : IEqualityComparer<Hash256>
{
    public static readonly TransactionHashEquality Instance = new();

    private TransactionHashEquality()
    {
    }

    public bool Equals(Hash256 x, Hash256 y) => x.Equals(y);

    public int GetHashCode(Hash256 obj)
    {
#pragma warning disable RS0030 // Differing between processes is the purpose; no result depends on it.
        return HashCode.Combine(MemoryMarshal.Read<ulong>(obj.Span));
#pragma warning restore RS0030
    }
}
