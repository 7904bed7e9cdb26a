using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>Blocks above the head that wait to be applied, by height, with their encoded size.</summary>
internal sealed class KeptBlocks
{
    private readonly SortedDictionary<ulong, ReceivedBlock> _blocks = [];

    public int Count => _blocks.Count;

    public long Bytes { get; private set; }

    public ReceivedBlock? Find(ulong height) => _blocks.GetValueOrDefault(height);

    public bool Has(ulong height) => _blocks.ContainsKey(height);

    /// <summary>The first of a height stays.</summary>
    public void Add(ulong height, ReceivedBlock block)
    {
        if (_blocks.TryAdd(height, block)) Bytes += block.Bytes;
    }

    public void Remove(ulong height)
    {
        if (_blocks.Remove(height, out ReceivedBlock? block)) Bytes -= block.Bytes;
    }

    public void RemoveThrough(ulong height)
    {
        foreach (ulong gone in _blocks.Keys.TakeWhile(kept => kept <= height).ToArray()) Remove(gone);
    }

    public void RemoveOf(PeerId supplier)
    {
        foreach (ulong gone in _blocks.Where(pair => pair.Value.Supplier == supplier).Select(pair => pair.Key).ToArray()) Remove(gone);
    }
}
