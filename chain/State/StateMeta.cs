using System.Buffers.Binary;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State;

/// <summary>Rows of the state in the meta family: fixed layouts, all integers big-endian.</summary>
internal static class StateMeta
{
    /// <summary>The layout of everything the state writes; a newer one is refused.</summary>
    public const uint Schema = 1;

    private static ReadOnlySpan<byte> SchemaKey => "state/schema"u8;

    private static ReadOnlySpan<byte> HeadKey => "state/head"u8;

    private static ReadOnlySpan<byte> OldestKey => "state/oldest"u8;

    private static ReadOnlySpan<byte> ImportKey => "state/import"u8;

    private static ReadOnlySpan<byte> ImportedChunkPrefix => "state/import-chunk/"u8;

    private static ReadOnlySpan<byte> ImportedPartPrefix => "state/import-part/"u8;

    private static ReadOnlySpan<byte> TreeKey => "state/tree"u8;

    public static void WriteHead(IWriteBatch batch, ulong height, in Hash256 root)
    {
        Span<byte> row = stackalloc byte[8 + Hash256.Size];
        BinaryPrimitives.WriteUInt64BigEndian(row, height);
        root.CopyTo(row[8..]);
        batch.Put(ColumnFamily.Meta, HeadKey, row);
        BinaryPrimitives.WriteUInt32BigEndian(row, Schema);
        batch.Put(ColumnFamily.Meta, SchemaKey, row[..4]);
    }

    public static void WriteOldest(IWriteBatch batch, ulong history, ulong proofs)
    {
        Span<byte> row = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(row, history);
        BinaryPrimitives.WriteUInt64BigEndian(row[8..], proofs);
        batch.Put(ColumnFamily.Meta, OldestKey, row);
    }

    /// <summary>Which version the pages on disk are: trieHeight and the roots.</summary>
    public static void WriteTree(IWriteBatch batch, ulong height, ReadOnlySpan<Hash256> roots)
    {
        byte[] row = new byte[8 + (roots.Length * Hash256.Size)];
        BinaryPrimitives.WriteUInt64BigEndian(row, height);
        for (int i = 0; i < roots.Length; i++) roots[i].CopyTo(row.AsSpan(8 + (i * Hash256.Size)));
        batch.Put(ColumnFamily.Meta, TreeKey, row);
    }

    /// <summary>Names the snapshot whose rows are coming in.</summary>
    public static void WriteImport(IWriteBatch batch, in Hash256 manifestHash) => batch.Put(ColumnFamily.Meta, ImportKey, manifestHash.Span);

    public static void DeleteImport(IWriteBatch batch)
    {
        batch.Delete(ColumnFamily.Meta, ImportKey);
        batch.DeleteRange(ColumnFamily.Meta, ImportedChunkKey(0), ByteOrder.EndOfPrefix(ImportedChunkPrefix));
        batch.DeleteRange(ColumnFamily.Meta, ImportedPartPrefix, ByteOrder.EndOfPrefix(ImportedPartPrefix));
    }

    public static byte[]? ReadImport(IKeyValueReader reader) => reader.Get(ColumnFamily.Meta, ImportKey);

    public static byte[] ImportedChunkKey(int chunk)
    {
        byte[] key = [.. ImportedChunkPrefix, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(ImportedChunkPrefix.Length), chunk);
        return key;
    }

    public static byte[] ImportedPartKey(ReadOnlySpan<byte> part) => [.. ImportedPartPrefix, .. part];

    /// <summary>The parts of the import in order, as one.</summary>
    public static byte[] ReadImportedParts(IKeyValueReader reader)
    {
        using var all = new MemoryStream();
        using KeyValueCursor cursor = reader.Scan(ColumnFamily.Meta, ImportedPartPrefix, ByteOrder.EndOfPrefix(ImportedPartPrefix));
        while (cursor.MoveNext()) all.Write(cursor.Value);
        return all.ToArray();
    }

    public static (ulong Height, Hash256 Root)? ReadHead(IKeyValueReader reader)
    {
        byte[]? schema = reader.Get(ColumnFamily.Meta, SchemaKey);
        if (schema == null) return null;
        if (schema.Length != 4) throw new StateCorruptException("the schema number is malformed");
        uint number = BinaryPrimitives.ReadUInt32BigEndian(schema);
        if (number != Schema) throw new StorageException($"DSDN-E-STATE-SCHEMA: the state has layout {number}, this program reads {Schema}");
        byte[] row = Read(reader, HeadKey, 8 + Hash256.Size);
        return (BinaryPrimitives.ReadUInt64BigEndian(row), new Hash256(row.AsSpan(8)));
    }

    public static (ulong History, ulong Proofs) ReadOldest(IKeyValueReader reader)
    {
        byte[] row = Read(reader, OldestKey, 16);
        return (BinaryPrimitives.ReadUInt64BigEndian(row), BinaryPrimitives.ReadUInt64BigEndian(row.AsSpan(8)));
    }

    public static (ulong Height, Hash256[] Roots) ReadTree(IKeyValueReader reader)
    {
        byte[] row = Read(reader, TreeKey, 8 + (TreeVersion.Trees * Hash256.Size));
        var roots = new Hash256[TreeVersion.Trees];
        for (int i = 0; i < roots.Length; i++) roots[i] = new Hash256(row.AsSpan(8 + (i * Hash256.Size), Hash256.Size));
        return (BinaryPrimitives.ReadUInt64BigEndian(row), roots);
    }

    private static byte[] Read(IKeyValueReader reader, ReadOnlySpan<byte> key, int length)
    {
        byte[]? row = reader.Get(ColumnFamily.Meta, key);
        return row?.Length == length ? row : throw new StateCorruptException($"the row {System.Text.Encoding.ASCII.GetString(key)} is missing or malformed");
    }
}
