using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.History;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Snapshots;

/// <summary>
/// Writes the flat tables at the head as a snapshot, on a consistent version while the node runs. A chunk is pairs: kind u8 ('A' or
/// 'R') | key length u16 BE | key | value length u32 BE | value; accounts come first, each table ascending, keys as they are.
/// </summary>
public static class SnapshotExport
{
    /// <param name="headerHash">Of the block at the head.</param>
    /// <param name="writeChunk">Takes chunk 0, 1, .. in order; the memory is only lent.</param>
    /// <exception cref="StorageException">there is no state, or the height is not the head any more</exception>
    public static SnapshotManifest Run(IKeyValueStore store, ulong height, Hash256 headerHash, Action<int, ReadOnlyMemory<byte>> writeChunk)
    {
        using IKeyValueSnapshot snapshot = store.Snapshot();
        (ulong stored, Hash256 root) = StateMeta.ReadHead(snapshot) ?? throw new StorageException("DSDN-E-STATE-EMPTY: there is no state here");
        if (stored != height) throw new StorageException($"DSDN-E-SNAPSHOT-HEIGHT: the head is {stored}, not {height}");
        var hashes = new List<Hash256>();
        byte[] chunk = new byte[SnapshotManifest.ChunkBytesMax];
        int used = 0;
        ulong accounts = Append(ColumnFamily.Accounts, HistoryRows.AccountKind);
        ulong records = Append(ColumnFamily.Records, HistoryRows.RecordKind);
        Close();
        return new SnapshotManifest(height, headerHash, root, hashes, accounts, records);

        ulong Append(ColumnFamily family, byte kind)
        {
            ulong count = 0;
            using KeyValueCursor cursor = snapshot.Scan(family, [], Enumerable.Repeat((byte)0xff, 32).ToArray());
            for (; cursor.MoveNext(); count++)
            {
                int size = 7 + cursor.Key.Length + cursor.Value.Length;
                if (size > SnapshotManifest.ChunkBytes) throw new StorageException("DSDN-E-SNAPSHOT-PAIR: a record is larger than a chunk");
                chunk[used] = kind;
                BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(used + 1), checked((ushort)cursor.Key.Length));
                cursor.Key.CopyTo(chunk.AsSpan(used + 3));
                BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(used + 3 + cursor.Key.Length), cursor.Value.Length);
                cursor.Value.CopyTo(chunk.AsSpan(used + 7 + cursor.Key.Length));
                used += size;
                if (used >= SnapshotManifest.ChunkBytes) Close();
            }
            return count;
        }

        void Close()
        {
            if (used == 0) return;
            hashes.Add(new Hash256(SHA256.HashData(chunk.AsSpan(0, used))));
            writeChunk(hashes.Count - 1, chunk.AsMemory(0, used));
            used = 0;
        }
    }
}
