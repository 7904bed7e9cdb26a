using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>A field of a struct type: its name, and its type as text.</summary>
public readonly record struct Eip712Field(string Name, string Type);

/// <summary>Struct types that may refer to one another, checked when built: names, no field twice, nothing undeclared.</summary>
public sealed class Eip712Types
{
    private const int StructsMax = 64;
    private const int FieldsMax = 128;
    private const int FieldNameCharsMax = 128;

    private readonly SortedDictionary<string, Struct> _structs = new(StringComparer.Ordinal);

    private Eip712Types()
    {
    }

    public static Eip712Error TryCreate(IReadOnlyList<(string Name, IReadOnlyList<Eip712Field> Fields)> structs, out Eip712Types? types)
    {
        types = null;
        if (structs.Count > StructsMax) return Eip712Error.TypesInvalid;
        Eip712Types built = new();
        foreach ((string name, IReadOnlyList<Eip712Field> fields) in structs)
        {
            if (!Eip712Type.IsStructName(name) || fields.Count > FieldsMax) return Eip712Error.TypesInvalid;
            SortedSet<string> names = new(StringComparer.Ordinal);
            List<ParsedField> parsed = [];
            foreach (Eip712Field field in fields)
            {
                if (field.Name.Length > FieldNameCharsMax || !Eip712Type.IsIdentifier(field.Name) || !names.Add(field.Name)) return Eip712Error.TypesInvalid;
                if (Eip712Type.Parse(field.Type) is not Eip712Type type) return Eip712Error.TypesInvalid;
                parsed.Add(new ParsedField(field.Name, type));
            }
            if (!built._structs.TryAdd(name, new Struct(parsed))) return Eip712Error.TypesInvalid;
        }
        foreach (Struct declared in built._structs.Values)
        {
            foreach (ParsedField field in declared.Fields)
            {
                Eip712Type inner = field.Type.Innermost;
                if (inner.Kind == Eip712Kind.Struct && !built._structs.ContainsKey(inner.Name)) return Eip712Error.TypeUnknown;
            }
        }
        types = built;
        return Eip712Error.None;
    }

    public bool Contains(string structName) => _structs.ContainsKey(structName);

    /// <summary>encodeType of a declared struct: itself, then every struct it reaches, sorted by name.</summary>
    public string EncodeType(string structName)
    {
        SortedSet<string> reached = new(StringComparer.Ordinal);
        Reach(structName, reached);
        reached.Remove(structName);
        StringBuilder text = new();
        Append(text, structName);
        foreach (string name in reached) Append(text, name);
        return text.ToString();
    }

    /// <summary>Keccak-256 of <see cref="EncodeType"/>.</summary>
    public Hash256 TypeHash(string structName)
    {
        Struct declared = _structs[structName];
        return declared.Hash ??= Keccak.Hash(Encoding.UTF8.GetBytes(EncodeType(structName)));
    }

    internal IReadOnlyList<ParsedField> FieldsOf(string structName) => _structs[structName].Fields;

    /// <summary>Depth is bounded by the number of structs: each is entered once.</summary>
    private void Reach(string structName, SortedSet<string> reached)
    {
        if (!reached.Add(structName)) return;
        foreach (ParsedField field in _structs[structName].Fields)
        {
            Eip712Type inner = field.Type.Innermost;
            if (inner.Kind == Eip712Kind.Struct) Reach(inner.Name, reached);
        }
    }

    private void Append(StringBuilder text, string structName) => text
        .Append(structName).Append('(')
        .AppendJoin(',', _structs[structName].Fields.Select(f => $"{f.Type.Name} {f.Name}"))
        .Append(')');

    internal readonly record struct ParsedField(string Name, Eip712Type Type);

    private sealed class Struct(List<ParsedField> fields)
    {
        internal List<ParsedField> Fields { get; } = fields;

        internal Hash256? Hash { get; set; }
    }
}
