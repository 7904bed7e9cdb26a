using System.Runtime.InteropServices;

namespace Dsdn.Chain.RocksDb;

/// <summary>The part of the C API that sets options.</summary>
internal static partial class RocksDbOptionsLibrary
{
    private const string Name = "librocksdb.so.7.8";

    internal const int NoCompression = 0;
    internal const int Lz4Compression = 4;

    [LibraryImport(Name, EntryPoint = "rocksdb_options_create")]
    internal static partial nint Create();

    [LibraryImport(Name, EntryPoint = "rocksdb_options_destroy")]
    internal static partial void Destroy(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_create_if_missing")]
    internal static partial void SetCreateIfMissing(nint options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_create_missing_column_families")]
    internal static partial void SetCreateMissingFamilies(nint options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_background_jobs")]
    internal static partial void SetMaxBackgroundJobs(nint options, int value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_open_files")]
    internal static partial void SetMaxOpenFiles(nint options, int value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_total_wal_size")]
    internal static partial void SetMaxTotalWalSize(nint options, ulong bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_db_write_buffer_size")]
    internal static partial void SetTotalWriteBufferSize(nint options, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_write_buffer_size")]
    internal static partial void SetWriteBufferSize(nint options, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_bytes_per_sync")]
    internal static partial void SetBytesPerSync(nint options, ulong bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_keep_log_file_num")]
    internal static partial void SetKeepLogFiles(nint options, nuint count);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_log_file_size")]
    internal static partial void SetMaxLogFileSize(nint options, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_stats_dump_period_sec")]
    internal static partial void SetStatsDumpPeriod(nint options, uint seconds);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_compression")]
    internal static partial void SetCompression(nint options, int kind);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_level_compaction_dynamic_level_bytes")]
    internal static partial void SetDynamicLevelBytes(nint options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_enable_blob_files")]
    internal static partial void SetBlobFiles(nint options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_min_blob_size")]
    internal static partial void SetMinBlobSize(nint options, ulong bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_blob_compression_type")]
    internal static partial void SetBlobCompression(nint options, int kind);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_enable_blob_gc")]
    internal static partial void SetBlobCollection(nint options, byte value);

    /// <summary>Values in this part of the blob files, the oldest ones, are moved out of them by compactions.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_blob_gc_age_cutoff")]
    internal static partial void SetBlobCollectionAge(nint options, double part);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    internal static partial void SetTable(nint options, nint table);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_create")]
    internal static partial nint CreateTable();

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_destroy")]
    internal static partial void DestroyTable(nint table);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    internal static partial void SetBlockCache(nint table, nint cache);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_block_size")]
    internal static partial void SetBlockSize(nint table, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    internal static partial void SetCacheIndexAndFilter(nint table, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache")]
    internal static partial void SetPinLevelZero(nint table, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_format_version")]
    internal static partial void SetFormatVersion(nint table, int version);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_data_block_index_type")]
    internal static partial void SetDataBlockIndexType(nint table, int kind);

    /// <summary>The table takes the filter over.</summary>
    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    internal static partial void SetFilter(nint table, nint filter);

    [LibraryImport(Name, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    internal static partial nint CreateBloomFilter(double bitsPerKey);

    [LibraryImport(Name, EntryPoint = "rocksdb_cache_create_lru")]
    internal static partial nint CreateCache(nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_cache_destroy")]
    internal static partial void DestroyCache(nint cache);
}
