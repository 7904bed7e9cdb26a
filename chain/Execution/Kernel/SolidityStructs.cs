using System.Text;
using Dsdn.Chain.Codecs.Abi;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Names the tuples of a declaration, which Solidity wants as structs.</summary>
internal sealed class SolidityStructs
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly StringBuilder _definitions = new();

    public string Definitions => _definitions.ToString();

    /// <param name="owner">The member the parameters belong to; its name begins the names of new structs.</param>
    /// <param name="location">Data location of reference types, with a space in front; empty where none is written.</param>
    public string List(string owner, IReadOnlyList<AbiParameter> parameters, string location) =>
        string.Join(", ", parameters.Select(parameter =>
            TypeOf(owner, parameter.Type) + (parameter.Type.IsWord ? "" : location) + (parameter.IsIndexed ? " indexed" : "")
            + (parameter.Name.Length > 0 ? " " + parameter.Name : "")));

    private string TypeOf(string owner, AbiType type)
    {
        if (type.Element is { } element) return TypeOf(owner, element) + type.Name[element.Name.Length..];
        if (type.Kind != AbiKind.Tuple) return type.Name;
        string shape = string.Join(';', type.Components.Select(component => component.Type.Name + " " + component.Name));
        if (_names.TryGetValue(shape, out string? known)) return known;
        string name = char.ToUpperInvariant(owner[0]) + owner[1..] + "Row";
        _names.Add(shape, name);
        string fields = string.Concat(type.Components.Select(component => $"        {TypeOf(owner + "Inner", component.Type)} {component.Name};\n"));
        _definitions.Append($"    struct {name} {{\n{fields}    }}\n\n");
        return name;
    }
}
