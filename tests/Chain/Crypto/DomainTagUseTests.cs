using System.Text.RegularExpressions;
using Dsdn.Chain.Crypto;

namespace Dsdn.Chain.Tests.Crypto;

public partial class DomainTagUseTests
{
    /// <summary>A tag that two files put in front of their bytes separates nothing: each belongs to one builder of preimages.</summary>
    [Fact]
    public void NoTwoSourceFilesBuildPreimagesUnderOneTag()
    {
        string root = Root();
        SortedDictionary<string, SortedSet<string>> users = new(StringComparer.Ordinal);
        foreach (string folder in (string[])["chain", "consensus", "modules", "genesis", "node", "clients"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            {
                string path = Path.GetRelativePath(root, file);
                if (path.StartsWith("chain/Crypto/", StringComparison.Ordinal)) continue;
                foreach (Match use in Use().Matches(File.ReadAllText(file)))
                {
                    if (!users.TryGetValue(use.Groups[1].Value, out SortedSet<string>? files)) users.Add(use.Groups[1].Value, files = new(StringComparer.Ordinal));
                    files.Add(path);
                }
            }
        }
        Assert.NotEmpty(users);
        Assert.All(users, user => Assert.True(user.Value.Count == 1, $"{user.Key}: {string.Join(", ", user.Value)}"));
        Assert.All(users.Keys, name => Assert.True(Enum.IsDefined(Enum.Parse<HashDomain>(name))));
    }

    /// <summary>Tags are constants of the protocol: nobody writes one outside the table.</summary>
    [Fact]
    public void NoSourceFileOutsideTheTableSpellsATag()
    {
        string root = Root();
        string table = Path.Combine(root, "chain", "Crypto", "DomainTag.cs");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(root, "chain"), "*.cs", SearchOption.AllDirectories))
        {
            if (file == table) continue;
            string text = File.ReadAllText(file);
            Assert.All(Enum.GetValues<HashDomain>(), domain => Assert.False(text.Contains('"' + DomainTag.Text(domain), StringComparison.Ordinal), $"{file}: {domain}"));
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dsdn.sln"))) folder = folder.Parent;
        if (folder is null) Assert.Skip("the source tree is not beside the test binary");
        return folder.FullName;
    }

    [GeneratedRegex(@"\bHashDomain\.([A-Z][A-Za-z]*)")]
    private static partial Regex Use();
}
