using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution;

/// <summary>What became of evidence that was offered.</summary>
/// <param name="IsAdded">It waits for a block.</param>
/// <param name="Code">Else why not: DSDN-E-EVIDENCE-KNOWN, -FULL, or the code of the rule it breaks.</param>
public readonly record struct EvidenceAnswer(bool IsAdded, string? Code, string? Detail);

/// <summary>
/// Evidence that waits for a block, one item a validator: one is enough to punish. Everything in it would be accepted by the
/// next block, or, where it is of the height that is being decided, by the one after. Kept in memory; single-threaded, with
/// the execution it belongs to.
/// </summary>
public sealed class EvidencePool
{
    public const int ItemsMax = 256;

    private readonly ChainConstants _chain;
    private readonly IModuleKernel _kernel;
    private readonly SortedDictionary<Address, EvidenceItem> _items = [];
    private IStateView _state;
    private ulong _height;
    private ulong _timeMs;

    internal EvidencePool(ChainConstants chain, IModuleKernel kernel, Tip tip)
    {
        _chain = chain;
        _kernel = kernel;
        (_state, _height, _timeMs) = (tip.State, tip.Number, tip.TimeMs);
    }

    public int Count => _items.Count;

    public EvidenceAnswer Add(EvidenceItem item)
    {
        if (_items.ContainsKey(item.Accused)) return new EvidenceAnswer(false, "DSDN-E-EVIDENCE-KNOWN", $"{item.Accused} is accused already");
        if (_items.Count >= ItemsMax) return new EvidenceAnswer(false, "DSDN-E-EVIDENCE-FULL", $"{ItemsMax} items wait");
        BlockVerdict verdict = Check(item);
        if (!verdict.IsValid) return new EvidenceAnswer(false, verdict.Code, verdict.Detail);
        _items.Add(item.Accused, item);
        return new EvidenceAnswer(true, null, null);
    }

    /// <summary>What the next block takes, encoded; empty where nothing waits.</summary>
    /// <param name="bytesMax">At most <see cref="EvidenceCodec.BytesMax"/> is used of it.</param>
    public ReadOnlyMemory<byte> Pending(int bytesMax = EvidenceCodec.BytesMax)
    {
        List<EvidenceItem> chosen = [];
        byte[] encoded = [];
        foreach ((_, EvidenceItem item) in _items)
        {
            if (item.Height > _height) continue;
            chosen.Add(item);
            byte[] longer = EvidenceCodec.EncodeList(chosen);
            if (chosen.Count > EvidenceCodec.ItemsMax || longer.Length > Math.Min(bytesMax, EvidenceCodec.BytesMax)) return encoded;
            encoded = longer;
        }
        return encoded;
    }

    /// <summary>Forgets what is punished or too old now.</summary>
    internal void OnCommitted(Tip tip)
    {
        (_state, _height, _timeMs) = (tip.State, tip.Number, tip.TimeMs);
        if (_items.Count == 0) return;
        foreach (EvidenceItem item in (EvidenceItem[])[.. _items.Values])
        {
            if (!Check(item).IsValid) _items.Remove(item.Accused);
        }
    }

    /// <summary>By the first block that could take it.</summary>
    private BlockVerdict Check(EvidenceItem item)
    {
        ulong block = item.Height == _height + 1 ? _height + 2 : _height + 1;
        return EvidenceRules.Check(item, _chain, _kernel, _state, block, _timeMs + 1);
    }
}
