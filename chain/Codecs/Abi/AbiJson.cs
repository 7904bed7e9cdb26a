using System.Text;
using System.Text.Json;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>The JSON form of an interface (Solidity specification, "JSON"), written and read.</summary>
public static class AbiJson
{
    public const int JsonCharactersMax = 1_000_000;

    /// <summary>One member a line, in the order given: functions, events, errors.</summary>
    public static string Write(AbiInterface members)
    {
        List<string> lines = [];
        foreach (AbiFunction function in members.Functions)
        {
            lines.Add($$"""{"type":"function","name":"{{function.Name}}","inputs":{{Parameters(function.Inputs, false)}},"outputs":{{Parameters(function.Outputs, false)}},"stateMutability":"{{MutabilityName(function.Mutability)}}"}""");
        }
        foreach (AbiEvent one in members.Events)
            lines.Add($$"""{"type":"event","name":"{{one.Name}}","inputs":{{Parameters(one.Inputs, true)}},"anonymous":false}""");
        foreach (AbiError error in members.Errors)
            lines.Add($$"""{"type":"error","name":"{{error.Name}}","inputs":{{Parameters(error.Inputs, false)}}}""");
        return "[\n  " + string.Join(",\n  ", lines) + "\n]\n";
    }

    /// <summary>Reads what a compiler or another tool wrote; members it does not know (constructor, receive) are left out.</summary>
    /// <exception cref="FormatException">not an ABI</exception>
    public static AbiInterface Parse(string json)
    {
        if (json.Length > JsonCharactersMax) throw new FormatException($"ABI longer than {JsonCharactersMax} characters");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Members(document.RootElement);
        }
        catch (JsonException bad)
        {
            throw new FormatException("ABI is not JSON: " + bad.Message, bad);
        }
        catch (Exception bad) when (bad is InvalidOperationException or ArgumentException)
        {
            throw new FormatException("ABI has another shape: " + bad.Message, bad);
        }
    }

    public static string MutabilityName(AbiMutability mutability) => mutability switch
    {
        AbiMutability.View => "view",
        AbiMutability.Payable => "payable",
        _ => "nonpayable",
    };

    private static AbiInterface Members(JsonElement root)
    {
        List<AbiFunction> functions = [];
        List<AbiEvent> events = [];
        List<AbiError> errors = [];
        foreach (JsonElement member in root.EnumerateArray())
        {
            string name = Text(member, "name");
            switch (Text(member, "type"))
            {
                case "function" or "": functions.Add(new AbiFunction(name, List(member, "inputs"), List(member, "outputs"), Mutability(member))); break;
                case "event": events.Add(new AbiEvent(name, List(member, "inputs"))); break;
                case "error": errors.Add(new AbiError(name, List(member, "inputs"))); break;
            }
        }
        return new AbiInterface(functions, events, errors);
    }

    private static AbiMutability Mutability(JsonElement member) => Text(member, "stateMutability") switch
    {
        "view" or "pure" => AbiMutability.View,
        "payable" => AbiMutability.Payable,
        _ => AbiMutability.NonPayable,
    };

    private static List<AbiParameter> List(JsonElement member, string field)
    {
        List<AbiParameter> parameters = [];
        if (!member.TryGetProperty(field, out JsonElement list)) return parameters;
        foreach (JsonElement item in list.EnumerateArray())
        {
            bool indexed = item.TryGetProperty("indexed", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
            parameters.Add(new AbiParameter(Text(item, "name"), Type(item, 0), indexed));
        }
        return parameters;
    }

    private static AbiType Type(JsonElement item, int depth)
    {
        string text = Text(item, "type");
        if (!text.StartsWith("tuple", StringComparison.Ordinal)) return AbiSignature.Type(text);
        if (depth >= AbiType.DepthMax) throw new FormatException("tuples nested too deep");
        List<AbiParameter> components = [];
        if (item.TryGetProperty("components", out JsonElement list))
            foreach (JsonElement component in list.EnumerateArray()) components.Add(new AbiParameter(Text(component, "name"), Type(component, depth + 1)));
        return AbiSignature.WithBrackets(AbiType.Tuple(components), text["tuple".Length..]);
    }

    private static string Text(JsonElement element, string field) =>
        element.TryGetProperty(field, out JsonElement value) ? value.GetString() ?? "" : "";

    private static string Parameters(IReadOnlyList<AbiParameter> parameters, bool ofEvent)
    {
        StringBuilder json = new("[");
        for (int i = 0; i < parameters.Count; i++)
        {
            if (i > 0) json.Append(',');
            json.Append("{\"name\":\"").Append(parameters[i].Name).Append("\",\"type\":\"").Append(JsonType(parameters[i].Type)).Append('"');
            if (TupleIn(parameters[i].Type) is { } tuple) json.Append(",\"components\":").Append(Parameters(tuple.Components, false));
            if (ofEvent) json.Append(parameters[i].IsIndexed ? ",\"indexed\":true" : ",\"indexed\":false");
            json.Append('}');
        }
        return json.Append(']').ToString();
    }

    private static AbiType? TupleIn(AbiType type)
    {
        while (type.Element is { } element) type = element;
        return type.Kind == AbiKind.Tuple ? type : null;
    }

    /// <summary>As the name, with "tuple" for the innermost tuple.</summary>
    private static string JsonType(AbiType type) =>
        TupleIn(type) is { } tuple ? "tuple" + type.Name[tuple.Name.Length..] : type.Name;
}
