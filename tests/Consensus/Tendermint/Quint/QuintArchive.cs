using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>
/// Recorded behaviours of an outside, executable specification of Tendermint, found by file name below $DSDN_SHARED/vectors
/// or a folder named shared beside any folder above the binary. An archive that is not there skips the asking test only.
/// </summary>
internal static class QuintArchive
{
    /// <param name="group">Archives are called GROUP*.tar.gz: further ones, of other seeds, may lie beside the first.</param>
    public static IEnumerable<(string Name, JsonElement Trace)> Open(string group) => Find(group).SelectMany(Traces);

    private static IEnumerable<(string Name, JsonElement Trace)> Traces(string path)
    {
        using var unpacked = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is not { } data || !entry.Name.EndsWith(".itf.json", StringComparison.Ordinal)) continue;
            using JsonDocument document = JsonDocument.Parse(data);
            yield return (Path.GetFileName(entry.Name), document.RootElement);
        }
    }

    private static string[] Find(string group)
    {
        string? root = Roots().FirstOrDefault(Directory.Exists);
        string[] paths = root is null ? [] : [.. Directory.EnumerateFiles(root, group + "*.tar.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        if (paths.Length == 0) Assert.Skip($"no vector file {group}*.tar.gz on this machine");
        return paths;
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("DSDN_SHARED") is { Length: > 0 } named)
        {
            yield return Path.Combine(named, "vectors");
            yield break;
        }
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "shared", "vectors");
    }
}
