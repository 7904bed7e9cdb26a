using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Transfers.Journals;

/// <summary>
/// What an upload must not forget when it is killed: the keys, wrapped, and the identity of every chunk, both before anything is sent. One JSON document a line, appended and synced; a line that was torn
/// at the end is dropped. The file is its owner's only, and belongs to one process at a time.
/// </summary>
internal sealed class UploadJournal : IDisposable
{
    private const int Version = 1;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JournalFile> _files = new(StringComparer.Ordinal);
    private readonly List<JournalPack> _packs = [];
    private bool _isDone;

    private UploadJournal(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Null: a new journal, which takes <see cref="Begin"/> first.</summary>
    public JournalHead? Head { get; private set; }

    public IReadOnlyDictionary<string, JournalFile> Files => _files;

    public IReadOnlyList<JournalPack> Packs => _packs;

    /// <summary>Where the encrypted manifest lies once it is made: a name serves one manifest once.</summary>
    public string ManifestPath => _path + ".manifest";

    public int KnownChunks => _packs.Count + _files.Values.Sum(static file => file.Chunks.Count + (file.Listing is null ? 0 : 1));

    /// <exception cref="DsdnException">another process has it, or it is of a later version</exception>
    public static UploadJournal Open(string path)
    {
        PrivateFile.CreateFolder(Path.GetDirectoryName(path) ?? ".");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        FileStream file;
        try
        {
            file = new FileStream(path, options);
        }
        catch (IOException held)
        {
            throw new DsdnException(ClientError.Of(TransferCodes.Busy, ErrorClass.Rejected, path).With(held.Message), held);
        }
        var journal = new UploadJournal(path, file);
        try
        {
            journal.Replay();
            return journal;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            file.Dispose();
            throw new DsdnException(ClientError.Of(TransferCodes.Journal, ErrorClass.Integrity, path).With(failure.Message), failure);
        }
    }

    public void Begin(JournalHead head) => Append(new JsonObject
    {
        ["v"] = Version, ["manifest"] = head.ManifestId.ToString(), ["agreement"] = head.Agreement.ToString(), ["coding"] = (int)head.Coding, ["public"] = head.IsPublic,
    });

    public JournalFile Add(JournalFile file)
    {
        Append(new JsonObject
        {
            ["file"] = file.Path, ["length"] = file.LengthBytes, ["modified"] = file.ModifiedTicks, ["id"] = file.FileId.ToString(), ["key"] = Convert.ToBase64String(file.WrappedKey),
        });
        return _files[file.Path];
    }

    public void Add(JournalFile file, JournalChunk chunk) => Append(new JsonObject { ["of"] = file.Path, ["chunk"] = Write(chunk) });

    public void AddListing(JournalFile file, JournalChunk chunk) => Append(new JsonObject { ["of"] = file.Path, ["listing"] = Write(chunk) });

    public void End(JournalFile file, long contentBytes) => Append(new JsonObject { ["of"] = file.Path, ["content"] = contentBytes });

    /// <summary>The source changed: its key is never used again.</summary>
    public void Drop(string path) => Append(new JsonObject { ["drop"] = path });

    public void Add(JournalPack pack) => Append(new JsonObject
    {
        ["pack"] = Write(pack.Chunk),
        ["members"] = new JsonArray([.. pack.Members.Select(static member => (JsonNode)new JsonObject
        {
            ["file"] = member.Path, ["length"] = member.LengthBytes, ["modified"] = member.ModifiedTicks, ["id"] = member.FileId.ToString(),
            ["key"] = Convert.ToBase64String(member.WrappedKey), ["offset"] = member.Offset, ["sealed"] = member.SealedBytes,
        })]),
    });

    /// <summary>Whether these sources are all that it has, each as it was: then a manifest that was kept is theirs.</summary>
    public bool IsOf(IReadOnlyList<Sources.SourceItem> items)
    {
        SortedSet<(string, long, long)> known = [.. _files.Values.Select(static file => (file.Path, file.LengthBytes, file.ModifiedTicks)),
            .. _packs.SelectMany(static pack => pack.Members).Select(static member => (member.Path, member.LengthBytes, member.ModifiedTicks))];
        return items.Where(static item => !item.IsFolder).All(item => known.Contains((item.Path, item.LengthBytes, item.ModifiedUtc.Ticks)));
    }

    /// <summary>Forgets the attempt: its keys and names are never used again.</summary>
    public void Restart()
    {
        _file.SetLength(0);
        _file.Flush(flushToDisk: true);
        File.Delete(ManifestPath);
        Head = null;
        _files.Clear();
        _packs.Clear();
    }

    /// <summary>The upload is whole: nothing of it has to be kept here, its keys least of all.</summary>
    public void Finish() => _isDone = true;

    public void Dispose()
    {
        _file.Dispose();
        if (!_isDone) return;
        File.Delete(_path);
        File.Delete(ManifestPath);
    }

    private void Append(JsonObject record)
    {
        byte[] line = Encoding.UTF8.GetBytes(record.ToJsonString() + "\n");
        lock (_lock)
        {
            _file.Write(line);
            _file.Flush(flushToDisk: true);
            Apply(record);
        }
    }

    private void Replay()
    {
        long whole = 0;
        using (var reader = new StreamReader(_file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true))
        {
            string text = reader.ReadToEnd();
            int from = 0;
            for (int end; (end = text.IndexOf('\n', from)) >= 0; from = end + 1)
            {
                Apply(JsonNode.Parse(text[from..end]) as JsonObject ?? throw new FormatException("no object"));
                whole += Encoding.UTF8.GetByteCount(text.AsSpan(from, end - from)) + 1;
            }
        }
        _file.SetLength(whole);
        _file.Seek(whole, SeekOrigin.Begin);
    }

    private void Apply(JsonObject record)
    {
        if (record["v"] is { } version)
        {
            if ((int)version != Version) throw new FormatException($"version {version}");
            Head = new JournalHead(Hash(record["manifest"]), Hash(record["agreement"]), (ChunkCoding)(byte)(int)Need(record["coding"]), (bool)Need(record["public"]));
        }
        else if (record["drop"] is { } dropped) _files.Remove((string)Need(dropped)!);
        else if (record["pack"] is { } pack) _packs.Add(new JournalPack(ReadChunk(pack), [.. Need(record["members"]).AsArray().Select(static member => ReadMember(Need(member)))]));
        else if (record["file"] is { } path)
        {
            string name = (string?)path ?? throw new FormatException("no name");
            _files[name] = new JournalFile(name, (long)Need(record["length"]), (long)Need(record["modified"]), Hash(record["id"]), Convert.FromBase64String((string?)record["key"] ?? ""));
        }
        else if (record["of"] is { } of)
        {
            JournalFile file = _files[(string?)of ?? ""];
            if (record["chunk"] is { } chunk) file.Chunks.Add(ReadChunk(chunk));
            else if (record["listing"] is { } listing) file.Listing = ReadChunk(listing);
            else file.ContentBytes = (long)Need(record["content"]);
        }
        else throw new FormatException("an unknown record");
    }

    private static JsonObject Write(JournalChunk chunk) => new()
    {
        ["id"] = chunk.Id.ToString(), ["length"] = chunk.LengthBytes, ["root"] = chunk.Root.ToString(), ["roots"] = new JsonArray([.. chunk.Roots.Select(static root => (JsonNode)root.ToString())]),
    };

    private static JournalChunk ReadChunk(JsonNode node) =>
        new(Hash(node["id"]), (uint)Need(node["length"]), Hash(node["root"]), [.. Need(node["roots"]).AsArray().Select(Hash)]);

    private static JournalMember ReadMember(JsonNode node) => new(
        (string?)node["file"] ?? throw new FormatException("no name"), (long)Need(node["length"]), (long)Need(node["modified"]), Hash(node["id"]), Convert.FromBase64String((string?)node["key"] ?? ""),
        (uint)Need(node["offset"]), (uint)Need(node["sealed"]));

    private static Hash256 Hash(JsonNode? node) => Hash256.Parse((string?)node ?? throw new FormatException("no hash"));

    private static JsonNode Need(JsonNode? node) => node ?? throw new FormatException("a field is missing");
}
