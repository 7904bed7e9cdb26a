using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Dsdn.House.Tests.Determinism;

/// <summary>
/// Follows the static types on the evaluation stack of a method far enough to see a hash-ordered collection being handed on
/// as something else (an argument, a result, a variable, a field of an interface type), which IL does without an instruction.
/// Types that need inference are unknown (null); where paths join, what any of them carries counts.
/// </summary>
public sealed class StackTypes(MemberNames members, string[] locals, string[] arguments, string returnType)
{
    private readonly Dictionary<int, string?[]> _arriving = [];
    private List<string?> _stack = [];

    /// <summary>Calls <paramref name="handedOn"/>(from, to, declaring type of the callee or null) for every value consumed as a declared type.</summary>
    public void Walk(IReadOnlyList<Instruction> code, Action<string, string, string?> handedOn)
    {
        foreach (Instruction instruction in code)
        {
            if (_arriving.TryGetValue(instruction.Offset, out string?[]? arriving)) Join(arriving);
            Step(instruction, handedOn);
        }
    }

    private void Join(string?[] arriving)
    {
        // The stack is empty here after a jump or return: then only what arrives counts.
        if (_stack.Count != arriving.Length) _stack = [.. arriving];
        else for (int i = 0; i < arriving.Length; i++) _stack[i] = Prefer(_stack[i], arriving[i]);
    }

    private static string? Prefer(string? a, string? b) => a is not null && HashOrder.IsHashOrdered(a) ? a : b ?? a;

    private void Step(Instruction i, Action<string, string, string?> handedOn)
    {
        string name = i.OpCode.Name ?? "";
        if (Slot(name, "ldloc", i.Number) is int local) Push(At(locals, local));
        else if (Slot(name, "ldarg", i.Number) is int argument) Push(At(arguments, argument));
        else if (Slot(name, "stloc", i.Number) is int stored) Consume(At(locals, stored), handedOn);
        else if (Slot(name, "starg", i.Number) is int assigned) Consume(At(arguments, assigned), handedOn);
        else if (name is "call" or "callvirt" or "newobj") Call(i, name == "newobj", handedOn);
        else if (name == "dup") Push(_stack.Count > 0 ? _stack[^1] : null);
        else if (name == "ldfld") { Pop(); Push(members.FieldType(i.Handle)); }
        else if (name == "ldsfld") Push(members.FieldType(i.Handle));
        else if (name == "stfld") { Consume(members.FieldType(i.Handle), handedOn); Pop(); }
        else if (name == "stsfld") Consume(members.FieldType(i.Handle), handedOn);
        else if (name is "castclass" or "isinst") Convert(members.Type(i.Handle), handedOn);
        else if (name == "ret") { if (returnType != "System.Void") Consume(returnType, handedOn); Forget(); }
        else Generic(i);
    }

    private void Call(Instruction i, bool creates, Action<string, string, string?> handedOn)
    {
        if (members.Signature(i.Handle) is not { } method) { Forget(); return; }
        string declaring = members.DeclaringType(i.Handle);
        ImmutableArray<string> parameters = method.ParameterTypes;
        for (int p = parameters.Length - 1; p >= 0; p--) Consume(parameters[p], handedOn, declaring);
        if (method.Header.IsInstance && !creates) Consume(declaring, handedOn, declaring);
        if (creates) Push(declaring);
        else if (method.ReturnType != "System.Void") Push(method.ReturnType);
    }

    private void Convert(string type, Action<string, string, string?> handedOn)
    {
        Consume(type, handedOn);
        Push(type);
    }

    private void Generic(Instruction i)
    {
        int pops = Count(i.OpCode.StackBehaviourPop, "pop");
        for (int n = 0; n < pops; n++) Pop();
        int pushes = Count(i.OpCode.StackBehaviourPush, "push");
        for (int n = 0; n < pushes; n++) Push(null);
        foreach (int target in i.Targets) _arriving[target] = [.. _stack];
        if (i.OpCode.FlowControl is FlowControl.Branch or FlowControl.Throw) Forget();
    }

    /// <summary>The members of StackBehaviour spell what they do: Popi_popi_popi pops three.</summary>
    private static int Count(StackBehaviour behaviour, string word)
    {
        string text = behaviour.ToString().ToLowerInvariant();
        return text is "pop0" or "push0" ? 0 : text.Split('_').Count(part => part.StartsWith(word, StringComparison.Ordinal));
    }

    private static int? Slot(string name, string prefix, int operand)
    {
        if (name == prefix || name == prefix + ".s") return operand;
        return name.Length == prefix.Length + 2 && name.StartsWith(prefix + ".", StringComparison.Ordinal) && char.IsAsciiDigit(name[^1])
            ? name[^1] - '0'
            : null;
    }

    private void Consume(string? to, Action<string, string, string?> handedOn, string? callee = null)
    {
        if (Pop() is { } from && to is not null && from != to) handedOn(from, to, callee);
    }

    private static string? At(string[] types, int index) => index < types.Length ? types[index] : null;

    private void Push(string? type) => _stack.Add(type);

    private string? Pop()
    {
        if (_stack.Count == 0) return null;
        string? top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private void Forget() => _stack.Clear();
}
