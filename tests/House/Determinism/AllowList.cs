namespace Dsdn.House.Tests.Determinism;

/// <summary>
/// What deterministic code may use of the framework, and the reviewed exceptions, from <c>allowed.txt</c>. Nothing that is
/// not listed is allowed. Lines: <c>assembly A</c>; <c>namespace N</c>; <c>type T</c>; <c>member T::M</c>; <c>not T</c> or
/// <c>not T::M</c>, taken out again; <c>reviewed RULE MEMBER WHAT reason...</c>, where MEMBER and WHAT may end in <c>*</c>.
/// </summary>
public sealed class AllowList
{
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private readonly List<Exception> _reviewed = [];

    public AllowList(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#')) continue;
            if (words is ["reviewed", string rule, string member, string what, _, ..]) _reviewed.Add(new Exception(rule, member, what));
            else if (words is not [("assembly" or "namespace" or "type" or "member" or "not") and string kind, string name])
                throw new FormatException($"not a rule: {line}");
            else if (!_listed.Add($"{kind} {name}")) throw new FormatException($"listed twice: {line}");
        }
    }

    public bool MayReference(string assembly) => _listed.Contains("assembly " + assembly);

    public bool MayUse(string type)
    {
        if (_listed.Contains("not " + type)) return false;
        string outermost = type.Split('/')[0];
        if (_listed.Contains("type " + outermost)) return true;
        int dot = outermost.LastIndexOf('.');
        return dot > 0 && _listed.Contains("namespace " + outermost[..dot]);
    }

    public bool MayUse(string type, string member) =>
        _listed.Contains($"member {type}::{member}") || (MayUse(type) && !_listed.Contains($"not {type}::{member}"));

    public bool IsReviewed(Violation violation)
    {
        bool found = false;
        foreach (Exception exception in _reviewed)
            if (exception.Covers(violation)) found = exception.WasUsed = true;
        return found;
    }

    /// <summary>Reviewed exceptions that no code needs any more.</summary>
    public IReadOnlyList<string> Unused => [.. _reviewed.Where(exception => !exception.WasUsed).Select(exception => exception.ToString())];

    private sealed class Exception(string rule, string member, string what)
    {
        public bool WasUsed { get; set; }

        public bool Covers(Violation violation) => rule == violation.Rule && Matches(member, violation.Member) && Matches(what, violation.What);

        public override string ToString() => $"{rule} {member} {what}";

        private static bool Matches(string pattern, string text) =>
            pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : text == pattern;
    }
}
