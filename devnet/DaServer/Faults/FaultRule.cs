using System.Globalization;
using System.Text.Json;

namespace Dsdn.DaServer.Faults;

/// <summary>A fault as it is asked for. As text: <c>kind[=value][@method][*times]</c>, such as <c>delay=500@blob.Submit*3</c>.</summary>
/// <param name="Method">"blob.Submit", all of a module as "blob.*", or null for every method that the kind concerns.</param>
/// <param name="Value">What the kind says; null for its default.</param>
/// <param name="Times">After so many calls it is over; null: until it is cleared.</param>
public sealed record FaultRule(FaultKind Kind, string? Method = null, long? Value = null, int? Times = null)
{
    private const int CharsMax = 200;

    /// <returns>Null where the text is no fault.</returns>
    public static FaultRule? TryParse(string text)
    {
        if (text.Length > CharsMax) return null;
        string rest = text;
        if (!TryCut(ref rest, '*', out string times) || !TryCut(ref rest, '@', out string method) || !TryCut(ref rest, '=', out string value)) return null;
        if (!FaultNames.TryParse(rest, out FaultKind kind)) return null;
        long? number = null;
        int? count = null;
        if (value.Length > 0)
        {
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long read)) return null;
            number = read;
        }
        if (times.Length > 0)
        {
            if (!int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out int read) || read == 0) return null;
            count = read;
        }
        return new FaultRule(kind, method.Length == 0 ? null : method, number, count);
    }

    /// <summary>{kind, method, value, times}; what is null is left out. The parameter of devnet.SetFault.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("kind", FaultNames.Of(Kind));
        if (Method is not null) json.WriteString("method", Method);
        if (Value is { } value) json.WriteNumber("value", value);
        if (Times is { } times) json.WriteNumber("times", times);
        json.WriteEndObject();
    }

    /// <summary>Whether it concerns a method.</summary>
    public bool Matches(string method) =>
        Method is null || Method == method || (Method.EndsWith(".*", StringComparison.Ordinal) && method.AsSpan().StartsWith(Method.AsSpan(0, Method.Length - 1), StringComparison.Ordinal));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{FaultNames.Of(Kind)}{(Value is { } value ? $"={value}" : "")}{(Method is null ? "" : $"@{Method}")}{(Times is { } times ? $"*{times}" : "")}");

    /// <summary>Cuts off what stands behind a mark; nothing may stand there only where the mark is missing.</summary>
    private static bool TryCut(ref string text, char mark, out string behind)
    {
        int at = text.IndexOf(mark, StringComparison.Ordinal);
        // The star of "blob.*" stands behind a dot.
        if (mark == '*') at = text.LastIndexOf(mark) is var last && last > 0 && text[last - 1] != '.' ? last : -1;
        behind = at < 0 ? "" : text[(at + 1)..];
        if (at >= 0) text = text[..at];
        return at < 0 || behind.Length > 0;
    }
}
