using System.Runtime.InteropServices;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.RocksDb;

/// <summary>An iterator of RocksDB with both bounds set in the library, which keeps pointers to them until the end.</summary>
internal sealed unsafe class RocksDbCursor : KeyValueCursor
{
    private readonly DatabaseHandle _database;
    private readonly IteratorHandle _iterator;
    private readonly bool _descending;
    private bool _started;

    public RocksDbCursor(DatabaseHandle database, nint snapshot, ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        _database = database;
        _descending = descending;
        _iterator = new IteratorHandle(database, snapshot, family, from, to);
    }

    public override ReadOnlySpan<byte> Key
    {
        get
        {
            nuint length;
            byte* key = RocksDbLibrary.Key(_iterator.Iterator, &length);
            return new ReadOnlySpan<byte>(key, (int)length);
        }
    }

    public override ReadOnlySpan<byte> Value
    {
        get
        {
            nuint length;
            byte* value = RocksDbLibrary.Value(_iterator.Iterator, &length);
            return new ReadOnlySpan<byte>(value, (int)length);
        }
    }

    public override bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_iterator.IsClosed || _database.IsClosed, this);
        nint iterator = _iterator.Iterator;
        if (!_started)
        {
            _started = true;
            if (_descending) RocksDbLibrary.SeekToLast(iterator);
            else RocksDbLibrary.SeekToFirst(iterator);
        }
        else if (_descending)
        {
            RocksDbLibrary.Previous(iterator);
        }
        else
        {
            RocksDbLibrary.Next(iterator);
        }
        if (RocksDbLibrary.IsValid(iterator) != 0) return true;
        nint error = 0;
        RocksDbLibrary.IteratorError(iterator, &error);
        RocksDbError.ThrowIf(error);
        return false;
    }

    public override void Dispose() => _iterator.Dispose();

    private sealed class IteratorHandle : SafeHandle
    {
        private readonly DatabaseHandle _database;
        private readonly nint _readOptions;
        private readonly byte* _bounds;

        public IteratorHandle(DatabaseHandle database, nint snapshot, ColumnFamily family, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
            : base(0, ownsHandle: true)
        {
            _database = database;
            bool added = false;
            database.DangerousAddRef(ref added);
            _readOptions = RocksDbLibrary.CreateReadOptions();
            _bounds = (byte*)NativeMemory.Alloc((nuint)(from.Length + to.Length));
            from.CopyTo(new Span<byte>(_bounds, from.Length));
            to.CopyTo(new Span<byte>(_bounds + from.Length, to.Length));
            if (from.Length > 0) RocksDbLibrary.SetLowerBound(_readOptions, _bounds, (nuint)from.Length);
            RocksDbLibrary.SetUpperBound(_readOptions, _bounds + from.Length, (nuint)to.Length);
            if (snapshot != 0) RocksDbLibrary.SetSnapshot(_readOptions, snapshot);
            SetHandle(RocksDbLibrary.CreateIterator(database.Database, _readOptions, database.Family(family)));
        }

        public override bool IsInvalid => handle == 0;

        public nint Iterator => handle;

        protected override bool ReleaseHandle()
        {
            RocksDbLibrary.DestroyIterator(handle);
            RocksDbLibrary.DestroyReadOptions(_readOptions);
            NativeMemory.Free(_bounds);
            _database.DangerousRelease();
            return true;
        }
    }
}
