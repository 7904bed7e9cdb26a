using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Dsdn.House.Tests.Determinism;

/// <summary>
/// Reads a compiled assembly and names what deterministic code must not have: floating point, anything of the framework that is
/// not on the allow-list, an enumeration in hash order, static state, native calls outside the binding folder, culture-ordered strings.
/// It sees what the compiler made of the source: implicit conversions, foreach, lambdas, iterators, records.
/// </summary>
public sealed class IlScanner
{
    private readonly MetadataReader _reader;
    private readonly PEReader _image;
    private readonly AllowList _allowed;
    private readonly MemberNames _members;
    private readonly CallRules _calls;
    private readonly SortedSet<Violation> _found =
        new(Comparer<Violation>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));

    private IlScanner(PEReader image, AllowList allowed)
    {
        _image = image;
        _reader = image.GetMetadataReader();
        _allowed = allowed;
        _members = new MemberNames(_reader);
        _calls = new CallRules(_members, allowed);
    }

    /// <summary>Scans all types of an assembly, or those that <paramref name="only"/> accepts by name.</summary>
    public static IReadOnlyList<Violation> Scan(string assemblyPath, AllowList allowed, Func<string, bool>? only = null)
    {
        using PEReader image = new(new MemoryStream(File.ReadAllBytes(assemblyPath)));
        IlScanner scanner = new(image, allowed);
        if (only is null) scanner.AssemblyReferences();
        foreach (TypeDefinitionHandle handle in scanner._reader.TypeDefinitions)
        {
            string name = scanner._members.Types.Definition(handle);
            if (name != "<Module>" && (only is null || only(name))) scanner.Type(handle, name);
        }
        return [.. scanner._found];
    }

    private void AssemblyReferences()
    {
        string self = _reader.GetString(_reader.GetAssemblyDefinition().Name);
        foreach (AssemblyReferenceHandle handle in _reader.AssemblyReferences)
        {
            string name = _reader.GetString(_reader.GetAssemblyReference(handle).Name);
            if (!_allowed.MayReference(name)) Report("reference", self, $"assembly {name}");
        }
    }

    private void Type(TypeDefinitionHandle handle, string name)
    {
        TypeDefinition type = _reader.GetTypeDefinition(handle);
        if (!type.BaseType.IsNil) Use(name, _members.Type(type.BaseType));
        foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations())
            Use(name, _members.Type(_reader.GetInterfaceImplementation(implemented).Interface));
        foreach (FieldDefinitionHandle field in type.GetFields()) Field(name, _reader.GetFieldDefinition(field));
        foreach (MethodDefinitionHandle method in type.GetMethods()) Method(name, _reader.GetMethodDefinition(method));
    }

    private void Field(string type, FieldDefinition field)
    {
        string name = _reader.GetString(field.Name), member = SourceMember.Of(type, name);
        Use(member, field.DecodeSignature(_members.Types, null));
        bool isConstant = (field.Attributes & (FieldAttributes.InitOnly | FieldAttributes.Literal)) != 0;
        if ((field.Attributes & FieldAttributes.Static) != 0 && !isConstant && !SourceMember.IsCompilerCache(type, name))
            Report("static", member, "a static field that can change");
    }

    private void Method(string type, MethodDefinition method)
    {
        string member = SourceMember.Of(type, _reader.GetString(method.Name));
        MethodSignature<string> signature = method.DecodeSignature(_members.Types, null);
        foreach (string used in signature.ParameterTypes.Append(signature.ReturnType)) Use(member, used);
        if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0) Report("pinvoke", member, "a native call");
        if (method.RelativeVirtualAddress == 0) return;

        MethodBodyBlock body = _image.GetMethodBody(method.RelativeVirtualAddress);
        string[] locals = body.LocalSignature.IsNil
            ? []
            : [.. _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_members.Types, null)];
        foreach (string local in locals) Use(member, local);
        IReadOnlyList<Instruction> code = Instruction.Decode(body.GetILReader());
        foreach (Instruction instruction in code) Check(member, _reader.GetString(method.Name), instruction);

        string[] arguments = signature.Header.IsInstance ? [type, .. signature.ParameterTypes] : [.. signature.ParameterTypes];
        new StackTypes(_members, locals, arguments, signature.ReturnType).Walk(code, (from, to, callee) =>
        {
            if (HashOrder.IsHashOrdered(from) && !HashOrder.MayBecome(from, to, callee))
                Report("hash-order", member, $"{from} becomes {to}");
        });
    }

    private void Check(string member, string method, Instruction instruction)
    {
        string opcode = instruction.OpCode.Name ?? "";
        if (FloatOpcodes.Contains(opcode)) Report("float", member, opcode);
        if (opcode == "stsfld" && method != ".cctor" && !IsCache(instruction.Handle)) Report("static", member, "writes a static field");
        if (opcode == "calli") Report("pinvoke", member, "an indirect call");
        if (instruction.Handle.IsNil || instruction.OpCode.OperandType == System.Reflection.Emit.OperandType.InlineString) return;
        if (instruction.OpCode.OperandType == System.Reflection.Emit.OperandType.InlineSig) return;
        foreach ((string rule, string what) in _calls.Broken(instruction.Handle)) Report(rule, member, what);
    }

    private bool IsCache(EntityHandle field) => SourceMember.IsCompilerCache(_members.DeclaringType(field), _members.Name(field));

    private void Use(string member, string type)
    {
        foreach ((string rule, string what) in _calls.BrokenType(type)) Report(rule, member, what);
    }

    private void Report(string rule, string member, string what)
    {
        // Exceptions are written without spaces.
        Violation violation = new(rule, member, what.Replace(' ', '-'));
        if (!_allowed.IsReviewed(violation)) _found.Add(violation);
    }

    private static readonly HashSet<string> FloatOpcodes = new(StringComparer.Ordinal)
    {
        "ldc.r4", "ldc.r8", "conv.r4", "conv.r8", "conv.r.un", "ldind.r4", "ldind.r8", "stind.r4", "stind.r8",
        "ldelem.r4", "ldelem.r8", "stelem.r4", "stelem.r8", "ckfinite",
    };
}
