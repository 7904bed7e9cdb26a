using Dsdn.Storage.Disk;

namespace Dsdn.Storage.Tests.Disk;

/// <summary>The machine stopped.</summary>
public sealed class CrashException : Exception;

/// <summary>
/// A disk in memory that loses what a real one may lose. Writes to a file are durable after its sync; names after the sync of a folder,
/// which also makes all earlier changes of names durable, as a journal does. A crash keeps any number of the earliest name changes
/// that are not synced, and of each file's writes that are not synced any prefix, the last one torn.
/// </summary>
public sealed class MemoryDisk(TimeProvider clock) : IChunkDisk
{
    private sealed class Content
    {
        public byte[] Synced = [];
        public byte[] Seen = [];
        public List<(long Offset, byte[] Bytes)> Unsynced = [];
        public long ModifiedMs;
    }

    private readonly Dictionary<(string Folder, string Name), Content> _seen = [];
    private readonly List<(Action<Dictionary<(string, string), Content>> Apply, string[] Folders)> _journal = [];
    private Dictionary<(string Folder, string Name), Content> _durable = [];

    /// <summary>Operations that change or sync something so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The operation during which the machine stops.</summary>
    public int CrashAt { get; set; } = int.MaxValue;

    /// <summary>The operation that fails with an error.</summary>
    public int FailAt { get; set; } = int.MaxValue;

    /// <summary>From here on all operations fail.</summary>
    public int FailFrom { get; set; } = int.MaxValue;

    /// <summary>A disk that says it synced and did not: what the crash matrix must notice.</summary>
    public bool ForgetsFileSyncs { get; set; }

    public bool ForgetsFolderSyncs { get; set; }

    public long SizeBytes { get; set; } = long.MaxValue;

    public List<string> Operations { get; } = [];

    public long FreeBytes => SizeBytes == long.MaxValue ? long.MaxValue : SizeBytes - _seen.Values.Sum(content => (long)content.Seen.Length);

    public IEnumerable<(string Folder, string Name, int Bytes)> Files => _seen.Select(file => (file.Key.Folder, file.Key.Name, file.Value.Seen.Length));

    public void MakeFolder(string folder)
    {
    }

    public IReadOnlyList<DiskEntry> List(string folder) =>
        [.. _seen.Where(file => file.Key.Folder == folder).OrderBy(file => file.Key.Name, StringComparer.Ordinal)
            .Select(file => new DiskEntry(file.Key.Name, file.Value.Seen.Length, file.Value.ModifiedMs))];

    public IDiskFile CreateLarge(string folder, string name) => Create(folder, name);

    public IDiskFile Create(string folder, string name)
    {
        Step($"create {folder}");
        Content content = new() { ModifiedMs = Now };
        Change(names => names[(folder, name)] = content, folder);
        return new Open(this, content);
    }

    IDiskFile IChunkDisk.Open(string folder, string name, bool mayWrite) =>
        new Open(this, _seen.TryGetValue((folder, name), out Content? content) ? content : throw new FileNotFoundException(name));

    public void Move(string folder, string name, string toFolder, string toName)
    {
        if (!_seen.ContainsKey((folder, name))) throw new FileNotFoundException(name);
        Step($"move {folder} {toFolder}");
        Change(names =>
        {
            if (names.Remove((folder, name), out Content? content)) names[(toFolder, toName)] = content;
        }, folder, toFolder);
    }

    public void Delete(string folder, string name)
    {
        if (!_seen.ContainsKey((folder, name))) return;
        Step($"delete {folder}");
        Change(names => names.Remove((folder, name)), folder);
    }

    public void SyncFolder(string folder)
    {
        Step($"sync folder {folder}");
        if (ForgetsFolderSyncs) return;
        int last = _journal.FindLastIndex(change => change.Folders.Contains(folder, StringComparer.Ordinal));
        Persist(last + 1);
    }

    public void Dispose()
    {
    }

    /// <summary>Changes a byte of a file behind the store's back.</summary>
    public void Rot(string folder, string namePrefix, long offset)
    {
        Content content = _seen.Single(file => file.Key.Folder == folder && file.Key.Name.StartsWith(namePrefix, StringComparison.Ordinal)).Value;
        content.Seen = [.. content.Seen];
        content.Seen[offset] ^= 0x10;
        content.Synced = [.. content.Seen];
    }

    public void Cut(string folder, string namePrefix, int bytes)
    {
        Content content = _seen.Single(file => file.Key.Folder == folder && file.Key.Name.StartsWith(namePrefix, StringComparison.Ordinal)).Value;
        content.Seen = content.Seen[..bytes];
        content.Synced = content.Seen;
    }

    /// <summary>The disk as the machine finds it when it comes back.</summary>
    public MemoryDisk AfterCrash(Random random)
    {
        Persist(random.Next(_journal.Count + 1));
        MemoryDisk disk = new(clock) { SizeBytes = SizeBytes };
        foreach (((string Folder, string Name) place, Content content) in _durable)
        {
            byte[] bytes = content.Synced;
            int kept = random.Next(content.Unsynced.Count + 1);
            for (int i = 0; i < kept; i++)
            {
                (long offset, byte[] written) = content.Unsynced[i];
                bytes = Written(bytes, i == kept - 1 ? written.AsSpan(0, random.Next(written.Length + 1)) : written, offset);
            }
            Content found = new() { Seen = bytes, Synced = bytes, ModifiedMs = content.ModifiedMs };
            disk._seen[place] = found;
            disk._durable[place] = found;
        }
        return disk;
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Step(string operation)
    {
        Operations.Add(operation);
        Steps++;
        if (Steps == CrashAt) throw new CrashException();
        if (Steps == FailAt || Steps >= FailFrom) throw new IOException($"failed: {operation}");
    }

    private void Change(Action<Dictionary<(string, string), Content>> change, params string[] folders)
    {
        change(_seen);
        _journal.Add((change, folders));
    }

    private void Persist(int changes)
    {
        _durable = new Dictionary<(string Folder, string Name), Content>(_durable);
        for (int i = 0; i < changes; i++) _journal[i].Apply(_durable);
        _journal.RemoveRange(0, changes);
    }

    private static byte[] Written(byte[] before, ReadOnlySpan<byte> bytes, long offset)
    {
        byte[] after = new byte[Math.Max(before.Length, offset + bytes.Length)];
        before.CopyTo(after, 0);
        bytes.CopyTo(after.AsSpan((int)offset));
        return after;
    }

    private sealed class Open(MemoryDisk disk, Content content) : IDiskFile
    {
        public long Length => content.Seen.Length;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Step("write");
            if (disk.FreeBytes < offset + bytes.Length - content.Seen.Length) throw new DiskFullException(new IOException("no space left"));
            content.Seen = Written(content.Seen, bytes, offset);
            content.Unsynced.Add((offset, bytes.ToArray()));
            content.ModifiedMs = disk.Now;
        }

        public int Read(Span<byte> buffer, long offset)
        {
            int count = (int)Math.Max(0, Math.Min(buffer.Length, content.Seen.Length - offset));
            content.Seen.AsSpan((int)Math.Min(offset, content.Seen.Length), count).CopyTo(buffer);
            return count;
        }

        public void Truncate(long length)
        {
            disk.Step("truncate");
            Array.Resize(ref content.Seen, (int)length);
            if (content.Synced.Length > length) content.Synced = content.Synced[..(int)length];
            content.Unsynced.RemoveAll(write => write.Offset + write.Bytes.Length > length);
        }

        public void StartWriteback(long offset, long bytes)
        {
        }

        public void Sync()
        {
            disk.Step("sync file");
            if (disk.ForgetsFileSyncs) return;
            content.Synced = content.Seen;
            content.Unsynced.Clear();
        }

        public void Dispose()
        {
        }
    }
}
