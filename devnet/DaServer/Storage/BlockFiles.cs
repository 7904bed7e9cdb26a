using System.Globalization;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Storage;

/// <param name="File">Of <see cref="BlockFiles"/>.</param>
internal readonly record struct BlockPlace(int File, long Offset, int Bytes, ulong TimeMs, Hash256 Hash);

/// <summary>
/// The blocks on disk: files of records, only ever appended to and each synced before it counts. A record that a crash cut off at the end is cut away;
/// anything else that does not fit is damage, and nothing is served. Old blocks go a file at a time. One writer, any number of readers.
/// </summary>
internal sealed class BlockFiles : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly long _fileBytesMax;
    private readonly List<SegmentFile?> _files = [];
    private readonly List<BlockPlace> _places = [];
    private ulong _first = 1;

    private BlockFiles(string folder, long fileBytesMax) => (_folder, _fileBytesMax) = (folder, fileBytesMax);

    /// <summary>The lowest height that is here; one above <see cref="Last"/> where there is none.</summary>
    public ulong First
    {
        get
        {
            lock (_lock) return _first;
        }
    }

    /// <summary>0 where there is no block.</summary>
    public ulong Last
    {
        get
        {
            lock (_lock) return _first + (ulong)_places.Count - 1;
        }
    }

    /// <summary>Bytes that a crash had left and that were cut away.</summary>
    public long CutBytes { get; private set; }

    /// <exception cref="DaServerException">a file is damaged</exception>
    public static BlockFiles Open(string folder, long fileBytesMax = 64L * 1024 * 1024)
    {
        BlockFiles blocks = new(folder, fileBytesMax);
        try
        {
            string[] paths = [.. Directory.GetFiles(folder, "*.blocks").Order(StringComparer.Ordinal)];
            for (int i = 0; i < paths.Length; i++) blocks.Load(paths[i], isLast: i == paths.Length - 1);
            return blocks;
        }
        catch
        {
            blocks.Dispose();
            throw;
        }
    }

    public bool TryPlace(ulong height, out BlockPlace place)
    {
        lock (_lock)
        {
            bool isHere = height >= _first && height - _first < (ulong)_places.Count;
            place = isHere ? _places[(int)(height - _first)] : default;
            return isHere;
        }
    }

    /// <returns>Null where the height is not here.</returns>
    /// <exception cref="DaServerException">what is on disk is not what was written</exception>
    public BlockRecord? Read(ulong height)
    {
        SegmentFile file;
        BlockPlace place;
        lock (_lock)
        {
            if (!TryPlace(height, out place) || _files[place.File] is not { } held) return null;
            file = held;
        }
        byte[]? payload;
        try
        {
            payload = file.Read(place.Offset, place.Bytes);
        }
        catch (ObjectDisposedException)
        {
            return null; // pruned meanwhile
        }
        BlockRecord? record = payload is null ? null : BlockRecord.TryDecode(payload);
        return record is not null && record.Height == height && record.Hash == place.Hash ? record : throw new DaServerException($"block {height} is damaged", isIntegrity: true);
    }

    /// <summary>On disk when it returns.</summary>
    public void Append(BlockRecord record)
    {
        byte[] payload = record.Encode();
        SegmentFile? file = _files.Count > 0 ? _files[^1] : null;
        if (file is null || file.Length + payload.Length > _fileBytesMax)
        {
            file = SegmentFile.Create(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{record.Height:D12}.blocks")));
            lock (_lock) _files.Add(file);
        }
        long offset = file.Append(payload);
        lock (_lock) Add(record, new BlockPlace(_files.Count - 1, offset, payload.Length, record.TimeMs, record.Hash));
    }

    /// <summary>Deletes the files all of whose blocks are below a height; never the last one.</summary>
    public void Prune(ulong below)
    {
        lock (_lock)
        {
            while (true)
            {
                if (_places.Count == 0) return;
                int first = _places[0].File;
                int count = _places.FindIndex(place => place.File != first);
                if (count < 0 || _first + (ulong)count > below) return;
                _places.RemoveRange(0, count);
                _first += (ulong)count;
                _files[first]?.Delete();
                _files[first] = null;
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (SegmentFile? file in _files) file?.Dispose();
            _files.Clear();
            _places.Clear();
        }
    }

    private void Load(string path, bool isLast)
    {
        SegmentFile file = SegmentFile.Open(path);
        _files.Add(file);
        foreach ((long offset, byte[] payload) in file.Scan(isLast))
        {
            if (BlockRecord.TryDecode(payload) is not { } record) throw new DaServerException($"{path}: no block at byte {offset}", isIntegrity: true);
            if (_places.Count > 0 && (record.Height != Last + 1 || record.LastHash != _places[^1].Hash)) throw new DaServerException($"{path}: block {record.Height} is not above block {Last}", isIntegrity: true);
            Add(record, new BlockPlace(_files.Count - 1, offset, payload.Length, record.TimeMs, record.Hash));
        }
        CutBytes += file.CutBytes;
    }

    private void Add(BlockRecord record, BlockPlace place)
    {
        if (_places.Count == 0) _first = record.Height;
        _places.Add(place);
    }
}
