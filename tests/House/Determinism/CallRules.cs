using System.Reflection.Metadata;

namespace Dsdn.House.Tests.Determinism;

/// <summary>What is wrong with naming a member or a type from deterministic code.</summary>
public sealed class CallRules(MemberNames members, AllowList allowed)
{
    private static readonly string[] Floating =
        ["System.Single", "System.Double", "System.Decimal", "System.Half", "System.Runtime.InteropServices.NFloat"];

    // Sorting these without a comparer sorts by the culture where the key is a string.
    private static readonly string[] Sorting =
        ["OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "Order", "OrderDescending", "Min", "Max", "MinBy", "MaxBy", "Sort", "BinarySearch"];

    private static readonly string[] SortedCollections =
        ["System.Collections.Generic.SortedDictionary`2", "System.Collections.Generic.SortedSet`1", "System.Collections.Generic.SortedList`2",
         "System.Collections.Generic.PriorityQueue`2", "System.Collections.Generic.Comparer`1"];

    public IEnumerable<(string Rule, string What)> Broken(EntityHandle handle)
    {
        string declaring = members.DeclaringType(handle), name = members.Name(handle);
        if (declaring.Length == 0) return BrokenType(members.Type(handle));
        List<(string, string)> broken = [];
        if (!IsOurs(declaring) && !allowed.MayUse(SpelledType.Plain(declaring), name)) broken.Add(("reference", $"{SpelledType.Plain(declaring)}::{name}"));
        foreach (string argument in MemberNames.GenericArguments(declaring)) broken.AddRange(BrokenType(argument));
        foreach (string argument in members.MethodArguments(handle)) broken.AddRange(BrokenType(argument));
        if (members.FieldType(handle) is { } field) broken.AddRange(BrokenType(field));
        if (members.Signature(handle) is { } signature)
        {
            foreach (string type in signature.ParameterTypes.Append(signature.ReturnType))
                if (Floats(type)) broken.Add(("float", $"{SpelledType.Plain(declaring)}::{name} has {type}"));
            if (SortsByCulture(declaring, name, handle, signature)) broken.Add(("string-order", $"{SpelledType.Plain(declaring)}::{name} of strings without a comparer"));
        }
        if (HashOrder.Reveals(declaring, name)) broken.Add(("hash-order", $"{SpelledType.Plain(declaring)}::{name}"));
        return broken;
    }

    /// <summary>A type and all its arguments.</summary>
    public IEnumerable<(string Rule, string What)> BrokenType(string type)
    {
        if (Floats(type)) yield return ("float", type);
        foreach (string name in SpelledType.Names(type))
            if (!IsOurs(name) && !allowed.MayUse(name)) yield return ("reference", name);
    }

    private bool SortsByCulture(string declaring, string name, EntityHandle handle, MethodSignature<string> signature)
    {
        if (signature.ParameterTypes.Any(type => type.Contains("Comparer", StringComparison.Ordinal) || type.Contains("Comparison", StringComparison.Ordinal)))
            return false;
        IReadOnlyList<string> typeArguments = MemberNames.GenericArguments(declaring);
        if (Array.IndexOf(SortedCollections, SpelledType.Plain(declaring)) >= 0 && name is ".ctor" or "get_Default")
            return typeArguments.Count > 0 && typeArguments[SpelledType.Plain(declaring).Contains("Priority", StringComparison.Ordinal) ? 1 : 0] == "System.String";
        if (Array.IndexOf(Sorting, name) < 0 || IsOurs(declaring)) return false;
        IEnumerable<string> keys = members.MethodArguments(handle).Length > 0 ? members.MethodArguments(handle) : typeArguments;
        // OrderBy<TSource, TKey> sorts by its last argument; Sort<T>, Order<T> by their first.
        return keys.LastOrDefault() == "System.String";
    }

    private static bool Floats(string type) => SpelledType.Names(type).Any(name => Array.IndexOf(Floating, name) >= 0);

    private static bool IsOurs(string type) => type.StartsWith("Dsdn.", StringComparison.Ordinal) || type.StartsWith('<') || type.StartsWith('!')
        || type.StartsWith("fn(", StringComparison.Ordinal);
}
