using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>Compares a reply with the recorded one by the marks of its case (README of the corpus, "A line").</summary>
internal static class ReplyComparison
{
    /// <summary>Members that a London header cannot have: this chain's blocks carry no withdrawals, so there is no list of them.</summary>
    private static readonly string[] AbsentMembers = ["withdrawals"];

    public static IEnumerable<string> Leaves(JsonNode? recorded, JsonNode? actual, JsonObject compare, Func<string, JsonNode?> variable)
    {
        HashSet<string> shape = Pointers(compare["shape"]), ignore = Pointers(compare["ignore"]);
        var relations = (compare["relations"]?.AsArray() ?? []).ToDictionary(r => (string)r!["ptr"]!, r => (string)r!["equals"]!, StringComparer.Ordinal);
        return Walk("", recorded, actual, false);

        IEnumerable<string> Walk(string at, JsonNode? expected, JsonNode? got, bool missing)
        {
            if (ignore.Contains(at)) yield break;
            if (relations.TryGetValue(at, out string? name))
            {
                if (variable(name) is { } captured && !JsonNode.DeepEquals(captured, got)) yield return $"{at}: {Show(got)} is not {name} = {Show(captured)}";
                yield break;
            }
            if (shape.Contains(at))
            {
                if (!missing && !SameKind(expected, got)) yield return $"{at}: {Show(got)} is of another kind than {Show(expected)}";
                yield break;
            }
            if (missing)
            {
                if (!AbsentMembers.Contains(at[(at.LastIndexOf('/') + 1)..])) yield return $"{at}: missing, recorded {Show(expected)}";
                yield break;
            }
            switch (expected)
            {
                case JsonObject members when got is JsonObject others:
                    foreach ((string key, JsonNode? member) in members)
                    {
                        foreach (string fault in Walk($"{at}/{key}", member, others[key], !others.ContainsKey(key))) yield return fault;
                    }
                    break;
                case JsonArray items when got is JsonArray others:
                    if (items.Count != others.Count) yield return $"{at}: {others.Count} items, recorded {items.Count}: {Show(got)}";
                    for (int i = 0; i < Math.Min(items.Count, others.Count); i++)
                    {
                        foreach (string fault in Walk($"{at}/{i}", items[i], others[i], false)) yield return fault;
                    }
                    break;
                default:
                    if (!JsonNode.DeepEquals(expected, got)) yield return $"{at}: {Show(got)}, recorded {Show(expected)}";
                    break;
            }
        }
    }

    /// <summary>An error must have come back; with geth's answer known, its code and the words before the first colon.</summary>
    public static IEnumerable<string> Error(JsonNode? reply, JsonObject? geth)
    {
        if (reply?["error"] is not JsonObject error)
        {
            yield return $"an error was due, got {Show(reply)}";
            yield break;
        }
        if ((int)error["code"]! == -32603) yield return $"-32603 is for our own faults only: {Show(error)}";
        if (geth is null) yield break;
        if (geth["code"] is { } code && (int)code != (int)error["code"]!) yield return $"code {error["code"]}, geth {code}: {error["message"]} | {geth["message"]}";
        string message = (string)error["message"]!;
        if (geth["message"] is { } texts && !Alternatives((string)texts!).Any(text => Agrees(message, text)))
            yield return $"text '{message}', geth '{texts}'";
    }

    public static string Show(JsonNode? value)
    {
        string text = value?.ToJsonString() ?? "null";
        return text.Length <= 160 ? text : text[..160] + "...";
    }

    private static string[] Alternatives(string texts) => Regex.Split(texts, @" / | \(?or ");

    /// <summary>"..." stands for any text; what comes behind the first colon may differ in wording.</summary>
    private static bool Agrees(string message, string text)
    {
        string whole = "^" + Regex.Escape(text).Replace(@"\.\.\.", ".*", StringComparison.Ordinal) + "$";
        if (Regex.IsMatch(message, whole, RegexOptions.Singleline)) return true;
        string leading = text.Split(':')[0].Replace("...", "", StringComparison.Ordinal).Trim();
        if (leading.StartsWith("invalid argument", StringComparison.Ordinal)) leading = "invalid argument"; // which one is counted differently for subscriptions
        return leading.Length > 0 && message.StartsWith(leading, StringComparison.Ordinal);
    }

    private static bool SameKind(JsonNode? expected, JsonNode? got) => (expected, got) switch
    {
        (null, null) => true,
        (JsonObject, JsonObject) or (JsonArray, JsonArray) => true,
        (JsonValue a, JsonValue b) => a.GetValueKind() == b.GetValueKind() || (IsBool(a) && IsBool(b)),
        _ => false,
    };

    private static bool IsBool(JsonValue value) => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    private static HashSet<string> Pointers(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(p => (string)p!)];
}
