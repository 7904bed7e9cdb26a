using System.Runtime.InteropServices;
using System.Text;
using Dsdn.Chain.State.Storage;
using static Dsdn.Chain.RocksDb.RocksDbOptionsLibrary;

namespace Dsdn.Chain.RocksDb;

/// <summary>An open database with its column families, options and cache; closed when the last user let go.</summary>
internal sealed unsafe class DatabaseHandle : SafeHandle
{
    private static readonly ColumnFamily[] Families = Enum.GetValues<ColumnFamily>();

    // RocksDB always has a family "default"; it stays empty and comes first.
    private readonly nint[] _families = new nint[Families.Length + 1];
    private readonly nint[] _options = new nint[Families.Length + 1];
    private readonly nint _cache;

    private DatabaseHandle(RocksDbOptions options) : base(0, ownsHandle: true)
    {
        _cache = CreateCache((nuint)options.BlockCacheBytes);
        for (int i = 0; i < _options.Length; i++) _options[i] = FamilyOptions(options, _cache, i == 0 ? null : Families[i - 1]);
        ReadOptions = RocksDbLibrary.CreateReadOptions();
        Synced = RocksDbLibrary.CreateWriteOptions();
        RocksDbLibrary.SetSync(Synced, 1);
        Unsynced = RocksDbLibrary.CreateWriteOptions();
    }

    public override bool IsInvalid => handle == 0;

    public nint Database => handle;

    public nint ReadOptions { get; }

    public nint Synced { get; }

    public nint Unsynced { get; }

    public nint Family(ColumnFamily family) => _families[(int)family + 1];

    /// <exception cref="StorageException">no database can be opened or made there, or another process has it open</exception>
    public static DatabaseHandle Open(string path, RocksDbOptions options)
    {
        var opened = new DatabaseHandle(options);
        nint[] names = [.. Families.Select(Name).Prepend("default").Select(Marshal.StringToCoTaskMemUTF8)];
        try
        {
            nint error = 0;
            fixed (nint* name = names, familyOptions = opened._options, families = opened._families)
            {
                nint database = RocksDbLibrary.Open(opened._options[0], path, names.Length, name, familyOptions, families, &error);
                if (error == 0) opened.SetHandle(database);
            }
            if (error != 0)
            {
                opened.ReleaseOptions();
                opened.SetHandleAsInvalid();
            }
            RocksDbError.ThrowIf(error);
            return opened;
        }
        finally
        {
            foreach (nint name in names) Marshal.FreeCoTaskMem(name);
        }
    }

    protected override bool ReleaseHandle()
    {
        foreach (nint family in _families) RocksDbLibrary.DestroyFamily(family);
        RocksDbLibrary.Close(handle);
        ReleaseOptions();
        return true;
    }

    private void ReleaseOptions()
    {
        RocksDbLibrary.DestroyReadOptions(ReadOptions);
        RocksDbLibrary.DestroyWriteOptions(Synced);
        RocksDbLibrary.DestroyWriteOptions(Unsynced);
        foreach (nint options in _options) Destroy(options);
        DestroyCache(_cache);
    }

    /// <summary>TransactionIndex -> transaction-index.</summary>
    private static string Name(ColumnFamily family)
    {
        var name = new StringBuilder();
        foreach (char c in family.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0) name.Append('-');
            name.Append(char.ToLowerInvariant(c));
        }
        return name.ToString();
    }

    private static nint FamilyOptions(RocksDbOptions options, nint cache, ColumnFamily? family)
    {
        nint made = Create();
        SetCreateIfMissing(made, 1);
        SetCreateMissingFamilies(made, 1);
        SetMaxBackgroundJobs(made, options.BackgroundJobs);
        SetMaxOpenFiles(made, options.OpenFilesMax);
        SetMaxTotalWalSize(made, (ulong)(2 * options.TotalWriteBufferBytes));
        SetTotalWriteBufferSize(made, (nuint)options.TotalWriteBufferBytes);
        SetBytesPerSync(made, 1 << 20);
        SetKeepLogFiles(made, 4);
        SetMaxLogFileSize(made, 4 << 20);
        SetStatsDumpPeriod(made, 0);
        SetDynamicLevelBytes(made, 1);

        bool isBusy = family is ColumnFamily.Accounts or ColumnFamily.Records or ColumnFamily.Trie or ColumnFamily.History or ColumnFamily.Bodies or ColumnFamily.Receipts;
        SetWriteBufferSize(made, (nuint)(isBusy ? options.WriteBufferBytes : options.WriteBufferBytes / 4));

        // Pages of the trie and transaction hashes are digests, which nothing compresses.
        SetCompression(made, family is ColumnFamily.Trie or ColumnFamily.TransactionIndex ? NoCompression : Lz4Compression);
        if (family is ColumnFamily.Bodies or ColumnFamily.Receipts or ColumnFamily.ProofHistory)
        {
            // Large values that are written once and deleted by range: kept out of the levels, so compaction does not copy them.
            SetBlobFiles(made, 1);
            SetMinBlobSize(made, 1_024);
            SetBlobCompression(made, Lz4Compression);
            SetBlobCollection(made, 1);
            if (options.CollectsAllBlobs) SetBlobCollectionAge(made, 1.0);
        }

        nint table = CreateTable();
        SetFormatVersion(table, 5);
        SetBlockCache(table, cache);
        SetCacheIndexAndFilter(table, 1);
        SetPinLevelZero(table, 1);
        if (family is ColumnFamily.Accounts or ColumnFamily.Records or ColumnFamily.Trie or ColumnFamily.TransactionIndex or ColumnFamily.Meta)
        {
            SetFilter(table, CreateBloomFilter(10));
            SetDataBlockIndexType(table, 1); // a hash index inside blocks: these are read by key
        }
        SetTable(made, table);
        DestroyTable(table);
        return made;
    }
}
