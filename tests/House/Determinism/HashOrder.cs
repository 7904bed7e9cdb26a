namespace Dsdn.House.Tests.Determinism;

/// <summary>Collections whose order depends on hash codes, and what gives their order away.</summary>
public static class HashOrder
{
    private static readonly string[] Collections =
    [
        "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.HashSet`1",
        "System.Collections.Immutable.ImmutableDictionary`2", "System.Collections.Immutable.ImmutableHashSet`1",
        "System.Collections.Frozen.FrozenDictionary`2", "System.Collections.Frozen.FrozenSet`1",
        "System.Collections.Concurrent.ConcurrentDictionary`2", "System.Collections.Hashtable",
    ];

    private static readonly string[] Revealing = ["GetEnumerator", "get_Keys", "get_Values", "CopyTo", "get_Items"];

    public static bool IsHashOrdered(string type) =>
        Array.Exists(Collections, name => type == name || type.StartsWith(name + "<", StringComparison.Ordinal));

    public static bool Reveals(string type, string member) => IsHashOrdered(type) && Revealing.Contains(member, StringComparer.Ordinal);

    /// <summary>Handing one to another hash-ordered collection (a copy, a set operation) or to an object reference keeps its order hidden; so does a look-up (CollectionExtensions).</summary>
    public static bool MayBecome(string from, string to, string? callee) =>
        to == from || to == from + "&" || to == "System.Object" || to.StartsWith('!')
        || IsHashOrdered(to) || callee == "System.Collections.Generic.CollectionExtensions" || (callee is not null && IsHashOrdered(callee));
}
