using System.CommandLine;
using System.Text.RegularExpressions;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Cli.Language;
using Dsdn.Host;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Transfers;

namespace Dsdn.Node.Tests.Cli;

public sealed partial class TextsTests
{
    private static readonly Texts English = Texts.Load(Texts.English);
    private static readonly Texts Indonesian = Texts.Load(Texts.Indonesian);

    [Fact]
    public void BothLanguagesHaveTheSameKeys() => Assert.Equal(English.Keys, Indonesian.Keys);

    [Fact]
    public void BothLanguagesUseTheSamePlaces()
    {
        foreach (string key in English.Keys) Assert.Equal((key, Places(English[key])), (key, Places(Indonesian[key])));
    }

    [Fact]
    public void EveryErrorCodeHasASummaryAndASuggestion()
    {
        string[] codes = typeof(ErrorCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToArray();
        Assert.True(codes.Length > 40);
        Assert.Equal(codes.Length, codes.Distinct().Count());
        foreach (string code in codes)
        {
            Assert.True(English.Has($"error.{code}.summary"), code);
            Assert.True(English.Has($"error.{code}.suggestion"), code);
        }
    }

    [Fact]
    public void EveryErrorOfAModuleHasATextInBothLanguages()
    {
        string[] codes = ModuleCatalog.All.SelectMany(module => module.Errors).Select(error => error.Code).Distinct().ToArray();
        Assert.True(codes.Length > 20);
        foreach (string code in codes) Assert.True(English.Has($"error.{code}.summary"), code);
    }

    /// <summary>Whoever meets an error is told what to do next, whoever raised it: chain, log, storage node, client.</summary>
    [Fact]
    public void EveryErrorSaysWhatToDoNext()
    {
        string[] codes = English.Keys.Where(static key => key.StartsWith("error.DSDN-E-", StringComparison.Ordinal) && key.EndsWith(".summary", StringComparison.Ordinal)).Select(static key => key[6..^8]).ToArray();
        Assert.True(codes.Length > 400);
        foreach (string family in (string[])["AGREEMENTS", "COMMITTEE", "CONTENT", "DA", "LOG", "NODES", "STORE", "TRANSFER"]) Assert.Contains(codes, code => code.StartsWith($"DSDN-E-{family}-", StringComparison.Ordinal));
        foreach (Texts texts in (Texts[])[English, Indonesian])
            foreach (string code in codes) Assert.True(texts.Has($"error.{code}.suggestion") && texts[$"error.{code}.suggestion"].Length > 0, code);
        string[] transfers = typeof(TransferCodes).GetFields().Where(static field => field.IsLiteral).Select(static field => (string)field.GetRawConstantValue()!).ToArray();
        Assert.Empty(transfers.Except(codes));
    }

    /// <summary>Advice that names what there is not is worse than none.</summary>
    [Fact]
    public void AdviceNamesCommandsAndOptionsThatThereAre()
    {
        RootCommand root = CommandLine.Build(new CommandContext(English, Silent()), [.. HostCommands(new CommandContext(English, Silent()))]);
        SortedSet<string> options = new(Walk(root).SelectMany(static command => command.Options).SelectMany(static option => option.Aliases.Prepend(option.Name)), StringComparer.Ordinal) { "--help", "--version", "--core" };
        int found = 0;
        foreach (Texts texts in (Texts[])[English, Indonesian])
        {
            foreach (string key in texts.Keys.Where(static key => key.StartsWith("error.", StringComparison.Ordinal) && key.EndsWith(".suggestion", StringComparison.Ordinal)))
            {
                foreach (Match match in NamedCommands().Matches(texts[key]))
                {
                    Assert.True(root.Subcommands.Any(command => command.Name == match.Groups["name"].Value), $"{key}: {match.Value}");
                    found++;
                }
                foreach (Match match in NamedOptions().Matches(texts[key]))
                {
                    Assert.True(options.Contains(match.Value), $"{key}: {match.Value}");
                    found++;
                }
            }
        }
        Assert.True(found > 200);
    }

    [Fact]
    public void NumbersOfErrorsAreShownInTheirUnits()
    {
        string shown = Indonesian["error.DSDN-E-STAKING-SELF-BOND.summary", "", "", "50000000000000000000000", "1500000000000000000"];
        Assert.Contains("50000 NUSA", shown);
        Assert.Contains("1.5 NUSA", shown);
        Assert.Contains("12.5 %", English["error.DSDN-E-STAKING-COMMISSION.summary", "", "", "1250", "10000"]);
        Assert.Contains("2023-11-14 22:13:20 UTC", English["error.DSDN-E-STAKING-JAIL.summary", "", "", "1700000000000"]);
    }

    [Theory]
    [InlineData(null, null, null, "en")]
    [InlineData("id", null, null, "id")]
    [InlineData("en", "id", "id_ID.UTF-8", "en")]
    [InlineData(null, "id", "en_US.UTF-8", "id")]
    [InlineData(null, null, "id_ID.UTF-8", "id")]
    [InlineData(null, null, "id.UTF-8", "id")]
    [InlineData(null, null, "C.UTF-8", "en")]
    [InlineData(null, null, "idx", "en")]
    [InlineData("klingon", null, "id_ID", "en")]
    public void LanguageIsChosenByFlagThenVariableThenLocale(string? flag, string? variable, string? locale, string expected)
    {
        string[] args = flag is null ? ["status"] : ["--lang", flag, "status"];
        Assert.Equal(expected, Texts.Choose(args, name => name == "DSDN_LANG" ? variable : name == "LANG" ? locale : null));
    }

    [Fact]
    public void EveryCommandIsDescribedInBothLanguages()
    {
        foreach (Texts texts in (Texts[])[English, Indonesian])
        {
            RootCommand root = CommandLine.Build(new CommandContext(texts, Silent()), []);
            foreach (Command command in Walk(root))
            {
                Assert.False(string.IsNullOrWhiteSpace(command.Description), command.Name);
                foreach (Option option in command.Options) Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{command.Name} {option.Name}");
                foreach (Argument argument in command.Arguments) Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{command.Name} {argument.Name}");
            }
        }
    }

    /// <summary>Field names of reports are texts too; the compiler does not see a missing one, so the sources are read.</summary>
    [Fact]
    public void EveryFieldNameInTheSourcesHasALabel()
    {
        string? sources = SourceFolder();
        if (sources is null) Assert.Skip("the sources are not beside the tests");
        int found = 0;
        foreach (string file in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file);
            foreach (Match match in FieldNames().Matches(text)) Check(match.Groups["name"].Value, file);
            foreach (Match match in TableNames().Matches(text))
            {
                Check(match.Groups["name"].Value, file);
                foreach (Match column in Quoted().Matches(match.Groups["columns"].Value)) Check(column.Groups["name"].Value, file);
            }
            foreach (Match match in TextKeys().Matches(text))
            {
                Assert.True(English.Has(match.Groups["name"].Value), $"{match.Groups["name"].Value} in {file}");
                found++;
            }
        }
        Assert.True(found > 20);

        void Check(string name, string file)
        {
            Assert.True(English.Has("field." + name), $"field.{name} in {file}");
            found++;
        }
    }

    /// <summary>Those that advice speaks of: the program adds them in node/Host/Program.cs.</summary>
    private static IEnumerable<Command> HostCommands(CommandContext context) =>
    [
        NodeCommand.Create(context), SignerCommand.Create(context), CoordinatorCommand.Create(context), IngressCommand.Create(context), StorageCommand.Create(context), LogCommand.Create(context),
        AuditCommand.Create(context), GenesisCommand.Create(context), StateCommand.Create(context), SnapshotCommands.Create(context), TestnetCommand.Create(context), DevCommand.Create(context), DaCommand.Create(context),
    ];

    internal static IEnumerable<Command> Walk(Command command) => command.Subcommands.SelectMany(Walk).Prepend(command);

    private static string? SourceFolder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "clients", "Cli");
            if (Directory.Exists(folder)) return folder;
        }
        return null;
    }

    private static Terminal Silent() => new()
    {
        Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null, IsInteractive = false, IsRich = false,
        ReadSecretLine = () => null, Environment = _ => null,
    };

    private static string Places(string text) => string.Join(',', Place().Matches(text).Select(match => match.Value).Distinct().Order());

    [GeneratedRegex(@"\bdsdn (?<name>[a-z]+)")]
    private static partial Regex NamedCommands();

    [GeneratedRegex(@"(?<![\w-])--[a-z]+(-[a-z]+)*")]
    private static partial Regex NamedOptions();

    [GeneratedRegex(@"\{\d[^}]*\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"(?<!Sources)\.Add\(""(?<name>[a-zA-Z]+)""")]
    private static partial Regex FieldNames();

    [GeneratedRegex(@"AddTable\(""(?<name>[a-zA-Z]+)"",\s*\[(?<columns>[^\]]*)\]")]
    private static partial Regex TableNames();

    [GeneratedRegex(@"""(?<name>[a-zA-Z]+)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"Texts\[""(?<name>[a-zA-Z.]+)""[\],]")]
    private static partial Regex TextKeys();
}
