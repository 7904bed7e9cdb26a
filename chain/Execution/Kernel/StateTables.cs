using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>A canonical key: fixed length, big-endian, so that byte order is the order of the values.</summary>
public interface IKey<TSelf>
    where TSelf : struct, IKey<TSelf>
{
    /// <summary>Bytes.</summary>
    static abstract int Size { get; }

    void WriteTo(Span<byte> destination);

    static abstract TSelf ReadFrom(ReadOnlySpan<byte> source);
}

/// <summary>A record: an RLP list whose first item is the version of the layout. A version not known stops the node.</summary>
public interface IRow<TSelf>
    where TSelf : class, IRow<TSelf>
{
    static abstract ulong Version { get; }

    void WriteFields(ref RlpWriter writer);

    static abstract TSelf ReadFields(ref RlpReader reader);
}

/// <summary>Reads and writes one record table of a module through its context.</summary>
public sealed class RecordTable<TKey, TRow>(byte module, ushort id, string name, string key, string value)
    where TKey : struct, IKey<TKey>
    where TRow : class, IRow<TRow>
{
    public TableDeclaration Declaration { get; } = (id & RecordKey.ScalarBit) == 0
        ? new TableDeclaration(id, name, key, value)
        : throw new ArgumentException("bit 15 marks scalar tables");

    public TRow? Find(ModuleContext context, TKey key) =>
        context.TryRead(module, FlatKey(key), out ReadOnlyMemory<byte> bytes) ? Decode(bytes.Span) : null;

    public bool Contains(ModuleContext context, TKey key) => context.TryRead(module, FlatKey(key), out _);

    public void Set(ModuleContext context, TKey key, TRow row) => context.Write(module, FlatKey(key), Encode(row));

    public void Delete(ModuleContext context, TKey key) => context.Write(module, FlatKey(key), default);

    /// <summary>Rows whose key begins with <paramref name="prefix"/>, ascending, from <paramref name="from"/> (inclusive), at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<(TKey Key, TRow Row)> Page(ModuleContext context, ReadOnlySpan<byte> prefix, TKey? from, int limit)
    {
        byte[] flatPrefix = RecordKey.Make(module, id, prefix);
        byte[] start = from is TKey first ? FlatKey(first) : [];
        IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> found = context.Scan(module, flatPrefix, start, limit);
        (TKey, TRow)[] rows = new (TKey, TRow)[found.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = (TKey.ReadFrom(found[i].Key.AsSpan(RecordKey.PrefixSize)), Decode(found[i].Value.Span));
        return rows;
    }

    public byte[] FlatKey(TKey key) => KeyBytes.Make(module, id, key);

    /// <summary>The exact bytes of the record.</summary>
    public static byte[] Encode(TRow row)
    {
        RlpWriter writer = new(stackalloc byte[256]);
        try
        {
            int list = writer.BeginList();
            writer.Write(TRow.Version);
            row.WriteFields(ref writer);
            writer.EndList(list);
            return writer.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    private TRow Decode(ReadOnlySpan<byte> bytes)
    {
        RlpReader reader = new(bytes);
        if (!reader.TryReadList(out RlpReader fields) || !fields.TryReadUInt64(out ulong version) || version != TRow.Version)
            throw new StateCorruptException($"table {Declaration.Name}: unknown record version");
        TRow row = TRow.ReadFields(ref fields);
        return fields.TryEnd() && reader.TryEnd() ? row : throw new StateCorruptException($"table {Declaration.Name}: {fields.Error}");
    }
}

/// <summary>Reads and writes one scalar table: a 32-byte word a key, where zero is the same as absent.</summary>
public sealed class ScalarTable<TKey>(byte module, ushort id, string name, string key, string value)
    where TKey : struct, IKey<TKey>
{
    public TableDeclaration Declaration { get; } = (id & RecordKey.ScalarBit) != 0
        ? new TableDeclaration(id, name, key, value)
        : throw new ArgumentException("a scalar table's id has bit 15");

    public Uint256 Get(ModuleContext context, TKey key) =>
        context.TryRead(module, FlatKey(key), out ReadOnlyMemory<byte> word) ? Uint256.FromBigEndian(word.Span) : Uint256.Zero;

    public Amount GetAmount(ModuleContext context, TKey key) => new(Get(context, key).ToUInt128());

    public void Set(ModuleContext context, TKey key, Uint256 word)
    {
        byte[] bytes = [];
        if (!word.IsZero) word.WriteBigEndian(bytes = new byte[Uint256.Size]);
        context.Write(module, FlatKey(key), bytes);
    }

    public void Set(ModuleContext context, TKey key, Amount amount) => Set(context, key, (Uint256)amount.BaseUnits);

    public IReadOnlyList<(TKey Key, Uint256 Word)> Page(ModuleContext context, ReadOnlySpan<byte> prefix, TKey? from, int limit)
    {
        byte[] start = from is TKey first ? FlatKey(first) : [];
        return [.. context.Scan(module, RecordKey.Make(module, id, prefix), start, limit)
            .Select(pair => (TKey.ReadFrom(pair.Key.AsSpan(RecordKey.PrefixSize)), Uint256.FromBigEndian(pair.Value.Span)))];
    }

    public byte[] FlatKey(TKey key) => KeyBytes.Make(module, id, key);
}

internal static class KeyBytes
{
    private const int KeyBytesMax = 128;

    public static byte[] Make<TKey>(byte module, ushort table, TKey key)
        where TKey : struct, IKey<TKey>
    {
        if (TKey.Size > KeyBytesMax) throw new ArgumentException($"keys have at most {KeyBytesMax} bytes");
        Span<byte> bytes = stackalloc byte[KeyBytesMax];
        key.WriteTo(bytes[..TKey.Size]);
        return RecordKey.Make(module, table, bytes[..TKey.Size]);
    }
}
