using System.Collections.Immutable;
using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Snapshots;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Sync;

namespace Dsdn.Node.Sync;

/// <summary>
/// Snapshots on disk that peers restore from: a folder for each, named by its height, with `manifest` and `chunk-N`. One that is being
/// written stands under another name until all of it is on disk; the newest few are kept. Reading is thread-safe; one thread takes.
/// </summary>
public sealed class SnapshotStore : ISnapshotSource
{
    private const string PartialSuffix = ".partial";
    private const string ManifestFile = "manifest";

    private readonly string _folder;
    private readonly int _kept;
    private ImmutableArray<Entry> _entries; // newest first; swapped whole

    private sealed record Entry(SnapshotManifest Manifest, Hash256 Hash, string Folder);

    /// <summary>Opens the folder, makes it if it is not there, and removes what a crash left half written.</summary>
    /// <exception cref="IOException">the folder cannot be used</exception>
    public SnapshotStore(string folder, int kept = 2)
    {
        (_folder, _kept) = (folder, Math.Max(kept, 1));
        Directory.CreateDirectory(folder);
        var found = new List<Entry>();
        foreach (string one in Directory.EnumerateDirectories(folder))
        {
            if (one.EndsWith(PartialSuffix, StringComparison.Ordinal)) Directory.Delete(one, recursive: true);
            else if (TryOpen(one) is { } entry) found.Add(entry);
        }
        _entries = [.. found.OrderByDescending(static entry => entry.Manifest.Height)];
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Manifests => [.. _entries.Select(static entry => (ReadOnlyMemory<byte>)entry.Manifest.Encode())];

    public ulong? NewestHeight => _entries.IsEmpty ? null : _entries[0].Manifest.Height;

    public byte[] ReadChunk(Hash256 manifestHash, uint chunk)
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Hash != manifestHash || chunk >= entry.Manifest.Chunks.Count) continue;
            try
            {
                return File.ReadAllBytes(ChunkFile(entry.Folder, (int)chunk));
            }
            catch (IOException)
            {
                return []; // a newer snapshot took its place meanwhile
            }
        }
        return [];
    }

    /// <summary>Writes the snapshot of a version, then drops the oldest. One that is there already is left as it is.</summary>
    /// <param name="version">Consistent, and kept until this returns.</param>
    /// <exception cref="IOException">the disk failed or is full; nothing of it stays</exception>
    /// <exception cref="StorageException">blocks that a snapshot needs are not stored here</exception>
    public SnapshotManifest Take(IKeyValueReader version, ChainStore blocks)
    {
        string partial = Path.Combine(_folder, "new" + PartialSuffix);
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        try
        {
            SnapshotManifest manifest = ChainSnapshot.Export(version, blocks, (chunk, bytes) => WriteDurably(ChunkFile(partial, chunk), bytes.Span));
            WriteDurably(Path.Combine(partial, ManifestFile), manifest.Encode());
            string final = Path.Combine(_folder, manifest.Height.ToString(CultureInfo.InvariantCulture));
            if (!_entries.Any(entry => entry.Folder == final))
            {
                if (Directory.Exists(final)) Directory.Delete(final, recursive: true);
                Directory.Move(partial, final);
                Show(new Entry(manifest, manifest.Hash, final));
            }
            return manifest;
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    private void Show(Entry newest)
    {
        ImmutableArray<Entry> all = [.. _entries.Append(newest).OrderByDescending(static entry => entry.Manifest.Height)];
        _entries = [.. all.Take(_kept)];
        foreach (Entry old in all.Skip(_kept)) Directory.Delete(old.Folder, recursive: true);
    }

    private static Entry? TryOpen(string folder)
    {
        string file = Path.Combine(folder, ManifestFile);
        if (!File.Exists(file) || !SnapshotManifest.TryDecode(File.ReadAllBytes(file), out SnapshotManifest? manifest)) return null;
        return Enumerable.Range(0, manifest.Chunks.Count).All(chunk => File.Exists(ChunkFile(folder, chunk))) ? new Entry(manifest, manifest.Hash, folder) : null;
    }

    private static string ChunkFile(string folder, int chunk) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"chunk-{chunk}"));

    private static void WriteDurably(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
