using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using Dsdn.Chain.Primitives;
using Dsdn.Reading.Fetching;

namespace Dsdn.Reading.Caching;

/// <summary>
/// Checked windows on disk, a file each: content, then its SHA-256, so that a disk that lies costs a fetch and nothing else. Writing is done behind, and left out where the disk is slower than
/// the network. What it does not know it deletes at start.
/// </summary>
internal sealed class DiskCache : IDisposable
{
    private const int WritesWaitingMax = 64;

    private readonly string _folder;
    private readonly long _bytesMax;
    private readonly Lock _lock = new();
    private readonly Dictionary<WindowKey, LinkedListNode<(WindowKey Key, long Bytes)>> _files = [];
    private readonly LinkedList<(WindowKey Key, long Bytes)> _byUse = [];
    private readonly Channel<(WindowKey Key, byte[] Bytes)> _writes = Channel.CreateBounded<(WindowKey, byte[])>(new BoundedChannelOptions(WritesWaitingMax) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _writing;
    private long _bytes;

    /// <exception cref="IOException">the folder cannot be used</exception>
    public DiskCache(string folder, long bytesMax)
    {
        (_folder, _bytesMax) = (folder, bytesMax);
        Directory.CreateDirectory(folder);
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(static file => file.LastAccessTimeUtc))
        {
            if (TryParse(file.Name, out WindowKey key)) Note(key, file.Length);
            else if (file.Name.EndsWith(".part", StringComparison.Ordinal)) file.Delete();
        }
        _writing = Task.Run(WriteAsync);
    }

    public void Offer(WindowKey key, byte[] bytes) => _writes.Writer.TryWrite((key, bytes));

    /// <returns>Null: not here, or not whole any more.</returns>
    public async Task<byte[]?> FindAsync(WindowKey key, int bytes, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(key, out LinkedListNode<(WindowKey Key, long Bytes)>? node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
        }
        try
        {
            byte[] file = await File.ReadAllBytesAsync(PathOf(key), cancel);
            if (file.Length == bytes + Hash256.Size && SHA256.HashData(file.AsSpan(0, bytes)).AsSpan().SequenceEqual(file.AsSpan(bytes))) return file[..bytes];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As if it had never been here.
        }
        Drop(key);
        return null;
    }

    public void Dispose()
    {
        _writes.Writer.Complete();
        _writing.GetAwaiter().GetResult();
    }

    private async Task WriteAsync()
    {
        await foreach ((WindowKey key, byte[] bytes) in _writes.Reader.ReadAllAsync())
        {
            string path = PathOf(key);
            try
            {
                await using (FileStream file = File.Create(path + ".part"))
                {
                    await file.WriteAsync(bytes);
                    await file.WriteAsync(SHA256.HashData(bytes));
                }
                File.Move(path + ".part", path, overwrite: true);
                Note(key, bytes.Length + Hash256.Size);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A cache that cannot be written is none.
            }
        }
    }

    private void Note(WindowKey key, long bytes)
    {
        List<WindowKey> gone = [];
        lock (_lock)
        {
            if (_files.ContainsKey(key)) return;
            _files[key] = _byUse.AddFirst((key, bytes));
            _bytes += bytes;
            while (_bytes > _bytesMax && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _files.Remove(oldest.Value.Key);
                _bytes -= oldest.Value.Bytes;
                gone.Add(oldest.Value.Key);
            }
        }
        foreach (WindowKey old in gone) Delete(old);
    }

    private void Drop(WindowKey key)
    {
        lock (_lock)
        {
            if (!_files.Remove(key, out LinkedListNode<(WindowKey Key, long Bytes)>? node)) return;
            _byUse.Remove(node);
            _bytes -= node.Value.Bytes;
        }
        Delete(key);
    }

    private void Delete(WindowKey key)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start finds it.
        }
    }

    /// <summary>64 hexadecimal digits of the root, - and the window.</summary>
    private string PathOf(WindowKey key) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(key.Root.Span)}-{key.Index}"));

    private static bool TryParse(string name, out WindowKey key)
    {
        key = default;
        if (name.Length < 66 || name[64] != '-' || !Hash256.TryParse("0x" + name[..64], out Hash256 root)) return false;
        if (!int.TryParse(name.AsSpan(65), NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return false;
        key = new WindowKey(root, index);
        return true;
    }
}
