using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.History;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State.Snapshots;

/// <summary>Why an import did not go on.</summary>
public enum SnapshotFault
{
    None,

    /// <summary>DSDN-E-SNAPSHOT-CHUNK: not the bytes the manifest means, or not pairs; whoever sent it is lying or broken.</summary>
    BadChunk,

    /// <summary>DSDN-E-SNAPSHOT-MISSING: chunks are still to come.</summary>
    ChunksMissing,

    /// <summary>DSDN-E-SNAPSHOT-ROOT: all chunks are as the manifest says, but they do not give its state root; nothing was kept.</summary>
    WrongRoot,

    /// <summary>DSDN-E-SNAPSHOT-BLOCKS: what it says of blocks is not what the validators signed; nothing was kept.</summary>
    WrongBlocks,
}

/// <summary>
/// Fills an empty store from a snapshot. Chunks come in any order and from anyone; what was taken is kept over restarts. The state
/// becomes visible only after the root was rebuilt from it and is the manifest's. Until then, and after a refusal, the store opens
/// as no chain: nothing falls back to genesis without being told to (cometbft#4977).
/// </summary>
public sealed class SnapshotImport
{
    private const int LeavesPerStep = 1 << 15;

    /// <summary>How many leaves are sorted in memory at once: about 200 MiB.</summary>
    private const int LeavesPerPortion = 1 << 20;

    private readonly IKeyValueStore _store;
    private readonly SnapshotManifest _manifest;
    private readonly Hash256 _manifestHash;

    private SnapshotImport(IKeyValueStore store, SnapshotManifest manifest, Hash256 manifestHash) =>
        (_store, _manifest, _manifestHash) = (store, manifest, manifestHash);

    /// <summary>Begins, or goes on with an import of the same manifest; another one's rows are deleted first.</summary>
    /// <exception cref="StorageException">the store holds a state already</exception>
    public static SnapshotImport Open(IKeyValueStore store, SnapshotManifest manifest)
    {
        if (StateMeta.ReadHead(store) != null) throw new StorageException("DSDN-E-SNAPSHOT-NOT-EMPTY: the store holds a state already");
        var import = new SnapshotImport(store, manifest, manifest.Hash);
        byte[]? begun = StateMeta.ReadImport(store);
        if (begun == null || !begun.AsSpan().SequenceEqual(import._manifestHash.Span)) import.Clear(begins: true);
        return import;
    }

    /// <summary>Hash of the manifest whose import was begun and not finished; null where none was.</summary>
    public static Hash256? Begun(IKeyValueReader store) => StateMeta.ReadImport(store) is { Length: Hash256.Size } hash ? new Hash256(hash) : null;

    /// <summary>The block part of the snapshot, as far as it came.</summary>
    public byte[] ReadParts() => StateMeta.ReadImportedParts(_store);

    public Hash256 StateRoot => _manifest.StateRoot;

    /// <summary>Chunks still to come, ascending.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(0, _manifest.Chunks.Count).Where(chunk => !Has(chunk));

    public bool Has(int chunk) => _store.Get(ColumnFamily.Meta, StateMeta.ImportedChunkKey(chunk)) != null;

    /// <summary>Takes a chunk; one that is there already is taken as read.</summary>
    public SnapshotFault Add(int chunk, ReadOnlySpan<byte> bytes)
    {
        if (chunk < 0 || chunk >= _manifest.Chunks.Count || bytes.Length > SnapshotManifest.ChunkBytesMax) return SnapshotFault.BadChunk;
        if (new Hash256(SHA256.HashData(bytes)) != _manifest.Chunks[chunk]) return SnapshotFault.BadChunk;
        if (Has(chunk)) return SnapshotFault.None;
        using IWriteBatch batch = _store.CreateBatch();
        ReadOnlySpan<byte> rest = bytes;
        while (!rest.IsEmpty)
        {
            if (rest.Length < 7) return SnapshotFault.BadChunk;
            byte kind = rest[0];
            int keyLength = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (kind is not (HistoryRows.AccountKind or HistoryRows.RecordKind or SnapshotExport.PartKind) || rest.Length < 7 + keyLength) return SnapshotFault.BadChunk;
            ReadOnlySpan<byte> key = rest.Slice(3, keyLength);
            uint valueLength = BinaryPrimitives.ReadUInt32BigEndian(rest[(3 + keyLength)..]);
            rest = rest[(7 + keyLength)..];
            bool isWellFormed = kind switch
            {
                HistoryRows.AccountKind => keyLength == Address.Size,
                HistoryRows.RecordKind => keyLength >= RecordKey.PrefixSize && key[0] < StateTree.Modules,
                _ => keyLength == SnapshotExport.PartKeyBytes,
            };
            if (!isWellFormed || valueLength == 0 || valueLength > rest.Length) return SnapshotFault.BadChunk;
            ReadOnlySpan<byte> value = rest[..(int)valueLength];
            if (kind == HistoryRows.AccountKind) batch.Put(ColumnFamily.Accounts, key, value);
            else if (kind == HistoryRows.RecordKind) batch.Put(ColumnFamily.Records, key, value);
            else batch.Put(ColumnFamily.Meta, StateMeta.ImportedPartKey(key), value);
            rest = rest[(int)valueLength..];
        }
        batch.Put(ColumnFamily.Meta, StateMeta.ImportedChunkKey(chunk), [1]);
        _store.Write(batch, sync: true);
        return SnapshotFault.None;
    }

    /// <summary>Rebuilds the tree from the rows and, if the root is right, makes the height the head.</summary>
    /// <param name="also">Adds what must become visible together with the state (cometbft#1077).</param>
    public SnapshotFault Finish(Action<IWriteBatch>? also = null)
    {
        if (Missing.Any()) return SnapshotFault.ChunksMissing;
        bool isSound = true;
        TreeVersion version = TreeVersion.Empty;
        var pages = new TriePages(_store);
        try
        {
            var tree = new StateTree(pages);
            for (int module = 0; module < StateTree.Modules && isSound; module++)
            {
                foreach (FlatLeaf[] step in FlatLeaves.OfModule(_store, (byte)module, _ => isSound = false).Chunk(LeavesPerStep))
                    version = Step(tree, version, (byte)(1 + module), step);
            }
            // An account of a module holds the root of its records, which are complete now.
            foreach (FlatLeaf[] step in FlatLeaves.OfAccounts(_store, version.Roots, _ => isSound = false, LeavesPerPortion).Chunk(LeavesPerStep))
                version = Step(tree, version, 0, step);
        }
        catch (StateCorruptException)
        {
            isSound = false;
        }
        catch (InvalidOperationException)
        {
            isSound = false;
        }
        if (!isSound || version.Root != _manifest.StateRoot)
        {
            Refuse();
            return SnapshotFault.WrongRoot;
        }
        using IWriteBatch batch = _store.CreateBatch();
        TreeStore.Write(batch, _manifest.Height, version);
        StateMeta.WriteOldest(batch, _manifest.Height, _manifest.Height);
        StateMeta.WriteHead(batch, _manifest.Height, version.Root);
        StateMeta.DeleteImport(batch);
        also?.Invoke(batch);
        _store.Write(batch, sync: true);
        return SnapshotFault.None;
    }

    /// <summary>Deletes what came; the store stays one whose import is unfinished.</summary>
    public void Refuse() => Clear(begins: true);

    /// <summary>A step of the tree, with its pages written as soon as they are many.</summary>
    private TreeVersion Step(StateTree tree, TreeVersion version, byte trie, FlatLeaf[] leaves)
    {
        TreeVersion next = tree.Append(version, trie, leaves);
        if (next.UnwrittenBytes < new StateOptions().TrieFlushBytes) return next;
        using IWriteBatch batch = _store.CreateBatch();
        TreeStore.Write(batch, _manifest.Height, next);
        _store.Write(batch, sync: false);
        TreeStore.MarkWritten(next);
        TreeStore.Evict(next, 0, tree.Round++);
        return next;
    }

    private void Clear(bool begins)
    {
        using IWriteBatch batch = _store.CreateBatch();
        byte[] end = Enumerable.Repeat((byte)0xff, 64).ToArray();
        foreach (ColumnFamily family in (ColumnFamily[])[ColumnFamily.Accounts, ColumnFamily.Records, ColumnFamily.Trie]) batch.DeleteRange(family, [], end);
        StateMeta.DeleteImport(batch);
        if (begins) StateMeta.WriteImport(batch, _manifestHash);
        _store.Write(batch, sync: true);
    }
}
