using System.Text;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Artifacts;

/// <summary>
/// The typed C# client of a module: a method a call, returning what to send (<c>ModuleCall</c>) or what to ask and how to read the answer
/// (<c>ModuleQuery</c>), and records for tuples and for several return values.
/// </summary>
internal sealed class CSharpClient(ModuleDeclaration module)
{
    private static readonly SortedSet<string> Keywords = new(
        ["class", "operator", "params", "event", "fixed", "params", "in", "out", "ref", "string", "object", "lock", "base", "checked", "is", "as", "default"], StringComparer.Ordinal);

    private readonly SortedDictionary<string, string> _records = new(StringComparer.Ordinal);

    /// <summary>The method being written; it names the records it is the first to need.</summary>
    private string _owner = "";

    public string Text()
    {
        StringBuilder members = new();
        foreach (Method method in module.Methods)
        {
            _owner = Pascal(method.Abi.Name);
            members.Append(method.IsView ? Query(method) : Call(method));
        }
        string records = string.Concat(_records.Select(record => $"\n/// <summary>Generated from the declaration of {module.Name}.</summary>\npublic sealed record {record.Key}({record.Value});\n"));
        return $$"""
            // Generated from the module's declaration; do not edit.
            using Dsdn.Chain.Codecs.Abi;
            using Dsdn.Chain.Primitives;

            namespace Dsdn.Sdk.Modules.Generated;

            /// <summary>{{module.Summary}}</summary>
            public static class {{module.Name}}Client
            {
                public static readonly Address Address = Address.Parse("{{ModuleTable.AddressOf(module.Number)}}");


            """ + members.ToString().TrimEnd('\n') + "\n}\n" + records;
    }

    private string Call(Method method)
    {
        bool payable = method.Abi.Mutability == AbiMutability.Payable;
        IEnumerable<string> parameters = (payable ? ["Amount value"] : Array.Empty<string>()).Concat(method.Abi.Inputs.Select(Parameter));
        return Head(method)
            + $"    public static ModuleCall {Pascal(method.Abi.Name)}({string.Join(", ", parameters)}) =>\n"
            + $"        new(Address, {(payable ? "value" : "Amount.Zero")}, {Field(method)}.EncodeCall({Arguments(method.Abi)}));\n\n";
    }

    private string Query(Method method)
    {
        string result = ResultType(method.Abi);
        return Head(method)
            + $"    public static ModuleQuery<{result}> {Pascal(method.Abi.Name)}({string.Join(", ", method.Abi.Inputs.Select(Parameter))}) =>\n"
            + $"        new(Address, {Field(method)}, {Field(method)}.EncodeCall({Arguments(method.Abi)}), values => {Result(method.Abi)});\n\n";
    }

    private static string Head(Method method) =>
        $"    private static readonly AbiFunction {Field(method)} = AbiSignature.Function(\"function {ModuleTexts.Declaration(method.Abi)}\");\n\n"
        + $"    /// <summary>{method.Meaning}</summary>\n";

    private static string Field(Method method) => Pascal(method.Abi.Name) + "Function";

    private string Parameter(AbiParameter parameter) => $"{TypeOf(parameter.Type)} {Safe(parameter.Name)}";

    private static string Arguments(AbiFunction function) => string.Join(", ", function.Inputs.Select(input => ToValue(input.Type, Safe(input.Name))));

    private string ResultType(AbiFunction function)
    {
        if (function.Outputs.Count == 1) return TypeOf(function.Outputs[0].Type);
        string name = $"{module.Name}{Pascal(function.Name)}Result";
        _records[name] = Fields(function.Outputs);
        return name;
    }

    private string Result(AbiFunction function) => function.Outputs.Count == 1
        ? FromValue(function.Outputs[0].Type, "values[0]", 0)
        : $"new({string.Join(", ", function.Outputs.Select((output, i) => FromValue(output.Type, $"values[{i}]", 0)))})";

    private string Fields(IReadOnlyList<AbiParameter> parameters) =>
        string.Join(", ", parameters.Select(parameter => $"{TypeOf(parameter.Type)} {Pascal(parameter.Name)}"));

    private string TypeOf(AbiType type)
    {
        switch (type.Kind)
        {
            case AbiKind.UInt: return type.Size <= 64 ? "ulong" : "Uint256";
            case AbiKind.Int: return "System.Numerics.BigInteger";
            case AbiKind.Address: return "Address";
            case AbiKind.Bool: return "bool";
            case AbiKind.FixedBytes: return type.Size == 32 ? "Hash256" : "byte[]";
            case AbiKind.Bytes: return "byte[]";
            case AbiKind.String: return "string";
            case AbiKind.Tuple:
                string record = RecordName(type);
                _records[record] = Fields(type.Components);
                return record;
            default: return TypeOf(Element(type)) + "[]";
        }
    }

    /// <summary>Equal tuples share a record, named after the first use.</summary>
    private string RecordName(AbiType type)
    {
        string fields = Fields(type.Components);
        foreach ((string known, string shape) in _records)
            if (shape == fields) return known;
        return $"{module.Name}{_owner}Row";
    }

    private static string ToValue(AbiType type, string expression) => type.Kind switch
    {
        AbiKind.FixedBytes when type.Size != 32 => $"AbiValue.OfFixedBytes({expression})",
        AbiKind.UInt or AbiKind.Address or AbiKind.Bool or AbiKind.FixedBytes or AbiKind.Bytes or AbiKind.String => expression,
        AbiKind.Tuple or AbiKind.Int => throw new NotSupportedException($"the C# client has no arguments of type {type.Name} yet"),
        _ => $"AbiValue.OfList([.. {expression}.Select(static item => (AbiValue){ToValue(Element(type), "item")})])",
    };

    private string FromValue(AbiType type, string expression, int depth)
    {
        switch (type.Kind)
        {
            case AbiKind.UInt: return type.Size <= 64 ? expression + ".UInt64" : expression + ".Word";
            case AbiKind.Int: return $"AbiWord.ToSigned({expression}.Word)";
            case AbiKind.Address: return expression + ".Address";
            case AbiKind.Bool: return expression + ".Bool";
            case AbiKind.FixedBytes: return type.Size == 32 ? expression + ".Hash" : $"{expression}.Hash.Span[..{type.Size}].ToArray()";
            case AbiKind.Bytes: return expression + ".Bytes.ToArray()";
            case AbiKind.String: return expression + ".Text";
            case AbiKind.Tuple:
                return $"new {TypeOf(type)}({string.Join(", ", type.Components.Select((part, i) => FromValue(part.Type, $"{expression}.Items[{i}]", depth)))})";
            default:
                string item = "item" + (depth == 0 ? "" : depth.ToString(System.Globalization.CultureInfo.InvariantCulture));
                return $"{expression}.Items.Select({item} => {FromValue(Element(type), item, depth + 1)}).ToArray()";
        }
    }

    private static AbiType Element(AbiType type) => type.Element ?? throw new ArgumentException("no array");

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Safe(string name) => Keywords.Contains(name) ? "@" + name : name;
}
