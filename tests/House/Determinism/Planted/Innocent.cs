namespace Dsdn.House.Tests.Determinism.Planted;

/// <summary>What the rules are not about: must come out clean.</summary>
public sealed class Innocent
{
    private static readonly Dictionary<string, int> Table = new(StringComparer.Ordinal) { ["a"] = 1 };
    private readonly HashSet<int> _seen = [];

    public bool Add(int n) => _seen.Add(n) && !new HashSet<int>(_seen).Contains(-n);

    public int Find(string name) => Table.TryGetValue(name, out int n) ? n : Table.Count;

    public string[] Sorted(string[] names) => [.. names.OrderBy(name => name, StringComparer.Ordinal)];

    public IEnumerable<int> Squares(IEnumerable<int> numbers)
    {
        foreach (int n in numbers.Select(n => n * n)) yield return n;
    }
}
