using System.Text.RegularExpressions;

namespace Dsdn.House.Tests.Structure;

public sealed partial class PublicDocumentationTests
{
    [Theory]
    [InlineData("chain")]
    [InlineData("modules")]
    [InlineData("consensus")]
    [InlineData("genesis")]
    [InlineData("node/Celestia")]
    [InlineData("node/Log")]
    [InlineData("node/Coordinator")]
    [InlineData("node/CelestiaClient")]
    [InlineData("node/Archive")]
    [InlineData("node/Outbox")]
    [InlineData("node/Attestation")]
    [InlineData("node/LogService")]
    [InlineData("node/Following")]
    [InlineData("devnet/DaServer")]
    public void EveryPublicTypeSaysWhatItIs(string folder)
    {
        List<string> silent = [];
        foreach (string file in Repository.Files.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)))
        {
            string[] lines = Repository.Lines(file);
            for (int i = 0; i < lines.Length; i++)
                if (PublicType().Match(lines[i]) is { Success: true } match && !IsDocumented(lines, i)) silent.Add($"{file}:{i + 1} {match.Groups[1].Value}");
        }
        Assert.True(silent.Count == 0, "public types without a summary:\n" + string.Join('\n', silent));
    }

    private static bool IsDocumented(string[] lines, int declaration)
    {
        int above = declaration - 1;
        while (above >= 0 && lines[above].TrimStart().StartsWith('[')) above--;
        return above >= 0 && lines[above].TrimStart().StartsWith("///", StringComparison.Ordinal);
    }

    // Only types that stand at the top of their file's namespace; nested ones are explained by their parent.
    [GeneratedRegex(@"^public (?:static |sealed |abstract |readonly |unsafe |partial |ref )*(?:class|record struct|record class|record|struct|interface|enum|delegate) (\w+)", RegexOptions.None, 60_000)]
    private static partial Regex PublicType();
}
