using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.History;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

/// <summary>
/// The state of the chain on a store: flat tables for reads, the tree for the root and proofs. One thread derives, stages and
/// promotes; any number read. The order of a commit: <see cref="Derive"/> (pure) -> <see cref="Stage"/> into the block's batch ->
/// the batch is written, synced -> <see cref="Promote"/>. A batch that could not be written is staged anew or never.
/// </summary>
public sealed class StateStore
{
    // Each commit prunes a little more than it adds, so that a window made smaller is reached.
    private const int HeightsPrunedPerCommit = 4;

    private readonly IKeyValueStore _store;
    private readonly StateOptions _options;
    private readonly TriePages _pages;
    private readonly StateTree _tree;
    private readonly FlatReader _flat;
    private volatile HeadView _head;
    private volatile Staged? _staged;
    private ulong _treeHeight;
    private int _unwrittenEntries;
    private volatile Oldest _oldest = new(0, 0);

    // What a staged commit leaves to readers, who must not trust rows below it even before it is promoted.
    private volatile Oldest _retained = new(0, 0);

    private StateStore(IKeyValueStore store, StateOptions options)
    {
        _store = store;
        _options = options;
        _pages = new TriePages(store);
        _tree = new StateTree(_pages);
        _flat = new FlatReader(store, options);
        (ulong Height, Hash256 Root)? head = StateMeta.ReadHead(store);
        if (head == null)
        {
            if (StateMeta.ReadImport(store) != null) throw new StorageException("DSDN-E-STATE-IMPORT: the import of a snapshot is unfinished");
            _head = new HeadView(_flat, 0, TreeVersion.Empty);
            return;
        }
        (ulong history, ulong proofs) = StateMeta.ReadOldest(store);
        _retained = _oldest = new Oldest(history, proofs);
        _head = new HeadView(_flat, head.Value.Height, TreeStore.Open(store, _tree, _pages, head.Value.Height, head.Value.Root, out _treeHeight));
        HasGenesis = true;
    }

    /// <exception cref="StateCorruptException">what is on disk contradicts itself</exception>
    /// <exception cref="StorageException">the store fails, or its state was written by a newer program</exception>
    public static StateStore Open(IKeyValueStore store, StateOptions options) => new(store, options);

    /// <summary>False before block 0 was promoted.</summary>
    public bool HasGenesis { get; private set; }

    /// <summary>The last committed height.</summary>
    public ulong Height => _head.Height;

    /// <summary>The flat tables at the last committed height. A view that is held keeps showing its own height.</summary>
    public IStateView Head => _head;

    /// <summary>The tree at the last committed height; before block 0 the empty one.</summary>
    public StateVersion Current => _head.Version;

    /// <summary>The oldest height <see cref="At"/> can show.</summary>
    public ulong OldestHeight => Window(_head.Height).History;

    /// <summary>The oldest height <see cref="Prove"/> can prove.</summary>
    public ulong OldestProvable => Window(_head.Height).Proofs;

    /// <summary>Roughly the memory that nodes of the current tree take.</summary>
    public long TreeBytes => TreeStore.Bytes(_head.Version);

    /// <summary>The version after the changes; nothing is written.</summary>
    /// <exception cref="InvalidOperationException">records of a module without an account, or of no module</exception>
    public StateVersion Derive(StateVersion parent, StateChanges changes) => _tree.Derive((TreeVersion)parent, changes);

    /// <summary>Adds everything the height changes to the block's batch.</summary>
    /// <param name="height">0 for genesis, else one above <see cref="Height"/>.</param>
    /// <param name="version">Derived from <see cref="Current"/> by these changes.</param>
    public void Stage(IWriteBatch batch, ulong height, StateVersion version, StateChanges changes)
    {
        ulong expected = HasGenesis ? Height + 1 : 0;
        if (height != expected) throw new InvalidOperationException($"height {height} staged, {expected} is next");
        var tree = (TreeVersion)version;
        HeadView before = _head;
        var after = new HeadView(_flat, height, tree);
        var undo = new Undo(changes, before, after);
        _flat.BeginCommit();
        before.Attach(undo);

        FlatTables.Write(batch, changes);
        if (height > 0)
        {
            HistoryRows.Write(batch, height, undo);
            TrieHistory.Write(batch, height, before.Version, tree, _pages);
        }
        bool writesTree = height == 0 || height - _treeHeight >= _options.TrieFlushBlocks || tree.UnwrittenBytes >= _options.TrieFlushBytes
            || _unwrittenEntries + changes.Accounts.Count + changes.Records.Count >= _options.TrieFlushEntries;
        if (writesTree) TreeStore.Write(batch, height, tree);
        Oldest oldest = Prune(batch, height, HeightsPrunedPerCommit);
        _retained = oldest;
        StateMeta.WriteOldest(batch, oldest.History, oldest.Proofs);
        StateMeta.WriteHead(batch, height, tree.Root);
        _staged = new Staged(after, changes, writesTree, oldest);
    }

    /// <summary>Makes the staged version the head, after its batch was written.</summary>
    public void Promote(StateVersion version)
    {
        if (_staged == null || !ReferenceEquals(_staged.After.Version, version)) throw new InvalidOperationException("the version was not staged");
        (HeadView after, StateChanges changes, bool wroteTree, _oldest) = _staged;
        _staged = null;
        if (wroteTree)
        {
            TreeStore.MarkWritten(after.Version);
            _treeHeight = after.Height;
            _unwrittenEntries = 0;
            TreeStore.Evict(after.Version, _options.TrieCacheBytesMax, _tree.Round);
            _tree.Round++;
        }
        else
        {
            _unwrittenEntries += changes.Accounts.Count + changes.Records.Count;
        }
        _flat.EndCommit(changes);
        HasGenesis = true;
        _head = after;
    }

    /// <summary>The flat tables at a height. A view of a past height fails once the height leaves the window.</summary>
    /// <exception cref="HistoryUnavailableException">outside the retention window</exception>
    /// <exception cref="ArgumentOutOfRangeException">above the head</exception>
    public IStateView At(ulong height)
    {
        HeadView head = _head;
        if (height > head.Height) throw new ArgumentOutOfRangeException(nameof(height));
        ulong oldest = Window(head.Height).History;
        if (height < oldest) throw new HistoryUnavailableException(oldest);
        return height == head.Height ? head : new HistoryView(_store, head, height, () => _retained.History);
    }

    /// <summary>An account and storage slots (before hashing) at a height with their proofs, of inclusion or of absence.</summary>
    /// <exception cref="HistoryUnavailableException">outside the window for proofs</exception>
    /// <exception cref="ArgumentOutOfRangeException">above the head</exception>
    public AccountProof Prove(ulong height, Address address, IReadOnlyList<Hash256> slots)
    {
        while (true)
        {
            HeadView head = _head;
            if (height > head.Height) throw new ArgumentOutOfRangeException(nameof(height));
            ulong oldest = Window(head.Height).Proofs;
            if (height < oldest) throw new HistoryUnavailableException(oldest);
            try
            {
                ITrieShape shape = height == head.Height ? new TreeShape(head.Version, _pages) : new PastShape(_store, head, height, _pages);
                AccountProof proof = ProofMaker.Make(shape, address, slots);
                if (height < _retained.Proofs) throw new HistoryUnavailableException(_retained.Proofs);
                return proof;
            }
            catch (StateCorruptException) when (!ReferenceEquals(head, _head) || _staged != null)
            {
                // Pages of a newer height were written, or rows pruned, meanwhile: what the proof saw was not wrong, only newer.
            }
        }
    }

    /// <summary>Prunes up to that many heights outside the windows, in a batch of its own; false when none are left.</summary>
    public bool PruneSome(int heightsMax)
    {
        using IWriteBatch batch = _store.CreateBatch();
        Oldest before = _oldest, after = Prune(batch, Height, heightsMax);
        if (before == after) return false;
        _retained = after;
        _oldest = after;
        StateMeta.WriteOldest(batch, after.History, after.Proofs);
        _store.Write(batch, sync: true);
        return true;
    }

    /// <summary>Gives the disk space of what was pruned back.</summary>
    public void Compact()
    {
        foreach (ColumnFamily family in (ColumnFamily[])[ColumnFamily.History, ColumnFamily.Changesets, ColumnFamily.ProofHistory])
            _store.Compact(family, [0], [0xff, 0xff]);
    }

    private Oldest Prune(IWriteBatch batch, ulong height, int heightsMax)
    {
        (ulong history, ulong proofs) = _oldest;
        Oldest window = Window(height);
        // What a height changed tells of the heights below it: at the edge itself nothing is needed. Only the start after a crash
        // needs all changes since pages were last written.
        ulong historyUntil = Math.Min(window.History, _treeHeight);
        for (int i = 0; i < heightsMax && history < historyUntil; i++) HistoryRows.Prune(_store, batch, ++history);
        ulong proofsUntil = Math.Min(window.Proofs, proofs + (ulong)heightsMax);
        if (proofs < proofsUntil) TrieHistory.Prune(batch, proofs, proofs = proofsUntil);
        return new Oldest(history, proofs);
    }

    /// <summary>What readers may ask for at a head, whether or not what lies below is deleted yet.</summary>
    private Oldest Window(ulong height) => new(
        Math.Max(_oldest.History, height > _options.HistoryBlocks ? height - _options.HistoryBlocks : 0),
        Math.Max(_oldest.Proofs, height > _options.ProofBlocks ? height - _options.ProofBlocks : 0));

    private sealed record Oldest(ulong History, ulong Proofs);

    private sealed record Staged(HeadView After, StateChanges Changes, bool WroteTree, Oldest Oldest);
}
