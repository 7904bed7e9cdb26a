using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Execution;

/// <summary>What became of evidence that was offered.</summary>
/// <param name="IsAdded">It waits for a block.</param>
/// <param name="Code">Else why not: DSDN-E-EVIDENCE-KNOWN, -FULL, or the code of the rule it breaks.</param>
public readonly record struct EvidenceAnswer(bool IsAdded, string? Code, string? Detail);

/// <summary>
/// Evidence that waits for a block, one item a validator: one is enough to punish. Everything in it would be accepted by the
/// next block, or, where it is of the height that is being decided, by the one after. What is added is on disk before
/// <see cref="Add"/> returns and waits on after a restart. Single-threaded, with the execution it belongs to.
/// </summary>
public sealed class EvidencePool
{
    public const int ItemsMax = 256;

    /// <summary>Above every address.</summary>
    private static readonly byte[] AfterAll = [.. Enumerable.Repeat(byte.MaxValue, Address.Size + 1)];

    private readonly IKeyValueStore _store;
    private readonly ChainConstants _chain;
    private readonly IModuleKernel _kernel;
    private readonly SortedDictionary<Address, EvidenceItem> _items = [];
    private IStateView _state;
    private ulong _height;
    private ulong _timeMs;

    internal EvidencePool(IKeyValueStore store, ChainConstants chain, IModuleKernel kernel, Tip tip)
    {
        (_store, _chain, _kernel) = (store, chain, kernel);
        (_state, _height, _timeMs) = (tip.State, tip.Number, tip.TimeMs);
        Load();
    }

    public int Count => _items.Count;

    /// <summary>All that waits, by accused.</summary>
    public IReadOnlyList<EvidenceItem> Items => _items.Count == 0 ? [] : [.. _items.Values];

    /// <exception cref="StorageException">the disk failed</exception>
    public EvidenceAnswer Add(EvidenceItem item)
    {
        if (_items.ContainsKey(item.Accused)) return new EvidenceAnswer(false, "DSDN-E-EVIDENCE-KNOWN", $"{item.Accused} is accused already");
        if (_items.Count >= ItemsMax) return new EvidenceAnswer(false, "DSDN-E-EVIDENCE-FULL", $"{ItemsMax} items wait");
        BlockVerdict verdict = Check(item);
        if (!verdict.IsValid) return new EvidenceAnswer(false, verdict.Code, verdict.Detail);
        using IWriteBatch batch = _store.CreateBatch();
        batch.Put(ColumnFamily.Evidence, item.Accused.Span, EvidenceCodec.Encode(item));
        _store.Write(batch, sync: true);
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
        Forget([.. _items.Values.Where(item => !Check(item).IsValid).Select(static item => item.Accused.Span.ToArray())]);
    }

    /// <summary>What a block took before the process ended, or what a rollback put into the future, is dropped here.</summary>
    private void Load()
    {
        List<byte[]> stale = [];
        using (KeyValueCursor rows = _store.Scan(ColumnFamily.Evidence, [], AfterAll))
        {
            while (rows.MoveNext())
            {
                if (_items.Count < ItemsMax && EvidenceCodec.TryDecode(rows.Value, out EvidenceItem? item) && item.Accused.Span.SequenceEqual(rows.Key) && Check(item).IsValid) _items.Add(item.Accused, item);
                else stale.Add(rows.Key.ToArray());
            }
        }
        Forget(stale);
    }

    /// <summary>Not synced: what comes back after a power failure is judged again.</summary>
    private void Forget(IReadOnlyList<byte[]> accused)
    {
        if (accused.Count == 0) return;
        using IWriteBatch batch = _store.CreateBatch();
        foreach (byte[] key in accused)
        {
            batch.Delete(ColumnFamily.Evidence, key);
            _items.Remove(new Address(key));
        }
        _store.Write(batch, sync: false);
    }

    /// <summary>By the first block that could take it.</summary>
    private BlockVerdict Check(EvidenceItem item)
    {
        ulong block = item.Height == _height + 1 ? _height + 2 : _height + 1;
        return EvidenceRules.Check(item, _chain, _kernel, _state, block, _timeMs + 1);
    }
}
