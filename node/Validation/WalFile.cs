using Dsdn.Consensus.Wal;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Validation;

/// <summary>The write-ahead log on disk: one file, allocated ahead so that a sync need not touch the file's size.</summary>
public sealed class WalFile : IWalDevice, IDisposable
{
    private const long AllocatedBytes = 16 * 1024 * 1024;

    private readonly SafeFileHandle _file;

    private WalFile(SafeFileHandle file) => _file = file;

    public static WalFile Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (RandomAccess.GetLength(file) < AllocatedBytes) RandomAccess.SetLength(file, AllocatedBytes);
        return new WalFile(file);
    }

    public byte[] ReadAll()
    {
        byte[] bytes = new byte[RandomAccess.GetLength(_file)];
        int read = 0;
        while (read < bytes.Length)
        {
            int n = RandomAccess.Read(_file, bytes.AsSpan(read), read);
            if (n == 0) break;
            read += n;
        }
        return bytes;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file, bytes, offset);

    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();
}
