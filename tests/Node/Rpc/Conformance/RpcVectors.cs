using System.Text.Json.Nodes;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>The JSON-RPC vectors, found by file name below $DSDN_SHARED/vectors or a folder "shared" beside any folder above the binary.</summary>
internal static class RpcVectors
{
    public static string Find(string name)
    {
        foreach (string root in Roots())
        {
            string? path = Directory.EnumerateFiles(root, name, SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault();
            if (path is not null) return path;
        }
        Assert.Skip($"vector file {name} is not on this machine");
        return "";
    }

    public static JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(Find(name)))!;

    /// <summary>Recorded cases of all sessions in order; files whose name begins alike (a held-out part) are merged by session and seq.</summary>
    public static IReadOnlyList<JsonObject> Corpus()
    {
        string first = Find("anvil-corpus.jsonl");
        return [.. Directory.EnumerateFiles(Path.GetDirectoryName(first)!, "anvil-corpus*.jsonl")
            .Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Where(line => line.Length > 0)
            .Select(line => JsonNode.Parse(line)!.AsObject())];
    }

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
