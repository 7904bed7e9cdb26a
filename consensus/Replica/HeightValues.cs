using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;

namespace Dsdn.Consensus.Replica;

/// <summary>A block that was proposed at the current height, with its bytes and what execution said of it.</summary>
internal sealed class HeightValue(Block block, PartSet parts)
{
    public Block Block { get; } = block;

    public PartSet Parts { get; } = parts;

    /// <summary>Null: not executed in this run of the process.</summary>
    public BlockVerdict? Verdict { get; set; }
}

/// <summary>The values of one height by the root of their parts; bounded, for a proposer may sign any number. Insertion order.</summary>
internal sealed class HeightValues
{
    /// <summary>One a round, and far more rounds than a height takes.</summary>
    public const int ValuesMax = 64;

    private readonly List<HeightValue> _values = [];

    public int Count => _values.Count;

    public HeightValue Add(Block block, PartSet parts)
    {
        if (Find(block.Hash, parts.Root) is { } known) return known;
        if (_values.Count == ValuesMax) _values.RemoveAt(0);
        var value = new HeightValue(block, parts);
        _values.Add(value);
        return value;
    }

    public HeightValue? Find(Hash256 valueId, Hash256 partsRoot) => _values.Find(value => value.Block.Hash == valueId && value.Parts.Root == partsRoot);

    /// <summary>Any with this block, whatever its parts.</summary>
    public HeightValue? Find(Hash256 valueId) => _values.Find(value => value.Block.Hash == valueId);

    public IReadOnlyList<HeightValue> OfBlock(Hash256 valueId) => [.. _values.Where(value => value.Block.Hash == valueId)];

    public void Clear() => _values.Clear();
}
