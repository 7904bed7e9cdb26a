namespace Dsdn.House.Tests.Determinism;

/// <summary>Brings compiler-made names back to the member that was written.</summary>
public static class SourceMember
{
    /// <summary><c>A.B/&lt;M&gt;d__1::MoveNext</c>, <c>A.B/&lt;&gt;c::&lt;M&gt;b__0</c> and <c>A.B::&lt;M&gt;g__Local|2_0</c> are all <c>A.B::M</c>.</summary>
    public static string Of(string type, string member)
    {
        string[] nested = type.Split('/');
        string owner = nested[0], written = member;
        for (int i = 1; i < nested.Length; i++)
        {
            if (!nested[i].StartsWith('<'))
            {
                owner += "/" + nested[i];
                continue;
            }
            if (Inner(nested[i]) is { Length: > 0 } method) written = method;
            break;
        }
        if (Inner(written) is { Length: > 0 } inner) written = inner;
        return $"{owner}::{written}";
    }

    /// <summary>Delegates and lookup tables that the compiler keeps in static fields: they never change what a program computes.</summary>
    public static bool IsCompilerCache(string type, string field) =>
        type.EndsWith("/<>c", StringComparison.Ordinal) || type.Contains("/<>c<", StringComparison.Ordinal) || type.Contains("/<>c`", StringComparison.Ordinal)
        || type.Contains("<>O", StringComparison.Ordinal) || type.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)
        || field.StartsWith("<>", StringComparison.Ordinal);

    private static string? Inner(string name)
    {
        int end = name.IndexOf('>', StringComparison.Ordinal);
        return name.StartsWith('<') && end > 1 ? name[1..end] : null;
    }
}
