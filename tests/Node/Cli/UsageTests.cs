using System.CommandLine;
using System.Text.Json;
using Dsdn.Cli;
using Dsdn.Cli.Language;

namespace Dsdn.Node.Tests.Cli;

public sealed class UsageTests
{
    [Fact]
    public async Task EveryCommandShowsItsHelpInBothLanguages()
    {
        foreach (string language in (string[])[Texts.English, Texts.Indonesian])
        {
            foreach (string path in Paths())
            {
                using var run = new CliRun();
                await run.ExpectAsync(0, $"{path} --help --lang {language}");
                Assert.Contains(language == Texts.English ? "Usage:" : "Penggunaan:", run.Out);
                Assert.Contains($"dsdn {path}".TrimEnd(), run.Out);
                Assert.Equal("", run.Error);
            }
        }
    }

    [Fact]
    public async Task NoCommandAtAllShowsHelp()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync([]));
        Assert.Contains("balance", run.Out);
    }

    [Fact]
    public async Task MistypedCommandExits2WithTheNearestOne()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "balnce");
        Assert.Contains("DSDN-E-USAGE-COMMAND", run.Error);
        Assert.Contains("Did you mean \"balance\"?", run.Error);
    }

    [Fact]
    public async Task MistypedSubcommandExits2WithTheNearestOne()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "keys lst");
        Assert.Contains("\"list\"", run.Error);
    }

    [Fact]
    public async Task MistypedOptionExits2WithTheNearestOneAndHidesItsValue()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "balance --blok=0xsecret");
        Assert.Contains("\"--block\"", run.Error);
        Assert.DoesNotContain("secret", run.Everything);
    }

    [Fact]
    public async Task MissingArgumentExits2AndNamesIt()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "send");
        Assert.Contains("<to>", run.Error);
        Assert.Contains("dsdn send --help", run.Error);
    }

    [Fact]
    public async Task ErrorsAreIndonesianOnRequest()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "balnce --lang id");
        Assert.Contains("Galat: Tidak ada perintah", run.Error);
        Assert.Contains("Maksud Anda \"balance\"?", run.Error);
    }

    [Fact]
    public async Task ErrorsWithJsonAreOneDocumentOnStandardOutput()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "send 0x12 1 --json");
        JsonElement error = run.Json.GetProperty("error");
        Assert.Equal("DSDN-E-ADDRESS-SYNTAX", error.GetProperty("code").GetString());
        Assert.Equal(2, error.GetProperty("exit").GetInt32());
        Assert.NotEqual("", error.GetProperty("summary").GetString());
        Assert.NotEqual("", error.GetProperty("suggestion").GetString());
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task UnreachableNodeExits3()
    {
        using var run = new CliRun();
        await run.ExpectAsync(3, "status");
        Assert.Contains("DSDN-E-RPC-UNREACHABLE", run.Error);
        Assert.DoesNotContain("   at ", run.Everything);
    }

    [Fact]
    public async Task AddressThatIsNoUrlExits2()
    {
        using var run = new CliRun();
        await run.ExpectAsync(2, "status --rpc ftp://x");
        Assert.Contains("DSDN-E-URL-SYNTAX", run.Error);
    }

    [Theory]
    [InlineData("balance 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", 3)] // right checksum, then no node
    [InlineData("balance 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", 2)] // one letter of the checksum wrong
    [InlineData("balance 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", 3)] // no checksum
    [InlineData("balance 0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea", 2)]
    [InlineData("balance nobody", 2)]
    [InlineData("block 12x", 2)]
    [InlineData("tx 0x1234", 2)]
    [InlineData("completion powershell", 2)]
    public async Task WrongInputExitsWithItsClass(string line, int exit)
    {
        using var run = new CliRun();
        await run.ExpectAsync(exit, line);
    }

    [Fact]
    public async Task VersionIsShownAsTextAndJson()
    {
        using var run = new CliRun();
        await run.ExpectAsync(0, "--version");
        Assert.StartsWith("dsdn ", run.Out, StringComparison.Ordinal);
        await run.ExpectAsync(0, "--version --json");
        Assert.NotEqual("", run.Json.GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task CompletionScriptAsksTheProgram(string shell)
    {
        using var run = new CliRun();
        await run.ExpectAsync(0, $"completion {shell}");
        Assert.Contains("[suggest:", run.Out);
    }

    [Fact]
    public async Task ProgramCompletesCommandsForTheScripts()
    {
        using var run = new CliRun();
        Assert.Equal(0, await run.RunAsync(["[suggest:11]", "dsdn keys i"]));
        Assert.Contains("import", run.Out);
    }

    [Fact]
    public async Task CommandsOfTheHostAreMergedIntoTheTree()
    {
        using var run = new CliRun
        {
            Host = context =>
            {
                var prune = new Command("prune", "Prune.");
                prune.SetAction(_ => 7);
                var node = new Command("node", "Run a node.") { prune };
                node.Options.Add(new Option<bool>("--reset") { Description = "Reset." });
                node.SetAction(_ => 42);
                return [node];
            },
        };
        Assert.Equal(42, await run.RunAsync("node --reset"));
        await run.ExpectAsync(7, "node prune");
        await run.ExpectAsync(7, "node prune --json"); // the options of every command reach it
        await run.ExpectAsync(0, "node status --help");
    }

    private static IEnumerable<string> Paths()
    {
        var context = new CommandContext(Texts.Load(Texts.English), Dsdn.Cli.Display.Terminal.OfProcess());
        return From(CommandLine.Build(context, []), "");

        static IEnumerable<string> From(Command command, string path) =>
            command.Subcommands.SelectMany(sub => From(sub, $"{path} {sub.Name}".Trim())).Prepend(path);
    }
}
