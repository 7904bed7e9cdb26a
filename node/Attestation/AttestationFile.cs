using Dsdn.Consensus.Wal;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Attestation;

/// <summary>The record of attestations on disk. Grows ahead by whole blocks of zeros, so that a sync mostly need not touch the file's size or its map of blocks.</summary>
public sealed class AttestationFile : IWalDevice, IDisposable
{
    private const int GrowBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private long _length;

    private AttestationFile(SafeFileHandle file) => (_file, _length) = (file, RandomAccess.GetLength(file));

    /// <exception cref="IOException">in use, or not readable</exception>
    public static AttestationFile Open(string path) => new(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));

    /// <summary>A new, empty file.</summary>
    public static AttestationFile Create(string path)
    {
        var file = new AttestationFile(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    public byte[] ReadAll()
    {
        byte[] bytes = new byte[_length];
        int read = 0;
        while (read < bytes.Length)
        {
            int n = RandomAccess.Read(_file, bytes.AsSpan(read), read);
            if (n == 0) throw new IOException("the file became shorter while it was read");
            read += n;
        }
        return bytes;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > _length)
        {
            RandomAccess.Write(_file, new byte[GrowBytes], _length);
            _length += GrowBytes;
        }
        RandomAccess.Write(_file, bytes, offset);
    }

    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
}
