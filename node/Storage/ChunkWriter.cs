using System.Buffers;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Layout;

namespace Dsdn.Storage;

/// <summary>
/// One chunk on its way in. One thread at a time. Disposed without <see cref="Complete"/>, it leaves what came to be resumed.
/// </summary>
public sealed class ChunkWriter : IDisposable
{
    /// <summary>The disk is told to write after so many bytes, so that the sync at the end is short.</summary>
    private const int WritebackBytes = 1 << 20;

    private const int ReadBytes = 1 << 16;

    private readonly ChunkStore _store;
    private readonly ChunkPut _put;
    private readonly IDiskFile _file;
    private readonly ChunkHasher _hasher = new();
    private readonly long _reserved;
    private long _writebackFrom;
    private bool _isClosed;

    private ChunkWriter(ChunkStore store, ChunkPut put, IDiskFile file, long reserved) => (_store, _put, _file, _reserved) = (store, put, file, reserved);

    public ChunkPut Put => _put;

    /// <summary>Bytes that are there; the next ones begin here.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>Writes the next bytes. After any fault the writer is closed. Faults: TooLong, Full, Disk, Closed.</summary>
    public StoreVerdict Write(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed) return new StoreVerdict(StoreFault.Closed);
        if (bytes.Length > _put.LengthBytes - LengthBytes) return Refuse(StoreFault.TooLong, $"more than {_put.LengthBytes} bytes");
        try
        {
            _file.Write(bytes, LengthBytes);
            _hasher.Append(bytes);
            LengthBytes += bytes.Length;
            if (LengthBytes - _writebackFrom < WritebackBytes) return StoreVerdict.Done;
            _file.StartWriteback(_writebackFrom, LengthBytes - _writebackFrom);
            _writebackFrom = LengthBytes;
            return StoreVerdict.Done;
        }
        catch (IOException failure)
        {
            return Failed(failure);
        }
    }

    /// <summary>
    /// Stores the chunk: both hashes compared, file synced, moved, folder synced, in this order. Faults: Incomplete, Digest, Root,
    /// Full, Disk, Closed; after each the chunk is not stored.
    /// </summary>
    public StoreVerdict Complete(out StoredChunk stored, out ChunkIdentity identity)
    {
        (stored, identity) = (default, default);
        if (_isClosed) return new StoreVerdict(StoreFault.Closed);
        if (LengthBytes < _put.LengthBytes)
        {
            _store.Metrics.Refused(StoreFault.Incomplete);
            Close(keep: true);
            return new StoreVerdict(StoreFault.Incomplete, $"{LengthBytes} of {_put.LengthBytes} bytes");
        }
        identity = _hasher.Finish(out ChunkTree tree);
        // The digest of a shard stands nowhere; its root binds it.
        if (_put.Key.Coding == ChunkCoding.Replicas && identity.Digest != _put.Key.ChunkId) return Refuse(StoreFault.Digest, $"SHA-256 is {identity.Digest}");
        if (identity.Root != _put.Root) return Refuse(StoreFault.Root, $"the root is {identity.Root}");
        try
        {
            long fileBytes = ChunkFooter.FileBytes(_put.LengthBytes);
            _file.Write(new ChunkFooter(_put.Key, _put.Owner, identity, tree, (ulong)_store.NowMs).Encode(), LengthBytes);
            if (_file.Length != fileBytes) return Failed(new IOException($"the file has {_file.Length} bytes, not {fileBytes}"));
            _file.Sync();
            stored = new StoredChunk(_put.Key, _put.Standing, fileBytes, _store.ExpiryMs(_put.Standing));
            _store.Files.Store(stored);
        }
        catch (IOException failure)
        {
            stored = default;
            return Failed(failure);
        }
        _store.Stored(stored, _put);
        _store.Metrics.Put(_put.LengthBytes);
        End();
        return StoreVerdict.Done;
    }

    /// <summary>Throws away what came.</summary>
    public void Abandon() => Close(keep: false);

    public void Dispose() => Close(keep: true);

    /// <param name="isThere">Whether a part of it came before.</param>
    /// <exception cref="IOException"/>
    internal static ChunkWriter Open(ChunkStore store, ChunkPut put, long reserved, bool isThere)
    {
        IDiskFile file = isThere ? store.Files.OpenIncoming(put.Key) : store.Files.CreateIncoming(put.Key, put.LengthBytes);
        ChunkWriter writer = new(store, put, file, reserved);
        try
        {
            if (isThere) writer.Reread();
            return writer;
        }
        catch (IOException)
        {
            writer._isClosed = true;
            writer._hasher.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Hashes what is there from the disk: nobody knows what a crash left of it. A footer that was written is cut off.</summary>
    private void Reread()
    {
        long bytes = Math.Min(_file.Length, _put.LengthBytes);
        _file.Truncate(bytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            while (LengthBytes < bytes)
            {
                int read = _file.Read(buffer.AsSpan(0, (int)Math.Min(ReadBytes, bytes - LengthBytes)), LengthBytes);
                if (read == 0) throw new IOException("the file is shorter than it was");
                _hasher.Append(buffer.AsSpan(0, read));
                LengthBytes += read;
            }
            _writebackFrom = LengthBytes;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private StoreVerdict Refuse(StoreFault fault, string details)
    {
        _store.Metrics.Refused(fault);
        Close(keep: false);
        return new StoreVerdict(fault, details);
    }

    private StoreVerdict Failed(IOException failure)
    {
        _store.Metrics.DiskFailed();
        // After a failed write or sync nobody knows what the file holds.
        Close(keep: false);
        return new StoreVerdict(failure is DiskFullException ? StoreFault.Full : StoreFault.Disk, failure.Message);
    }

    private void Close(bool keep)
    {
        if (_isClosed) return;
        bool isKept = keep && LengthBytes > 0;
        if (!isKept)
        {
            try
            {
                _store.Files.DeleteIncoming(_put.Key);
            }
            catch (IOException)
            {
                isKept = true; // it stays and is counted, until a sweep
            }
        }
        if (isKept) _store.Index.SetIncoming(_put.Key, LengthBytes, _store.NowMs);
        else _store.Index.RemoveIncoming(_put.Key);
        _store.Quota.Release(_put.Owner, _put.LengthBytes);
        End();
    }

    private void End()
    {
        _isClosed = true;
        _file.Dispose();
        _hasher.Dispose();
        _store.Index.Unreserve(_reserved);
        _store.Index.LetGo(_put.Key);
    }
}
