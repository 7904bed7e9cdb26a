using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Dsdn.House.Tests.Determinism;

namespace Dsdn.House.Tests.Structure;

/// <summary>A module never sees another module's internals, only what stands in its Published folder.</summary>
public sealed class ModuleIsolationTests
{
    private const string Root = "Dsdn.Modules.";

    [Fact]
    public void ModulesUseOnlyWhatOthersPublish()
    {
        SortedSet<string> wrong = new(StringComparer.Ordinal);
        HashSet<string> modules = [.. Uses().Select(use => ModuleOf(use.User)).OfType<string>()];
        foreach ((string user, string used) in Uses())
        {
            if (ModuleOf(user) is not { } from || ModuleOf(used) is not { } to || from == to) continue;
            if (!used.StartsWith($"{Root}{to}.Published.", StringComparison.Ordinal)) wrong.Add($"{user} uses {used}");
        }
        Assert.True(modules.Count >= 3, string.Join(", ", modules));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>The folder under modules/, or null for what stands beside them.</summary>
    private static string? ModuleOf(string type)
    {
        if (!type.StartsWith(Root, StringComparison.Ordinal)) return null;
        int dot = type.IndexOf('.', Root.Length);
        return dot < 0 ? null : type[Root.Length..dot];
    }

    /// <summary>Every type that a method's code or signature names, with the type that holds the method.</summary>
    private static IEnumerable<(string User, string Used)> Uses()
    {
        Project project = Project.All.Single(project => project.Name == "Dsdn.Modules");
        using PEReader image = new(new MemoryStream(File.ReadAllBytes(project.CompiledPath)));
        MetadataReader reader = image.GetMetadataReader();
        MemberNames members = new(reader);
        foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
        {
            string user = members.Types.Definition(handle);
            foreach (MethodDefinitionHandle methodHandle in reader.GetTypeDefinition(handle).GetMethods())
            {
                MethodDefinition method = reader.GetMethodDefinition(methodHandle);
                MethodSignature<string> signature = method.DecodeSignature(members.Types, null);
                foreach (string name in signature.ParameterTypes.Append(signature.ReturnType).SelectMany(SpelledType.Names)) yield return (user, name);
                if (method.RelativeVirtualAddress == 0) continue;
                foreach (Instruction instruction in Instruction.Decode(image.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
                {
                    if (instruction.Handle.IsNil || instruction.OpCode.OperandType == System.Reflection.Emit.OperandType.InlineSig) continue;
                    string declaring = members.DeclaringType(instruction.Handle);
                    foreach (string name in SpelledType.Names(declaring.Length > 0 ? declaring : members.Type(instruction.Handle))) yield return (user, name);
                }
            }
        }
    }
}
