using System.Text;
using Dsdn.Cli.Language;

namespace Dsdn.Node.Tests.Cli;

/// <summary>docs/errors.md is made from the catalogues and committed. With DSDN_REGENERATE=1 this test writes it.</summary>
public sealed class ErrorPageTests
{
    private const string Prefix = "error.";
    private const string Suffix = ".summary";

    [Fact]
    public void PageOfErrorsIsCurrent()
    {
        string? root = Root();
        if (root is null) Assert.Skip("the sources are not beside the tests");
        string path = Path.Combine(root, "docs", "errors.md");
        string page = Page();
        if (Environment.GetEnvironmentVariable("DSDN_REGENERATE") == "1") File.WriteAllText(path, page);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, "run this test with DSDN_REGENERATE=1 and commit docs/errors.md");
    }

    private static string Page()
    {
        Texts english = Texts.Load(Texts.English), indonesian = Texts.Load(Texts.Indonesian);
        var page = new StringBuilder("""
            # Error codes

            Codes are stable: programs may match on them, texts may change. `{0}` and so on are values of the case. Errors of modules are also in
            `docs/modules`. Generated from `clients/Cli/Language`; do not edit.

            """);
        foreach (string key in english.Keys.Where(key => key.StartsWith(Prefix + "DSDN-", StringComparison.Ordinal) && key.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            page.Append("\n## ").Append(key[Prefix.Length..^Suffix.Length]).Append('\n');
            string suggestion = key[..^Suffix.Length] + ".suggestion";
            foreach (Texts texts in (Texts[])[english, indonesian])
            {
                page.Append("\n- ").Append(texts.Language).Append(": ").Append(texts[key]);
                if (texts.Has(suggestion)) page.Append(' ').Append(texts[suggestion]);
            }
            page.Append('\n');
        }
        return page.ToString();
    }

    private static string? Root()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (Directory.Exists(Path.Combine(at.FullName, "clients", "Cli"))) return at.FullName;
        }
        return null;
    }
}
