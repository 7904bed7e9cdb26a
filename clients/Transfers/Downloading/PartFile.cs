using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.DirectIo;
using Dsdn.Sdk.Errors;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Transfers.Downloading;

/// <summary>
/// A file that is being fetched, beside its place and under another name until it is whole; with a record of the chunks that are in it, so that another attempt goes on. Nobody sees half a file.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _target, _part, _record;
    private readonly SafeFileHandle _file;

    /// <summary>The same file, written past the system's cache.</summary>
    private readonly SafeFileHandle? _direct;
    private readonly FileStream _done;
    private readonly Lock _lock = new();
    private readonly SortedSet<int> _chunks = [];
    private bool _isMoved;

    private PartFile(string target, string part, SafeFileHandle file, FileStream done) =>
        (_target, _part, _record, _file, _direct, _done) = (target, part, part + ".done", file, DirectFiles.TryOpenWrite(part), done);

    /// <param name="identity">Of the content: a record of another is of no use.</param>
    public static PartFile Open(string target, string identity, long lengthBytes)
    {
        string folder = Path.GetDirectoryName(target) ?? ".";
        string part = Path.Combine(folder, $".dsdn-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target))))[..16]}.part"), record = part + ".done";
        try
        {
            bool isKnown = File.Exists(part) && File.Exists(record) && new FileInfo(part).LinkTarget is null && new FileInfo(record).LinkTarget is null
                && File.ReadLines(record).FirstOrDefault() == identity && new FileInfo(part).Length == lengthBytes;
            if (!isKnown)
            {
                File.Delete(part);
                File.Delete(record);
            }
            SafeFileHandle file = File.OpenHandle(part, isKnown ? FileMode.Open : FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, isKnown ? 0 : lengthBytes);
            var options = new FileStreamOptions { Mode = isKnown ? FileMode.Open : FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, OwnerOnly);
                if (!isKnown) options.UnixCreateMode = OwnerOnly;
            }
            if (!isKnown) RandomAccess.SetLength(file, lengthBytes);
            var done = new FileStream(record, options);
            var opened = new PartFile(target, part, file, done);
            if (isKnown) opened.Replay();
            else opened.Note(identity);
            return opened;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(target, failure);
        }
    }

    public bool Has(int chunk)
    {
        lock (_lock) return _chunks.Contains(chunk);
    }

    /// <summary>A stream that writes from an offset on; flushed, all of it is written.</summary>
    public Stream At(long offset) => new OffsetWriter(this, offset);

    /// <summary>The chunk's content is written: synced, then recorded.</summary>
    public void Done(int chunk)
    {
        try
        {
            RandomAccess.FlushToDisk(_file);
            lock (_lock)
            {
                Note(chunk.ToString(CultureInfo.InvariantCulture));
                _chunks.Add(chunk);
            }
        }
        catch (IOException failure)
        {
            throw Unwritable(_target, failure);
        }
    }

    /// <summary>Puts the whole file into its place by one rename.</summary>
    public void Move(bool overwrite)
    {
        try
        {
            RandomAccess.FlushToDisk(_file);
            _direct?.Dispose();
            _file.Dispose();
            File.Move(_part, _target, overwrite);
            _isMoved = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw File.Exists(_target) && !overwrite ? new DsdnException(TransferCodes.TargetExists, ErrorClass.Usage, _target) : Unwritable(_target, failure);
        }
    }

    public void Dispose()
    {
        _direct?.Dispose();
        _file.Dispose();
        _done.Dispose();
        if (_isMoved) File.Delete(_record);
    }

    public static DsdnException Unwritable(string path, Exception failure) =>
        new(ClientError.Of(TransferCodes.TargetUnwritable, ErrorClass.Usage, path).With(failure.Message), failure);

    /// <returns>False where a device has larger blocks: it takes them the ordinary way, and one that fails fails again.</returns>
    private async ValueTask<bool> TryWriteDirectAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken cancel)
    {
        if (_direct is null) return false;
        try
        {
            await RandomAccess.WriteAsync(_direct, piece, offset, cancel);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Replay()
    {
        using var reader = new StreamReader(_done, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        string text = reader.ReadToEnd();
        foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n').Skip(1))
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int chunk)) _chunks.Add(chunk);
        _done.Seek(0, SeekOrigin.End);
        _done.WriteByte((byte)'\n');
    }

    private void Note(string line)
    {
        _done.Write(Encoding.ASCII.GetBytes(line + "\n"));
        _done.Flush(flushToDisk: true);
    }

    /// <summary>In large aligned pieces past the system's cache where the file system can (docs/decisions/0033); what is left of a piece goes through it.</summary>
    private sealed class OffsetWriter(PartFile part, long offset) : Stream
    {
        private readonly AlignedRoom _room = AlignedRoom.Rent();
        private long _at = offset;
        private int _pending;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _at + _pending; set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                int take = Math.Min(buffer.Length, AlignedRoom.Bytes - _pending);
                buffer[..take].CopyTo(_room.Memory[_pending..]);
                _pending += take;
                buffer = buffer[take..];
                if (_pending == AlignedRoom.Bytes) await FlushAsync(cancellationToken);
            }
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            bool isWhole = _pending == AlignedRoom.Bytes && _at % AlignedRoom.AlignmentBytes == 0;
            try
            {
                if (!isWhole || !await part.TryWriteDirectAsync(_room.Memory, _at, cancellationToken)) await RandomAccess.WriteAsync(part._file, _room.Memory[.._pending], _at, cancellationToken);
            }
            catch (IOException failure)
            {
                throw Unwritable(part._target, failure);
            }
            _at += _pending;
            _pending = 0;
        }

        /// <summary>Whoever wants the last of it written flushes first, and hears what becomes of it.</summary>
        protected override void Dispose(bool disposing) => _room.Dispose();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
