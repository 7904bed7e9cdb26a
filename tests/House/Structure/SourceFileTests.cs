using System.Text.RegularExpressions;

namespace Dsdn.House.Tests.Structure;

public sealed partial class SourceFileTests(ITestOutputHelper output)
{
    /// <summary>A file above this is split: nobody holds it in the head.</summary>
    private const int LinesMax = 600;

    private static IEnumerable<string> Sources => Repository.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void NamespaceIsThePathUnderTheProject()
    {
        List<string> wrong = [];
        foreach (string file in Sources)
        {
            if (Namespace().Match(Repository.Read(file)) is not { Success: true } match) continue;
            string expected = Expected(file), declared = match.Groups[1].Value;
            if (declared != expected) wrong.Add($"{file}: namespace {declared}, expected {expected}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void NoSourceFileIsTooLargeToHoldInTheHead()
    {
        List<(string File, int Lines)> sizes = [.. Sources.Select(file => (file, Repository.Lines(file).Length)).OrderBy(entry => entry.Item2)];
        output.WriteLine($"{sizes.Count} files: median {sizes[sizes.Count / 2].Lines}, 90th percentile {sizes[sizes.Count * 9 / 10].Lines} lines; the largest:");
        foreach ((string file, int lines) in sizes.TakeLast(10).Reverse()) output.WriteLine($"{lines,5} {file}");
        Assert.DoesNotContain(sizes, entry => entry.Lines > LinesMax);
    }

    [Fact]
    public void NoFolderIsNamedAfterNothing() =>
        Assert.DoesNotContain(Sources.SelectMany(file => file.Split('/')[..^1]), folder => folder is "Common" or "Utils" or "Helpers" or "Misc" or "Manager");

    [Fact]
    public void EveryTopFolderHasAReadme()
    {
        string[] folders = ["chain", "modules", "consensus", "genesis", "node", "clients", "devnet", "tests"];
        Assert.All(folders, folder => Assert.Contains($"{folder}/README.md", Repository.Files));
    }

    /// <summary>The project whose folder holds the file most closely gives the root.</summary>
    private static string Expected(string file)
    {
        Project project = Project.All.Where(project => file.StartsWith(project.Folder + "/", StringComparison.Ordinal)).MaxBy(project => project.Folder.Length)
            ?? throw new InvalidOperationException($"{file} is in no project");
        string root = Root().Match(Repository.Read(project.RelativePath)).Groups[1].Value;
        string folder = Path.GetDirectoryName(file)?.Replace('\\', '/') ?? "";
        return folder.Length == project.Folder.Length ? root : root + "." + folder[(project.Folder.Length + 1)..].Replace('/', '.');
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline, 60_000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"<RootNamespace>([\w.]+)<", RegexOptions.None, 60_000)]
    private static partial Regex Root();
}
