using System.Text.Json;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Operations;

/// <summary>One file of a snapshot.</summary>
/// <param name="Name">Of a file in the snapshot's chain folder, without a path.</param>
/// <param name="Sha256">0x text.</param>
public sealed record CheckpointFile(string Name, long Bytes, Hash256 Sha256);

/// <summary>
/// What a folder made by `dsdn snapshot create` holds: `manifest.json` with these members, written last, and the database in
/// `chain/`. Hashes are 0x text, numbers are JSON numbers.
/// </summary>
/// <param name="Network">Name for people; <paramref name="GenesisHash"/> decides.</param>
public sealed record CheckpointManifest(
    string Network, ulong ChainId, Hash256 GenesisHash, ulong Height, Hash256 BlockHash, Hash256 StateRoot, IReadOnlyList<CheckpointFile> Files)
{
    public const int BytesMax = 16 << 20;

    public const int FilesMax = 100_000;

    private const int Format = 1;

    public long Bytes => Files.Sum(static file => file.Bytes);

    public static string PathIn(string directory) => Path.Combine(directory, "manifest.json");

    public static string ChainIn(string directory) => Path.Combine(directory, "chain");

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            format = Format, network = Network, chainId = ChainId, genesisHash = GenesisHash.ToString(), height = Height, blockHash = BlockHash.ToString(),
            stateRoot = StateRoot.ToString(),
            files = Files.Select(static file => new { name = file.Name, bytes = file.Bytes, sha256 = file.Sha256.ToString() }),
        },
        new JsonSerializerOptions { WriteIndented = true });

    /// <exception cref="OperationRefusedException">DSDN-E-SNAPSHOT-MISSING, DSDN-E-SNAPSHOT-DAMAGED</exception>
    public static CheckpointManifest Read(string directory)
    {
        var file = new FileInfo(PathIn(directory));
        if (!file.Exists) throw new OperationRefusedException("DSDN-E-SNAPSHOT-MISSING", directory);
        if (file.Length > BytesMax) throw Damaged(file.FullName, $"larger than {BytesMax} bytes");
        return TryDecode(File.ReadAllBytes(file.FullName), out string error) ?? throw Damaged(file.FullName, error);
    }

    /// <summary>Null, with what is wrong, where the bytes are no manifest. File names never leave the folder.</summary>
    public static CheckpointManifest? TryDecode(ReadOnlyMemory<byte> bytes, out string error)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            error = $"format {format}; this program reads {Format}";
            if (format != Format) return null;
            JsonElement files = root.GetProperty("files");
            error = $"not 1 to {FilesMax} files";
            if (files.GetArrayLength() is < 1 or > FilesMax) return null;
            var read = new List<CheckpointFile>(files.GetArrayLength());
            foreach (JsonElement file in files.EnumerateArray())
            {
                var entry = new CheckpointFile(file.GetProperty("name").GetString() ?? "", file.GetProperty("bytes").GetInt64(), Hash(file, "sha256"));
                error = $"file '{entry.Name}' cannot be one of a database";
                if (!IsPlainName(entry.Name) || entry.Bytes < 0) return null;
                read.Add(entry);
            }
            error = "a file is named twice";
            if (read.DistinctBy(static file => file.Name, StringComparer.Ordinal).Count() != read.Count) return null;
            error = "";
            return new CheckpointManifest(
                root.GetProperty("network").GetString() ?? "", root.GetProperty("chainId").GetUInt64(), Hash(root, "genesisHash"),
                root.GetProperty("height").GetUInt64(), Hash(root, "blockHash"), Hash(root, "stateRoot"), read);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            error = e.Message;
            return null;
        }
    }

    internal static OperationRefusedException Damaged(string subject, string what) => new("DSDN-E-SNAPSHOT-DAMAGED", subject, what, isIntegrity: true);

    private static Hash256 Hash(JsonElement element, string name) =>
        Hash256.TryParse(element.GetProperty(name).GetString() ?? "", out Hash256 hash) ? hash : throw new FormatException($"{name} is not a hash");

    private static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 128 && name[0] != '.' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
