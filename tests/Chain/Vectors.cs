using System.IO.Compression;
using System.Text.Json;

namespace Dsdn.Chain.Tests;

/// <summary>
/// Finds outside test vectors by file name: below $DSDN_SHARED/vectors, or below a folder named shared beside any folder
/// above the test binary. A file that is not there skips the asking test only.
/// </summary>
public static class Vectors
{
    /// <summary>Path of the file called <paramref name="name"/> or <paramref name="name"/>.gz; skips the test when there is none.</summary>
    public static string Find(string name)
    {
        foreach (string root in Roots())
        {
            foreach (string candidate in (string[])[name, name + ".gz"])
            {
                string? path = Directory.EnumerateFiles(root, candidate, SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault();
                if (path is not null) return path;
            }
        }
        Assert.Skip($"vector file {name} is not on this machine");
        return "";
    }

    /// <summary>The bytes of a vector file, unpacked when it is stored as .gz.</summary>
    public static byte[] Bytes(string name)
    {
        string path = Find(name);
        byte[] stored = File.ReadAllBytes(path);
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return stored;
        using GZipStream packed = new(new MemoryStream(stored), CompressionMode.Decompress);
        using MemoryStream unpacked = new();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    public static JsonElement Json(string name) => JsonDocument.Parse(Bytes(name)).RootElement;

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("DSDN_SHARED") is { Length: > 0 } named)
        {
            string root = Path.Combine(named, "vectors");
            if (Directory.Exists(root)) yield return root;
            yield break;
        }
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string root = Path.Combine(folder.FullName, "shared", "vectors");
            if (Directory.Exists(root)) yield return root;
        }
    }
}
