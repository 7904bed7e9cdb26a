using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>
/// The part of JSON Schema draft-07 that schemas.json uses. A keyword it does not know is an error of the validator, so
/// that no rule is passed over in silence.
/// </summary>
internal static class SchemaValidator
{
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>The first thing wrong, with its place; null if the value is valid.</summary>
    public static string? Check(JsonNode schema, JsonNode? value, string at = "")
    {
        if (schema is JsonValue boolean) return boolean.GetValue<bool>() ? null : $"{at}: nothing is allowed here";
        foreach ((string keyword, JsonNode? rule) in schema.AsObject())
        {
            if (CheckKeyword(schema.AsObject(), keyword, rule!, value, at) is { } error) return error;
        }
        return null;
    }

    private static string? CheckKeyword(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string at)
    {
        switch (keyword)
        {
            case "type":
                return IsType((string)rule!, value) ? null : $"{at}: {Show(value)} is no {rule}";
            case "enum":
                return rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)) ? null : $"{at}: {Show(value)} is not among {rule.ToJsonString()}";
            case "pattern":
                return !Is(value, JsonValueKind.String) || Pattern((string)rule!).IsMatch((string)value!) ? null : $"{at}: {Show(value)} does not match {rule}";
            case "minLength":
                return !Is(value, JsonValueKind.String) || ((string)value!).Length >= (int)rule ? null : $"{at}: shorter than {rule}";
            case "minimum":
                return !Is(value, JsonValueKind.Number) || Number(value!) >= Number(rule) ? null : $"{at}: {Show(value)} below {rule}";
            case "maximum":
                return !Is(value, JsonValueKind.Number) || Number(value!) <= Number(rule) ? null : $"{at}: {Show(value)} above {rule}";
            case "required":
                return value is not JsonObject ? null : rule.AsArray().FirstOrDefault(name => !value.AsObject().ContainsKey((string)name!)) is { } missing ? $"{at}: member {missing} is missing" : null;
            case "properties":
                return value is not JsonObject members ? null : rule.AsObject().Where(p => members.ContainsKey(p.Key)).Select(p => Check(p.Value!, members[p.Key], $"{at}/{p.Key}")).FirstOrDefault(e => e is not null);
            case "additionalProperties":
                return CheckAdditional(schema, rule, value, at);
            case "items":
                return CheckItems(rule, value, at);
            case "additionalItems":
                return value is JsonArray array && schema["items"] is JsonArray tuple && array.Count > tuple.Count && rule.GetValueKind() == JsonValueKind.False ? $"{at}: more than {tuple.Count} items" : null;
            case "minItems":
                return value is not JsonArray atLeast || atLeast.Count >= (int)rule ? null : $"{at}: fewer than {rule} items";
            case "maxItems":
                return value is not JsonArray atMost || atMost.Count <= (int)rule ? null : $"{at}: more than {rule} items";
            case "allOf":
                return rule.AsArray().Select(part => Check(part!, value, at)).FirstOrDefault(e => e is not null);
            case "anyOf":
                return rule.AsArray().Any(part => Check(part!, value, at) is null) ? null : $"{at}: none of {rule.AsArray().Count} alternatives: {Reasons(rule, value, at)}";
            case "oneOf":
                int count = rule.AsArray().Count(part => Check(part!, value, at) is null);
                return count == 1 ? null : $"{at}: {count} of {rule.AsArray().Count} alternatives match: {Reasons(rule, value, at)}";
            case "not":
                return Check(rule, value, at) is null ? $"{at}: matches what it must not" : null;
            case "title" or "description" or "examples" or "default":
                return null;
            default:
                throw new NotSupportedException($"schema keyword {keyword}");
        }
    }

    private static string? CheckAdditional(JsonObject schema, JsonNode rule, JsonNode? value, string at)
    {
        if (value is not JsonObject members) return null;
        var known = schema["properties"]?.AsObject();
        foreach ((string name, JsonNode? member) in members)
        {
            if (known?.ContainsKey(name) == true) continue;
            if (Check(rule, member, $"{at}/{name}") is { } error) return error;
        }
        return null;
    }

    private static string? CheckItems(JsonNode rule, JsonNode? value, string at)
    {
        if (value is not JsonArray items) return null;
        for (int i = 0; i < items.Count; i++)
        {
            JsonNode? itemRule = rule is JsonArray tuple ? i < tuple.Count ? tuple[i] : null : rule;
            if (itemRule is not null && Check(itemRule, items[i], $"{at}/{i}") is { } error) return error;
        }
        return null;
    }

    private static string Reasons(JsonNode alternatives, JsonNode? value, string at) =>
        string.Join(" | ", alternatives.AsArray().Select(part => Check(part!, value, at)).Where(e => e is not null).Take(3));

    private static bool IsType(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => Is(value, JsonValueKind.String),
        "number" => Is(value, JsonValueKind.Number),
        "integer" => Is(value, JsonValueKind.Number) && double.IsInteger(Number(value!)),
        "boolean" => Is(value, JsonValueKind.True) || Is(value, JsonValueKind.False),
        _ => throw new NotSupportedException($"schema type {type}"),
    };

    private static bool Is(JsonNode? value, JsonValueKind kind) => value is JsonValue known && known.GetValueKind() == kind;

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static Regex Pattern(string pattern) => Patterns.GetOrAdd(pattern, static p => new Regex(p, RegexOptions.ECMAScript, TimeSpan.FromSeconds(5)));

    private static string Show(JsonNode? value)
    {
        string text = value?.ToJsonString() ?? "null";
        return text.Length <= 80 ? text : text[..80] + "...";
    }
}
