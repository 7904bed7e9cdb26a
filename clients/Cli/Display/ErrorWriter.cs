using System.Text.Json.Nodes;
using Dsdn.Sdk.Errors;

using Dsdn.Cli.Language;

namespace Dsdn.Cli.Display;

/// <summary>
/// Shows a coded failure (D12): a summary and a suggestion in the user's language; the technical detail with --verbose, and
/// always in JSON. With --json the error is the one document on standard output, so that a program reads one stream.
/// </summary>
internal static class ErrorWriter
{
    public static int Write(ClientError error, Texts texts, Terminal terminal, bool json, bool verbose)
    {
        string summary = Summary(error, texts);
        string? suggestion = Suggestion(error, texts);
        if (json)
        {
            var body = new JsonObject
            {
                ["code"] = error.Code,
                ["summary"] = summary,
                ["suggestion"] = suggestion,
                ["details"] = error.Details,
                ["docs"] = $"docs/errors.md#{error.Code.ToLowerInvariant()}",
                ["arguments"] = new JsonArray(error.Arguments.Select(argument => (JsonNode?)JsonValue.Create(argument)).ToArray()),
                ["exit"] = (int)error.Class,
            };
            terminal.Out.WriteLine(ReportWriter.Serialize(new JsonObject { ["error"] = body }));
            return (int)error.Class;
        }
        terminal.Error.WriteLine($"{texts["text.error"]}: {summary}");
        if (suggestion is not null) terminal.Error.WriteLine($"{texts["text.suggestion"]}: {suggestion}");
        if (verbose && error.Details is not null) terminal.Error.WriteLine($"{texts["text.details"]}: {error.Details}");
        terminal.Error.WriteLine($"{texts["text.code"]}: {error.Code}");
        return (int)error.Class;
    }

    private static string Summary(ClientError error, Texts texts) =>
        texts.Has($"error.{error.Code}.summary")
            ? Filled($"error.{error.Code}.summary", error, texts)
            : texts["error.other.summary", error.Code, error.Arguments.Count > 0 ? error.Arguments[0] : ""];

    private static string? Suggestion(ClientError error, Texts texts)
    {
        string key = $"error.{error.Code}.suggestion";
        return texts.Has(key) ? Filled(key, error, texts) : null;
    }

    /// <summary>Missing arguments are shown as nothing rather than failing while reporting a failure.</summary>
    private static string Filled(string key, ClientError error, Texts texts)
    {
        const int Places = 6;
        return texts[key, Enumerable.Range(0, Places).Select(i => i < error.Arguments.Count ? error.Arguments[i] : "").ToArray()];
    }
}
