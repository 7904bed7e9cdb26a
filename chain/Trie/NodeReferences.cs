using System.Buffers;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>What a parent holds of each node: its encoding where that is shorter than 32 bytes, else its hash as an RLP string.</summary>
internal sealed class NodeReferences(int count) : IDisposable
{
    private const int SlotSize = 1 + Hash256.Size;

    private readonly byte[] _slots = ArrayPool<byte>.Shared.Rent(count * SlotSize);
    private readonly byte[] _lengths = ArrayPool<byte>.Shared.Rent(count);

    /// <summary>Of node 0, which is always hashed.</summary>
    public Hash256 RootHash { get; private set; }

    public int Length(int node) => _lengths[node];

    public ReadOnlySpan<byte> Of(int node) => _slots.AsSpan(node * SlotSize, _lengths[node]);

    public void Set(int node, ReadOnlySpan<byte> encoding, in Hash256 hash)
    {
        if (node == 0) RootHash = hash;
        Span<byte> slot = _slots.AsSpan(node * SlotSize, SlotSize);
        if (encoding.Length < Hash256.Size)
        {
            encoding.CopyTo(slot);
            _lengths[node] = (byte)encoding.Length;
            return;
        }
        slot[0] = 0x80 + Hash256.Size;
        hash.CopyTo(slot[1..]);
        _lengths[node] = SlotSize;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_slots);
        ArrayPool<byte>.Shared.Return(_lengths);
    }
}
