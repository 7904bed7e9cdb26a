using System.Text.Json;

namespace Dsdn.Node.Configuration;

/// <summary>A setting that cannot be used; the message names where it stands and what is expected.</summary>
public sealed class ConfigurationException(string message) : Exception(message);

/// <summary>
/// Merges the configuration file, then the environment, then flags; the later wins. Relative paths in the file are relative to
/// the file, so that a folder with its configuration can be moved.
/// </summary>
public static class NodeConfiguration
{
    public const int FileBytesMax = 1024 * 1024;

    /// <param name="file">A JSON object whose members are flag names; null: none.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="flags">Flag name (without dashes) and text, as given on the command line.</param>
    /// <exception cref="ConfigurationException">an unknown setting or a text that is not acceptable</exception>
    public static NodeOptions Load(string? file, Func<string, string?> environment, IEnumerable<KeyValuePair<string, string>> flags)
    {
        var options = new NodeOptions();
        if (file is not null) options = ApplyFile(options, file);
        foreach (NodeSetting setting in NodeSetting.All)
        {
            if (environment(setting.EnvironmentVariable) is { Length: > 0 } text) options = Apply(options, setting, text, $"environment variable {setting.EnvironmentVariable}");
        }
        foreach ((string flag, string text) in flags) options = Apply(options, Find(flag, "command line"), text, $"--{flag}");
        return options;
    }

    private static NodeOptions ApplyFile(NodeOptions options, string file)
    {
        JsonDocument document;
        try
        {
            if (new FileInfo(file).Length > FileBytesMax) throw new ConfigurationException($"{file}: larger than {FileBytesMax} bytes");
            document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 4 });
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{file}: line {e.LineNumber + 1}: not JSON: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file}: {e.Message}");
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ConfigurationException($"{file}: expected one JSON object");
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                string text = member.Value.ValueKind switch
                {
                    JsonValueKind.String => member.Value.GetString() ?? "",
                    JsonValueKind.Array => string.Join(',', member.Value.EnumerateArray().Select(element => element.ToString())),
                    _ => NodeOptions.Text(member.Value.ToString()).ToLowerInvariant(),
                };
                NodeSetting setting = Find(member.Name, file);
                options = Apply(options, setting, setting.IsPath(text) ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file)) ?? "", text) : text, $"{file}: {member.Name}");
            }
        }
        return options;
    }

    private static NodeSetting Find(string flag, string where) =>
        NodeSetting.All.FirstOrDefault(setting => string.Equals(setting.Flag, flag, StringComparison.Ordinal))
        ?? throw new ConfigurationException($"{where}: unknown setting '{flag}'; known: {string.Join(", ", NodeSetting.All.Select(setting => setting.Flag))}");

    private static NodeOptions Apply(NodeOptions options, NodeSetting setting, string text, string where) =>
        setting.Apply(options, text) ?? throw new ConfigurationException($"{where}: '{text}' is not {setting.Expects}");
}
