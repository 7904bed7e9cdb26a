namespace Dsdn.Chain.State.Storage;

internal sealed class MemoryBatch : IWriteBatch
{
    internal enum Kind
    {
        Put,
        Delete,
        DeleteRange,
    }

    internal readonly record struct Operation(Kind Kind, ColumnFamily Family, byte[] Key, byte[] Value);

    internal List<Operation> Operations { get; } = [];

    public int Count => Operations.Count;

    public long SizeBytes { get; private set; }

    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Add(Kind.Put, family, key, value);

    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key) => Add(Kind.Delete, family, key, default);

    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) => Add(Kind.DeleteRange, family, from, to);

    public void Clear()
    {
        Operations.Clear();
        SizeBytes = 0;
    }

    public void Dispose()
    {
    }

    private void Add(Kind kind, ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Operations.Add(new Operation(kind, family, key.ToArray(), value.ToArray()));
        SizeBytes += key.Length + value.Length;
    }
}
