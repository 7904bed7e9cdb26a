using System.Text.RegularExpressions;

namespace Dsdn.House.Tests.Text;

/// <summary>What stands in committed text: it speaks of DSDN, it is finished, and it holds no address of a registry and no secret.</summary>
public sealed partial class CommittedTextTests
{
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".targets", ".md", ".mjs", ".js", ".ts", ".json", ".txt", ".sh", ".yml", ".yaml", ".sol", ".toml", ".service", ".sln"];

    private static IEnumerable<string> Texts => Repository.Files.Where(file =>
        Array.Exists(TextEndings, ending => file.EndsWith(ending, StringComparison.Ordinal)) || !Path.GetFileName(file).Contains('.', StringComparison.Ordinal));

    [Fact]
    public void SourcesAreFinished() => AssertNowhere(Unfinished(), file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".mjs", StringComparison.Ordinal));

    [Fact]
    public void TextSpeaksOfTheProjectOnly() => AssertNowhere(Foreign(), _ => true);

    [Fact]
    public void NoRegistryAddressIsCommitted() => AssertNowhere(Registry(), _ => true);

    [Fact]
    public void LockFileRecordsNoAddresses() =>
        Assert.DoesNotContain("\"resolved\"", Repository.Read("devnet/clients/package-lock.json"), StringComparison.Ordinal);

    [Fact]
    public void ClientVersionsAreExact()
    {
        using System.Text.Json.JsonDocument package = System.Text.Json.JsonDocument.Parse(Repository.Read("devnet/clients/package.json"));
        foreach (string kind in (string[])["dependencies", "optionalDependencies"])
            Assert.All(package.RootElement.GetProperty(kind).EnumerateObject(), entry => Assert.Matches(@"^\d+\.\d+\.\d+$", entry.Value.GetString()));
    }

    [Theory]
    [InlineData("// TO" + "DO: later")]
    [InlineData("throw new NotImplemented" + "Exception();")]
    public void UnfinishedWorkWouldBeFound(string text) => Assert.Matches(Unfinished(), text);

    [Theory]
    [InlineData("see /wo" + "rk/main")]
    [InlineData("as the iss" + "ue says")]
    public void ForeignTextWouldBeFound(string text) => Assert.Matches(Foreign(), text);

    private static void AssertNowhere(Regex pattern, Func<string, bool> files)
    {
        List<string> found = [];
        foreach (string file in Texts.Where(files))
        {
            string[] lines = Repository.Lines(file);
            for (int i = 0; i < lines.Length; i++)
                if (pattern.Match(lines[i]) is { Success: true } match && !IsPattern(file, lines[i])) found.Add($"{file}:{i + 1}: '{match.Value}' in: {lines[i].Trim()}");
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>The patterns of this file name what they look for.</summary>
    private static bool IsPattern(string file, string line) =>
        file == "tests/House/Text/CommittedTextTests.cs" && line.Contains("GeneratedRegex", StringComparison.Ordinal);

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bXXX\b|\bHACK\b|NotImplementedException", RegexOptions.None, 60_000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.])/work/|\bthe issue\b|\bthis issue\b|\bissue [A-Z]\b|\bissue #?\d|\bAI (agent|session|helper)\b|\bsession brief\b|\bclaude\b|\banthropic\b|\bother builders?\b", RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Foreign();

    [GeneratedRegex(@"registry\.npmjs|api\.nuget\.org|nuget\.org/v3|deb\.debian\.org", RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex Registry();
}
