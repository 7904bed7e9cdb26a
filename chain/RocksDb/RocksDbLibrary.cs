using System.Runtime.InteropServices;

namespace Dsdn.Chain.RocksDb;

/// <summary>
/// The C API of RocksDB 7.8 (Debian librocksdb7.8), as far as it is used. Where a call takes <c>error</c>, a text set there belongs to
/// the caller: <see cref="RocksDbError"/> reads and frees it.
/// </summary>
internal static unsafe partial class RocksDbLibrary
{
    private const string Name = "librocksdb.so.7.8";

    [LibraryImport(Name, EntryPoint = "rocksdb_open_column_families", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Open(nint options, string path, int count, nint* names, nint* familyOptions, nint* families, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_close")]
    internal static partial void Close(nint database);

    [LibraryImport(Name, EntryPoint = "rocksdb_column_family_handle_destroy")]
    internal static partial void DestroyFamily(nint family);

    [LibraryImport(Name, EntryPoint = "rocksdb_free")]
    internal static partial void Free(nint memory);

    [LibraryImport(Name, EntryPoint = "rocksdb_get_pinned_cf")]
    internal static partial nint GetPinned(nint database, nint options, nint family, byte* key, nuint length, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_pinnableslice_value")]
    internal static partial byte* PinnedValue(nint slice, nuint* length);

    [LibraryImport(Name, EntryPoint = "rocksdb_pinnableslice_destroy")]
    internal static partial void DestroyPinned(nint slice);

    [LibraryImport(Name, EntryPoint = "rocksdb_batched_multi_get_cf")]
    internal static partial void MultiGet(
        nint database, nint options, nint family, nuint count, byte** keys, nuint* lengths, nint* values, nint* errors, byte sorted);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_create")]
    internal static partial nint CreateReadOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_destroy")]
    internal static partial void DestroyReadOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_iterate_upper_bound")]
    internal static partial void SetUpperBound(nint options, byte* key, nuint length);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_iterate_lower_bound")]
    internal static partial void SetLowerBound(nint options, byte* key, nuint length);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_snapshot")]
    internal static partial void SetSnapshot(nint options, nint snapshot);

    [LibraryImport(Name, EntryPoint = "rocksdb_create_snapshot")]
    internal static partial nint CreateSnapshot(nint database);

    [LibraryImport(Name, EntryPoint = "rocksdb_release_snapshot")]
    internal static partial void ReleaseSnapshot(nint database, nint snapshot);

    [LibraryImport(Name, EntryPoint = "rocksdb_create_iterator_cf")]
    internal static partial nint CreateIterator(nint database, nint options, nint family);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_destroy")]
    internal static partial void DestroyIterator(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_valid")]
    internal static partial byte IsValid(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_seek_to_first")]
    internal static partial void SeekToFirst(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_seek_to_last")]
    internal static partial void SeekToLast(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_next")]
    internal static partial void Next(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_prev")]
    internal static partial void Previous(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_key")]
    internal static partial byte* Key(nint iterator, nuint* length);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_value")]
    internal static partial byte* Value(nint iterator, nuint* length);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_get_error")]
    internal static partial void IteratorError(nint iterator, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_create")]
    internal static partial nint CreateBatch();

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_destroy")]
    internal static partial void DestroyBatch(nint batch);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_clear")]
    internal static partial void ClearBatch(nint batch);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_put_cf")]
    internal static partial void BatchPut(nint batch, nint family, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_delete_cf")]
    internal static partial void BatchDelete(nint batch, nint family, byte* key, nuint length);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_delete_range_cf")]
    internal static partial void BatchDeleteRange(nint batch, nint family, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(Name, EntryPoint = "rocksdb_write")]
    internal static partial void Write(nint database, nint options, nint batch, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_create")]
    internal static partial nint CreateWriteOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_destroy")]
    internal static partial void DestroyWriteOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_set_sync")]
    internal static partial void SetSync(nint options, byte sync);

    [LibraryImport(Name, EntryPoint = "rocksdb_checkpoint_object_create")]
    internal static partial nint CreateCheckpointObject(nint database, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_checkpoint_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void CreateCheckpoint(nint checkpoint, string directory, ulong logSizeForFlush, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    internal static partial void DestroyCheckpointObject(nint checkpoint);

    [LibraryImport(Name, EntryPoint = "rocksdb_approximate_sizes_cf")]
    internal static partial void ApproximateSizes(
        nint database, nint family, int count, byte** from, nuint* fromLengths, byte** to, nuint* toLengths, ulong* sizes, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_flush_cf")]
    internal static partial void Flush(nint database, nint options, nint family, nint* error);

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_create")]
    internal static partial nint CreateFlushOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_destroy")]
    internal static partial void DestroyFlushOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_compact_range_cf")]
    internal static partial void CompactRange(nint database, nint family, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(Name, EntryPoint = "rocksdb_property_int_cf", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int IntProperty(nint database, nint family, string name, ulong* value);
}
