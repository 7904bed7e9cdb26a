using Dsdn.Log.Routing.Outbox;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Outbox;

/// <summary>The outbox on disk: two files and a lock in a folder of their own. One process at a time.</summary>
public sealed class OutboxFolder : IDisposable
{
    private const string LockName = "lock", FirstName = "outbox.0", SecondName = "outbox.1";

    private readonly List<IDisposable> _files;

    private OutboxFolder(List<IDisposable> files, OutboxJournal journal) => (_files, Journal) = (files, journal);

    public OutboxJournal Journal { get; }

    /// <summary>Opens or makes the folder.</summary>
    /// <exception cref="IOException">the folder cannot be used, or another process has it</exception>
    /// <exception cref="OutboxCorruptException">something that was on disk is unreadable; see docs/da-fallback.md</exception>
    public static OutboxFolder Open(string folder)
    {
        Directory.CreateDirectory(folder);
        // A lock of its own: the files can be looked at meanwhile.
        List<IDisposable> files = [File.OpenHandle(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)];
        try
        {
            OutboxFile first = Open(FirstName), second = Open(SecondName);
            return new OutboxFolder(files, OutboxJournal.Open(first, second));
        }
        catch
        {
            foreach (IDisposable file in files) file.Dispose();
            throw;
        }

        OutboxFile Open(string name)
        {
            OutboxFile file = new(File.OpenHandle(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
            files.Add(file);
            return file;
        }
    }

    /// <summary>What is in it, also while another process has it; null where there is none.</summary>
    /// <exception cref="IOException">the folder cannot be read</exception>
    /// <exception cref="OutboxCorruptException">something that was on disk is unreadable</exception>
    public static OutboxView? View(string folder)
    {
        const int AttemptsMax = 4;
        string first = Path.Combine(folder, FirstName), second = Path.Combine(folder, SecondName);
        if (!File.Exists(first) || !File.Exists(second)) return null;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return OutboxJournal.View(Bytes(first), Bytes(second));
            }
            catch (OutboxCorruptException) when (attempt < AttemptsMax)
            {
                // Perhaps one file was read before and the other after its owner went from one to the other.
            }
        }

        static byte[] Bytes(string path)
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[file.Length];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
    }

    public void Dispose()
    {
        foreach (IDisposable file in _files) file.Dispose();
    }

    private sealed class OutboxFile(SafeFileHandle file) : IOutboxDevice, IDisposable
    {
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
