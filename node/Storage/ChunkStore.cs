using Dsdn.Chain.Log.Availability;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Layout;
using Dsdn.Storage.Observability;
using Dsdn.Storage.Quotas;

namespace Dsdn.Storage;

/// <summary>
/// The chunks of a node on its disk. A chunk is stored when both its hashes were right over what was written and the file and its name
/// are synced; nothing is said to be stored before. May be called from several threads; one key is worked on by one at a time.
/// </summary>
public sealed class ChunkStore : IDisposable
{
    /// <summary>A renewal that gains less is not worth two syncs.</summary>
    private const long RenewedMsMin = 10_000;

    private readonly ChunkFiles _files;
    private readonly IChunkDisk _disk;
    private readonly StorageOptions _options;
    private readonly IOwnerQuota _quota;
    private readonly TimeProvider _clock;
    private readonly ChunkIndex _index = new();

    private ChunkStore(IChunkDisk disk, StorageOptions options, IOwnerQuota quota, TimeProvider clock)
    {
        (_disk, _files, _options, _quota, _clock) = (disk, new ChunkFiles(disk), options, quota, clock);
        Metrics = new StorageMetrics(this);
    }

    public StorageMetrics Metrics { get; }

    /// <summary>What could not be known if the disk's free space cannot be read: then nothing is free.</summary>
    public StoreCapacity Capacity
    {
        get
        {
            long used = _index.UsedBytes, reserved = _index.ReservedBytes;
            return new StoreCapacity(used, reserved, Math.Max(0, Math.Min(_options.CapacityBytes - used, DiskFree()) - reserved));
        }
    }

    public int Count => _index.Count;

    public int QuarantinedCount => _index.QuarantinedCount;

    internal ChunkFiles Files => _files;

    internal ChunkIndex Index => _index;

    internal IOwnerQuota Quota => _quota;

    internal long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads what lies in the folders, and sorts out what a crash left. The store owns the disk. Fault: <see cref="StoreFault.Disk"/>.</summary>
    public static StoreVerdict TryOpen(IChunkDisk disk, StorageOptions options, IOwnerQuota quota, TimeProvider clock, out ChunkStore? store, out StartReport? report)
    {
        (store, report) = (null, null);
        ChunkStore opening = new(disk, options, quota, clock);
        try
        {
            opening._files.MakeFolders();
            report = StoreStart.Fill(opening);
            store = opening;
            return StoreVerdict.Done;
        }
        catch (IOException failure)
        {
            opening.Metrics.Dispose();
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
    }

    /// <summary>
    /// Begins a put, or goes on with one that was cut off: <see cref="ChunkWriter.LengthBytes"/> says from where. Faults: Key, Length,
    /// Busy, Exists, Deleted, Full, Quota, Disk.
    /// </summary>
    public StoreVerdict TryBegin(ChunkPut put, out ChunkWriter? writer)
    {
        writer = null;
        StoreVerdict verdict = Begin(put, ref writer);
        if (!verdict.IsDone) Metrics.Refused(verdict.Fault);
        return verdict;
    }

    /// <summary>Bytes of a chunk that came before its put was cut off; 0 where none did.</summary>
    public long Resumable(ChunkKey key) => _index.IncomingBytes(key) ?? 0;

    public bool TryFind(ChunkKey key, out StoredChunk chunk) => _index.TryFind(key, out chunk);

    /// <summary>When the bytes of a deleted chunk are erased, ms since 1970; null where none waits for it.</summary>
    public long? EraseMs(ChunkKey key) => _index.DeletedAt(key)?.Ms;

    /// <summary>Deleted chunks that are not erased yet, and when they are, ms since 1970.</summary>
    public IReadOnlyList<(ChunkKey Key, long Ms)> Deleted => _index.Deleted;

    /// <summary>Stored chunks by key, after one.</summary>
    public IReadOnlyList<StoredChunk> List(ChunkKey? after, int max) => _index.After(after, max);

    /// <summary>Keys in quarantine and when they were found, ms since 1970.</summary>
    public IReadOnlyList<(ChunkKey Key, long Ms)> Quarantined => _index.Quarantined;

    /// <summary>Opens a stored chunk to read. Faults: NotFound, Corrupt, Disk.</summary>
    public StoreVerdict TryRead(ChunkKey key, out ChunkReader? reader)
    {
        reader = null;
        // Between the look into the index and the open, the file may be moved: then it is looked up once more.
        for (int attempt = 0; ; attempt++)
        {
            if (!_index.TryFind(key, out StoredChunk chunk)) return new StoreVerdict(StoreFault.NotFound, key.ToString());
            IDiskFile? file = null;
            try
            {
                file = _files.Open(chunk);
                ChunkFooter? footer = ChunkFooter.Read(file);
                if (footer is null || footer.Key != key)
                {
                    file.Dispose();
                    return Quarantine(chunk, "the footer does not hold");
                }
                reader = new ChunkReader(this, chunk, footer, file);
                return StoreVerdict.Done;
            }
            catch (IOException failure)
            {
                file?.Dispose();
                if (attempt == 0 && !(_index.TryFind(key, out StoredChunk now) && now == chunk)) continue;
                // A disk that answers and has no such file has lost it.
                if (failure is FileNotFoundException or DirectoryNotFoundException) return Quarantine(chunk, "its file is gone");
                Metrics.DiskFailed();
                return new StoreVerdict(StoreFault.Disk, failure.Message);
            }
        }
    }

    /// <summary>A staged chunk was declared: it no longer expires. Done also where it is declared. Faults: NotFound, Busy, Disk.</summary>
    public StoreVerdict Declare(ChunkKey key) => Change(key, chunk =>
    {
        if (chunk.Standing == ChunkStanding.Declared)
        {
            _files.SyncDoubtful(); // an earlier call may have failed half-way
            return;
        }
        ChunkFooter? footer = OwnerOf(chunk);
        _files.Declare(chunk, () =>
        {
            _index.Add(chunk with { Standing = ChunkStanding.Declared, ExpiresMs = 0 });
            Release(footer);
        });
    });

    /// <summary>A staged chunk was acknowledged once more: its time begins anew. Done also where it is declared. Faults: NotFound, Busy, Disk.</summary>
    public StoreVerdict Renew(ChunkKey key) => Change(key, chunk =>
    {
        long expiresMs = ExpiryMs(ChunkStanding.Staged);
        if (chunk.Standing != ChunkStanding.Staged || expiresMs - chunk.ExpiresMs < RenewedMsMin) return;
        _files.Renew(chunk, expiresMs, () => _index.Add(chunk with { ExpiresMs = expiresMs }));
    });

    /// <summary>
    /// Takes a chunk away at once and its bytes at <paramref name="eraseMs"/>. Done also where it was deleted before. Faults: NotFound,
    /// Busy, Disk.
    /// </summary>
    public StoreVerdict Delete(ChunkKey key, long eraseMs)
    {
        StoreVerdict verdict = Change(key, chunk => Bury(chunk, Math.Max(0, eraseMs)));
        return verdict.Fault == StoreFault.NotFound && _index.IsDeleted(key) ? Settle() : verdict;
    }

    /// <summary>
    /// Takes a deleted chunk back that is not erased yet: declared from here on, without a byte read. Done also where it is declared. Faults: NotFound, Busy, Disk.
    /// </summary>
    public StoreVerdict Restore(ChunkKey key)
    {
        if (_index.TryFind(key, out _)) return Declare(key);
        if (!_index.TryClaim(key)) return new StoreVerdict(StoreFault.Busy, key.ToString());
        try
        {
            if (_index.DeletedAt(key) is not { } deleted) return new StoreVerdict(StoreFault.NotFound, key.ToString());
            _files.Restore(key, deleted.Ms, () =>
            {
                _index.RemoveDeleted(key, deleted.Ms);
                _index.Add(new StoredChunk(key, ChunkStanding.Declared, deleted.Bytes, 0));
            });
            return StoreVerdict.Done;
        }
        catch (IOException failure)
        {
            Metrics.DiskFailed();
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
        finally
        {
            _index.LetGo(key);
        }
    }

    /// <summary>Erases what is due: deleted chunks, staged ones nobody declared, parts nobody resumed. Where the disk fails, the next sweep tries again.
    /// A node that follows the log declares what the log says first: a staged chunk may have been declared while the node was down.</summary>
    /// <returns>Files erased.</returns>
    public int Sweep()
    {
        long now = NowMs;
        int erased = 0;
        foreach (StoredChunk chunk in _index.Expired(now))
        {
            bool isExpired = false;
            // Deleted first, so that an expiry takes the same way as a deletion and can be torn nowhere else.
            StoreVerdict verdict = Change(chunk.Key, found =>
            {
                if (found.Standing != ChunkStanding.Staged || found.ExpiresMs > now) return;
                Bury(found, now);
                isExpired = true;
            });
            if (verdict.IsDone && isExpired) Metrics.Expired();
        }
        foreach ((ChunkKey key, long ms) in _index.Deleted)
            if (ms <= now && Erase(key, ChunkFolder.Deleted, ChunkFolder.Timed(key, ms), () => _index.RemoveDeleted(key, ms))) erased++;
        foreach (ChunkKey key in _index.IncomingBefore(now - _options.StagedMs))
            if (Erase(key, ChunkFolder.Incoming, key.ToString(), () => _index.RemoveIncoming(key))) erased++;
        Metrics.Erased(erased);
        return erased;
    }

    /// <summary>Erases what is in quarantine, after somebody looked at it. Faults: NotFound, Busy, Disk.</summary>
    public StoreVerdict EraseQuarantined(ChunkKey key, long ms)
    {
        if (!_index.Quarantined.Contains((key, ms))) return new StoreVerdict(StoreFault.NotFound, key.ToString());
        return Erase(key, ChunkFolder.Quarantine, ChunkFolder.Timed(key, ms), () => _index.RemoveQuarantined(key, ms)) ? StoreVerdict.Done : new StoreVerdict(StoreFault.Disk);
    }

    /// <summary>Reads a whole chunk and compares both hashes. What is not right goes to quarantine. Faults: NotFound, Corrupt, Disk.</summary>
    public StoreVerdict Check(ChunkKey key, out long bytesRead)
    {
        bytesRead = 0;
        StoreVerdict opened = TryRead(key, out ChunkReader? reader);
        if (reader is null) return opened;
        using (reader)
        {
            StoreVerdict verdict = reader.Check(out bytesRead);
            Metrics.Scrubbed(bytesRead);
            return verdict;
        }
    }

    public void Dispose()
    {
        Metrics.Dispose();
        _disk.Dispose();
    }

    /// <summary>Takes a chunk out of the store because it is not what was stored.</summary>
    internal StoreVerdict Quarantine(in StoredChunk chunk, string why)
    {
        StoredChunk wrong = chunk;
        Metrics.Corrupt();
        Change(chunk.Key, found =>
        {
            if (found != wrong) return; // it was deleted or declared meanwhile; who reads it next finds the same
            long now = NowMs;
            ChunkFooter? footer = StagedOwnerOf(found);
            // Out of the index first: a disk that cannot even move the file must not serve it.
            _index.Remove(found.Key);
            _index.AddQuarantined(found.Key, now, found.FileBytes);
            Release(footer);
            _files.Quarantine(found, now, () => { });
        });
        return new StoreVerdict(StoreFault.Corrupt, $"{chunk.Key}: {why}");
    }

    /// <summary>A writer is done with its key: it is stored.</summary>
    internal void Stored(in StoredChunk chunk, ChunkPut put)
    {
        _index.RemoveIncoming(chunk.Key);
        _index.Add(chunk);
        if (chunk.Standing == ChunkStanding.Declared) _quota.Release(put.Owner, put.LengthBytes);
    }

    internal long ExpiryMs(ChunkStanding standing) => standing == ChunkStanding.Declared ? 0 : NowMs + _options.StagedMs;

    private StoreVerdict Begin(ChunkPut put, ref ChunkWriter? writer)
    {
        ChunkKey key = put.Key;
        if (!key.IsValid) return new StoreVerdict(StoreFault.Key, key.ToString());
        if (put.LengthBytes is <= 0 or > StorageOptions.ChunkBytesMax) return new StoreVerdict(StoreFault.Length, $"{put.LengthBytes} of 1 to {StorageOptions.ChunkBytesMax} bytes");
        if (!_index.TryClaim(key)) return new StoreVerdict(StoreFault.Busy, key.ToString());
        bool isBegun = false, isOwnerCharged = false;
        long reserved = 0;
        try
        {
            if (_index.TryFind(key, out _)) return new StoreVerdict(StoreFault.Exists, key.ToString());
            if (_index.IsDeleted(key)) return new StoreVerdict(StoreFault.Deleted, key.ToString());
            if (!_quota.TryReserve(put.Owner, put.LengthBytes)) return new StoreVerdict(StoreFault.Quota, $"{put.Owner}: {put.LengthBytes} bytes more");
            isOwnerCharged = true;
            long needed = ChunkFooter.FileBytes(put.LengthBytes) - Math.Min(_index.IncomingBytes(key) ?? 0, put.LengthBytes);
            if (!_index.TryReserve(needed, _options.CapacityBytes, DiskFree())) return new StoreVerdict(StoreFault.Full, $"{needed} bytes more");
            reserved = needed;
            writer = ChunkWriter.Open(this, put, needed, _index.IncomingBytes(key) is not null);
            isBegun = true;
            return StoreVerdict.Done;
        }
        catch (IOException failure)
        {
            Metrics.DiskFailed();
            return new StoreVerdict(failure is DiskFullException ? StoreFault.Full : StoreFault.Disk, failure.Message);
        }
        finally
        {
            if (!isBegun)
            {
                if (isOwnerCharged) _quota.Release(put.Owner, put.LengthBytes);
                _index.Unreserve(reserved);
                _index.LetGo(key);
            }
        }
    }

    private void Bury(StoredChunk chunk, long eraseMs)
    {
        ChunkFooter? footer = StagedOwnerOf(chunk);
        _files.Bury(chunk, eraseMs, () =>
        {
            _index.Remove(chunk.Key);
            _index.AddDeleted(chunk.Key, eraseMs, chunk.FileBytes);
            Release(footer);
        });
    }

    /// <summary>Ends what an earlier call left half-way.</summary>
    private StoreVerdict Settle()
    {
        try
        {
            _files.SyncDoubtful();
            return StoreVerdict.Done;
        }
        catch (IOException failure)
        {
            Metrics.DiskFailed();
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
    }

    private void Release(ChunkFooter? footer)
    {
        if (footer is not null) _quota.Release(footer.Owner, (long)footer.Identity.LengthBytes);
    }

    private ChunkFooter? StagedOwnerOf(in StoredChunk chunk) => chunk.Standing == ChunkStanding.Staged ? OwnerOf(chunk) : null;

    /// <summary>Null where it cannot be read: the owner's reservation then ends with the process.</summary>
    private ChunkFooter? OwnerOf(in StoredChunk chunk)
    {
        try
        {
            using IDiskFile file = _files.Open(chunk);
            return ChunkFooter.Read(file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private StoreVerdict Change(ChunkKey key, Action<StoredChunk> change)
    {
        if (!_index.TryClaim(key)) return new StoreVerdict(StoreFault.Busy, key.ToString());
        try
        {
            if (!_index.TryFind(key, out StoredChunk chunk)) return new StoreVerdict(StoreFault.NotFound, key.ToString());
            change(chunk);
            return StoreVerdict.Done;
        }
        catch (IOException failure)
        {
            Metrics.DiskFailed();
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
        finally
        {
            _index.LetGo(key);
        }
    }

    private bool Erase(ChunkKey key, string folder, string name, Action forget)
    {
        if (!_index.TryClaim(key)) return false;
        try
        {
            _files.Erase(folder, name);
            forget();
            return true;
        }
        catch (IOException)
        {
            Metrics.DiskFailed();
            return false;
        }
        finally
        {
            _index.LetGo(key);
        }
    }

    private long DiskFree()
    {
        try
        {
            return Math.Max(0, _files.FreeBytes - _options.ReserveBytes);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
