using System.Runtime.InteropServices;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.RocksDb;

/// <summary>Reads with given read options: of the newest version, or of a snapshot.</summary>
internal sealed unsafe class RocksDbReader(DatabaseHandle database, nint readOptions, nint snapshot) : IKeyValueReader, IPinOwner
{
    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        if (!TryGet(family, key, out PinnedValue value)) return null;
        byte[] copy = value.Span.ToArray();
        value.Dispose();
        return copy;
    }

    public bool TryGet(ColumnFamily family, ReadOnlySpan<byte> key, out PinnedValue value)
    {
        bool added = false;
        database.DangerousAddRef(ref added);
        try
        {
            nint error = 0;
            nint slice;
            fixed (byte* bytes = key)
                slice = RocksDbLibrary.GetPinned(database.Database, readOptions, database.Family(family), bytes, (nuint)key.Length, &error);
            RocksDbError.ThrowIf(error);
            if (slice == 0)
            {
                value = default;
                return false;
            }
            nuint length;
            byte* content = RocksDbLibrary.PinnedValue(slice, &length);
            value = new PinnedValue(new ReadOnlySpan<byte>(content, (int)length), this, slice);
            added = false; // the pin holds the database open until it is disposed
            return true;
        }
        finally
        {
            if (added) database.DangerousRelease();
        }
    }

    public void Unpin(nint handle)
    {
        RocksDbLibrary.DestroyPinned(handle);
        database.DangerousRelease();
    }

    public byte[]?[] MultiGet(ColumnFamily family, IReadOnlyList<byte[]> keys)
    {
        var found = new byte[]?[keys.Count];
        if (found.Length == 0) return found;
        var pins = new GCHandle[found.Length];
        var pointers = new nint[found.Length];
        var lengths = new nuint[found.Length];
        var values = new nint[found.Length];
        var errors = new nint[found.Length];
        bool added = false;
        database.DangerousAddRef(ref added);
        try
        {
            for (int i = 0; i < found.Length; i++)
            {
                pins[i] = GCHandle.Alloc(keys[i], GCHandleType.Pinned);
                pointers[i] = pins[i].AddrOfPinnedObject();
                lengths[i] = (nuint)keys[i].Length;
            }
            fixed (nint* pointer = pointers, value = values, error = errors)
            fixed (nuint* length = lengths)
                RocksDbLibrary.MultiGet(database.Database, readOptions, database.Family(family), (nuint)found.Length, (byte**)pointer, length, value, error, 0);
            for (int i = 0; i < found.Length; i++)
            {
                if (values[i] == 0) continue;
                nuint length;
                byte* content = RocksDbLibrary.PinnedValue(values[i], &length);
                found[i] = new ReadOnlySpan<byte>(content, (int)length).ToArray();
                RocksDbLibrary.DestroyPinned(values[i]);
            }
            nint first = 0;
            foreach (nint error in errors)
            {
                if (first == 0) first = error;
                else if (error != 0) RocksDbLibrary.Free(error);
            }
            RocksDbError.ThrowIf(first);
            return found;
        }
        finally
        {
            foreach (GCHandle pin in pins)
                if (pin.IsAllocated) pin.Free();
            database.DangerousRelease();
        }
    }

    public KeyValueCursor Scan(ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending = false)
    {
        if (to.IsEmpty) throw new ArgumentException("an iteration must name its upper bound");
        return new RocksDbCursor(database, snapshot, family, from, to, descending);
    }
}
