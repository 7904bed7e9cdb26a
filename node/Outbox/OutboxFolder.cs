using Dsdn.Log.Routing.Outbox;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Outbox;

/// <summary>The outbox on disk: two files and the emergency log in a folder of their own. One process at a time.</summary>
public sealed class OutboxFolder : IDisposable
{
    private const string FirstName = "outbox.0", SecondName = "outbox.1";

    private readonly OutboxFile _first, _second;

    private OutboxFolder(OutboxFile first, OutboxFile second) => (_first, _second, Journal) = (first, second, OutboxJournal.Open(first, second));

    public OutboxJournal Journal { get; }

    /// <summary>Opens or makes the folder.</summary>
    /// <exception cref="IOException">the folder cannot be used, or another process has it</exception>
    /// <exception cref="OutboxCorruptException">something that was on disk is unreadable; see docs/da-fallback.md</exception>
    public static OutboxFolder Open(string folder)
    {
        Directory.CreateDirectory(folder);
        OutboxFile first = OutboxFile.Open(Path.Combine(folder, FirstName));
        OutboxFile? second = null;
        try
        {
            second = OutboxFile.Open(Path.Combine(folder, SecondName));
            return new OutboxFolder(first, second);
        }
        catch
        {
            first.Dispose();
            second?.Dispose();
            throw;
        }
    }

    /// <summary>What is in it, also while another process has it; null where there is none.</summary>
    /// <exception cref="IOException">the folder cannot be read</exception>
    /// <exception cref="OutboxCorruptException">something that was on disk is unreadable, or was written just then: ask again</exception>
    public static OutboxView? View(string folder)
    {
        string first = Path.Combine(folder, FirstName), second = Path.Combine(folder, SecondName);
        return File.Exists(first) && File.Exists(second) ? OutboxJournal.View(Bytes(first), Bytes(second)) : null;

        static byte[] Bytes(string path)
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[file.Length];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private sealed class OutboxFile(SafeFileHandle file) : IOutboxDevice, IDisposable
    {
        public static OutboxFile Open(string path) => new(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));

        public byte[] ReadAll()
        {
            byte[] bytes = new byte[RandomAccess.GetLength(file)];
            for (int read = 0; read < bytes.Length;)
            {
                int n = RandomAccess.Read(file, bytes.AsSpan(read), read);
                if (n == 0) break;
                read += n;
            }
            return bytes;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

        public void Sync() => RandomAccess.FlushToDisk(file);

        public void Dispose() => file.Dispose();
    }
}
