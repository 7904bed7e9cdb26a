using Dsdn.DirectIo;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Storage.Disk;

/// <summary>
/// A new file whose bytes come in order, written in large aligned pieces past the system's cache where the file system can: what is stored is seldom read soon, and filling the cache with it
/// costs more than hashing it (docs/decisions/0033). What stands in the last piece is on the disk after <see cref="Sync"/> or <see cref="Dispose"/>.
/// </summary>
internal sealed class DirectFile : IDiskFile
{
    private const int PieceBytes = AlignedRoom.Bytes, AlignmentBytes = AlignedRoom.AlignmentBytes;

    private readonly SafeFileHandle _file;
    private readonly AlignedRoom _room = AlignedRoom.Rent();
    private bool _isDirect;
    private int _pending;
    private long _written;

    public DirectFile(SafeFileHandle file) => (_file, _isDirect) = (file, DirectFiles.TrySet(file, isDirect: true));

    public long Length => _written + _pending;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (offset != Length) throw new IOException($"bytes at {offset} of a file that is written in order and has {Length}");
        while (!bytes.IsEmpty)
        {
            int take = Math.Min(bytes.Length, PieceBytes - _pending);
            bytes[..take].CopyTo(Piece()[_pending..]);
            bytes = bytes[take..];
            _pending += take;
            if (_pending == PieceBytes) Put(PieceBytes);
        }
    }

    public int Read(Span<byte> buffer, long offset)
    {
        Flush();
        Buffered();
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(_file, buffer[total..], offset + total);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    public void Truncate(long length)
    {
        Flush();
        RandomAccess.SetLength(_file, length);
        _written = length;
    }

    /// <summary>What is written is on its way already.</summary>
    public void StartWriteback(long offset, long bytes)
    {
    }

    public void Sync()
    {
        Flush();
        if (RandomAccess.GetLength(_file) != _written) throw new IOException($"the file has {RandomAccess.GetLength(_file)} bytes, not {_written}");
        RandomAccess.FlushToDisk(_file);
    }

    public void Dispose()
    {
        try
        {
            if (!_file.IsClosed) Flush();
        }
        catch (IOException)
        {
            // What was not synced was promised to nobody: whoever goes on reads what is there.
        }
        _file.Dispose();
        _room.Dispose();
    }

    /// <summary>The rest: padded, because only whole blocks can be written, and cut to its length again.</summary>
    private void Flush()
    {
        if (_pending == 0) return;
        int rest = _pending, padded = (rest + AlignmentBytes - 1) / AlignmentBytes * AlignmentBytes;
        Piece()[rest..padded].Clear();
        Put(_isDirect ? padded : rest);
        if (!_isDirect) return;
        _written += rest - padded;
        RandomAccess.SetLength(_file, _written);
        Buffered(); // the next byte is not at the start of a block
    }

    private void Put(int count)
    {
        try
        {
            FolderDisk.Write(_file, Piece()[..count], _written);
        }
        catch (IOException) when (_isDirect && Buffered())
        {
            // A device of larger blocks takes it the ordinary way, and one that fails fails again.
            FolderDisk.Write(_file, Piece()[..count], _written);
        }
        _written += count;
        _pending = 0;
    }

    private bool Buffered()
    {
        bool wasDirect = _isDirect;
        if (wasDirect) DirectFiles.TrySet(_file, isDirect: false);
        _isDirect = false;
        return wasDirect;
    }

    private Span<byte> Piece() => _room.Memory.Span;
}
