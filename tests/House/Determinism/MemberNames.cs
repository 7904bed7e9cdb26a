using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Dsdn.House.Tests.Determinism;

/// <summary>What an instruction's metadata handle names: declaring type, member name, signature with the type's arguments filled in.</summary>
public sealed class MemberNames(MetadataReader reader)
{
    public TypeNames Types { get; } = new(reader);

    public string Type(EntityHandle handle) => Types.Of(handle);

    /// <summary>Empty for a handle that is no member.</summary>
    public string DeclaringType(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MemberReference => Parent(reader.GetMemberReference((MemberReferenceHandle)handle)),
        HandleKind.MethodDefinition => Types.Definition(reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()),
        HandleKind.FieldDefinition => Types.Definition(reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()),
        HandleKind.MethodSpecification => DeclaringType(reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        _ => "",
    };

    public string Name(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MemberReference => reader.GetString(reader.GetMemberReference((MemberReferenceHandle)handle).Name),
        HandleKind.MethodDefinition => reader.GetString(reader.GetMethodDefinition((MethodDefinitionHandle)handle).Name),
        HandleKind.FieldDefinition => reader.GetString(reader.GetFieldDefinition((FieldDefinitionHandle)handle).Name),
        HandleKind.MethodSpecification => Name(reader.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        _ => "",
    };

    public string? FieldType(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.FieldDefinition => reader.GetFieldDefinition((FieldDefinitionHandle)handle).DecodeSignature(Types, null),
        HandleKind.MemberReference when reader.GetMemberReference((MemberReferenceHandle)handle) is var member
            && member.GetKind() == MemberReferenceKind.Field => Fill(member.DecodeFieldSignature(Types, null), Parent(member), []),
        _ => null,
    };

    /// <summary>Null for a handle that is no method.</summary>
    public MethodSignature<string>? Signature(EntityHandle handle) => Signature(handle, []);

    /// <summary>The type arguments of a generic method's call; empty for others.</summary>
    public ImmutableArray<string> MethodArguments(EntityHandle handle) => handle.Kind == HandleKind.MethodSpecification
        ? reader.GetMethodSpecification((MethodSpecificationHandle)handle).DecodeSignature(Types, null)
        : [];

    private MethodSignature<string>? Signature(EntityHandle handle, ImmutableArray<string> methodArguments)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodSpecification:
                MethodSpecification spec = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                return Signature(spec.Method, spec.DecodeSignature(Types, null));
            case HandleKind.MethodDefinition:
                return Fill(reader.GetMethodDefinition((MethodDefinitionHandle)handle).DecodeSignature(Types, null), "", methodArguments);
            case HandleKind.MemberReference:
                MemberReference member = reader.GetMemberReference((MemberReferenceHandle)handle);
                return member.GetKind() == MemberReferenceKind.Method
                    ? Fill(member.DecodeMethodSignature(Types, null), Parent(member), methodArguments)
                    : null;
            default:
                return null;
        }
    }

    private string Parent(MemberReference member) => member.Parent.Kind switch
    {
        HandleKind.MethodDefinition => DeclaringType(member.Parent),
        _ => Types.Of(member.Parent),
    };

    private static MethodSignature<string> Fill(MethodSignature<string> signature, string declaring, ImmutableArray<string> methodArguments) => new(
        signature.Header, Fill(signature.ReturnType, declaring, methodArguments), signature.RequiredParameterCount, signature.GenericParameterCount,
        [.. signature.ParameterTypes.Select(type => Fill(type, declaring, methodArguments))]);

    private static string Fill(string type, string declaring, ImmutableArray<string> methodArguments)
    {
        for (int i = 0; i < methodArguments.Length; i++) type = type.Replace("!!" + i, methodArguments[i], StringComparison.Ordinal);
        IReadOnlyList<string> typeArguments = GenericArguments(declaring);
        for (int i = 0; i < typeArguments.Count; i++) type = type.Replace("!" + i, typeArguments[i], StringComparison.Ordinal);
        return type;
    }

    /// <summary>The outermost type arguments of a spelled type.</summary>
    public static IReadOnlyList<string> GenericArguments(string type)
    {
        int open = type.IndexOf('<', StringComparison.Ordinal);
        // Compiler-made names begin with '<' as well; arguments follow a back-tick.
        int tick = type.LastIndexOf('`', Math.Max(open, 0));
        if (open < 0 || tick < 0 || !type.EndsWith('>')) return [];
        List<string> list = [];
        int depth = 0, start = open + 1;
        for (int i = start; i < type.Length; i++)
        {
            if (type[i] is '<' or '(') depth++;
            else if (type[i] is '>' or ')' && depth > 0) depth--;
            else if ((type[i] == ',' || i == type.Length - 1) && depth == 0)
            {
                list.Add(type[start..i]);
                start = i + 1;
            }
        }
        return list;
    }
}
