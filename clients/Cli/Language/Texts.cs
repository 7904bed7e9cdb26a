using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Dsdn.Cli.Language;

/// <summary>
/// Every sentence a user sees, by key, in one catalogue a language (<c>en.json</c>, <c>id.json</c>, same keys and same places).
/// A key that exists in neither is our bug and throws, so a test that walks the commands finds it.
/// </summary>
public sealed class Texts
{
    public const string English = "en";
    public const string Indonesian = "id";

    private readonly SortedDictionary<string, string> _entries;

    private Texts(string language, SortedDictionary<string, string> entries) => (Language, _entries) = (language, entries);

    public string Language { get; }

    public IEnumerable<string> Keys => _entries.Keys;

    public string this[string key] => _entries.TryGetValue(key, out string? text) ? text : throw new KeyNotFoundException($"no text {key} in {Language}.json");

    public string this[string key, params string[] arguments] =>
        string.Format(CultureInfo.InvariantCulture, this[key], arguments.Select(argument => (object?)new TextArgument(argument)).ToArray());

    public bool Has(string key) => _entries.ContainsKey(key);

    public static Texts Load(string language)
    {
        Assembly assembly = typeof(Texts).Assembly;
        string name = $"{typeof(Texts).Namespace}.{(language == Indonesian ? Indonesian : English)}.json";
        using Stream stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty entry in document.RootElement.EnumerateObject()) entries.Add(entry.Name, entry.Value.GetString() ?? "");
        return new Texts(language == Indonesian ? Indonesian : English, entries);
    }

    /// <summary><c>--lang</c>, then DSDN_LANG, then the locale (LC_ALL, LC_MESSAGES, LANG), then English.</summary>
    public static string Choose(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        string? wanted = null;
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == "--lang" && i + 1 < args.Count) wanted = args[i + 1];
            else if (args[i].StartsWith("--lang=", StringComparison.Ordinal)) wanted = args[i]["--lang=".Length..];
            else if (args[i] == "--") break;
        }
        foreach (string name in (ReadOnlySpan<string>)["DSDN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"])
        {
            if (string.IsNullOrEmpty(wanted)) wanted = environment(name);
        }
        return wanted is not null && (wanted == Indonesian || wanted.StartsWith("id_", StringComparison.Ordinal) || wanted.StartsWith("id-", StringComparison.Ordinal)
            || wanted.StartsWith("id.", StringComparison.Ordinal)) ? Indonesian : English;
    }
}
