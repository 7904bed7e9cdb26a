namespace Dsdn.House.Tests.Determinism;

/// <summary>Takes apart what <see cref="TypeNames"/> spells.</summary>
public static class SpelledType
{
    /// <summary>Without arguments, array and reference marks.</summary>
    public static string Plain(string type)
    {
        int tick = type.IndexOf('`', StringComparison.Ordinal);
        int open = type.IndexOf('<', Math.Max(tick, 0));
        string plain = tick >= 0 && open > tick ? type[..open] : type;
        return plain.TrimEnd('&', '*', '[', ']', ',');
    }

    /// <summary>The plain names in a spelled type: itself and its arguments, to any depth.</summary>
    public static IEnumerable<string> Names(string type)
    {
        yield return Plain(type);
        foreach (string argument in MemberNames.GenericArguments(type.TrimEnd('&', '*', '[', ']', ',')))
            foreach (string name in Names(argument)) yield return name;
    }
}
