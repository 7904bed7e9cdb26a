using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli;

/// <summary>What the user chose once, in <c>HOME/cli.json</c>; flags and environment outrank it. Holds no secret.</summary>
/// <param name="Rpc">The node to talk to.</param>
/// <param name="Key">The key that signs when none is named.</param>
/// <param name="Coordinator">Where the log and the storage network are asked; several divided by commas.</param>
public sealed record CliSettings(string? Rpc, string? Key, string? Coordinator = null)
{
    private const string FileName = "cli.json";
    private const int FileBytesMax = 64 * 1024;

    public static CliSettings Load(string home)
    {
        string path = Path.Combine(home, FileName);
        if (!File.Exists(path)) return new CliSettings(null, null);
        try
        {
            JsonNode? root = JsonNode.Parse(PrivateFile.ReadText(path, FileBytesMax));
            return new CliSettings((string?)root?["rpc"], (string?)root?["key"], (string?)root?["coordinator"]);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new DsdnException(ClientError.Of(ErrorCodes.FileUnusable, ErrorClass.Usage, path).With(failure.Message));
        }
    }

    public void Save(string home) =>
        PrivateFile.Write(Path.Combine(home, FileName), new JsonObject { ["rpc"] = Rpc, ["key"] = Key, ["coordinator"] = Coordinator }.ToJsonString() + "\n", overwrite: true);
}
