using System.Text;

namespace Dsdn.DaServer.Faults;

/// <summary>Kinds of faults as scripts spell them: words in lower case with hyphens, such as "drop-reply".</summary>
public static class FaultNames
{
    private static readonly (FaultKind Kind, string Name)[] Names = [.. Enum.GetValues<FaultKind>().Select(static kind => (kind, Spell(kind.ToString())))];

    public static IEnumerable<string> All => Names.Select(static entry => entry.Name);

    public static string Of(FaultKind kind) => Names.First(entry => entry.Kind == kind).Name;

    public static bool TryParse(string name, out FaultKind kind)
    {
        foreach ((FaultKind known, string text) in Names)
        {
            if (text != name) continue;
            kind = known;
            return true;
        }
        kind = default;
        return false;
    }

    private static string Spell(string identifier)
    {
        StringBuilder text = new();
        foreach (char letter in identifier)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0) text.Append('-');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }
}
