namespace Dsdn.Genesis.Reading;

internal enum SpecNodeKind
{
    Null,
    Text,
    Number,
    Flag,
    List,
    Object,
}

/// <summary>A JSON value and where it stands.</summary>
/// <param name="Text">Of strings and numbers, as written.</param>
/// <param name="Names">Of an object's members, beside <paramref name="Items"/>.</param>
internal sealed record SpecNode(
    SpecNodeKind Kind, int Line, string Pointer, string Text, IReadOnlyList<string> Names, IReadOnlyList<SpecNode> Items)
{
    public SpecNode? Member(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (string.Equals(Names[i], name, StringComparison.Ordinal)) return Items[i];
        }
        return null;
    }
}
