using System.Text.Json;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;

namespace Dsdn.Node.Tests.Cli;

/// <summary>Runs commands in this process against a home folder of their own, and keeps everything they wrote.</summary>
internal sealed class CliRun : IDisposable
{
    public const string Password = "correct horse battery";

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public CliRun()
    {
        Home = Directory.CreateTempSubdirectory("dsdn-cli-").FullName;
        _environment["DSDN_HOME"] = Home;
        _environment["DSDN_RPC"] = "http://127.0.0.1:1"; // nobody listens there
        _environment["HOME"] = Home;
    }

    public string Home { get; }

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>Everything any command of this test wrote.</summary>
    public string Everything { get; private set; } = "";

    public CommandLine.HostCommands? Host { get; init; }

    /// <summary>Answers of a person at the keyboard to hidden questions; null: nobody sits there.</summary>
    public Queue<string>? Secrets { get; set; }

    public string? this[string variable]
    {
        set
        {
            if (value is null) _environment.Remove(variable);
            else _environment[variable] = value;
        }
    }

    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public async Task<int> RunAsync(string[] args, string input = "")
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            In = new StringReader(input),
            IsInteractive = Secrets is not null,
            IsRich = false,
            ReadSecretLine = () => Secrets is { Count: > 0 } ? Secrets.Dequeue() : null,
            KeyCosts = KeyCosts.Light,
            Environment = name => _environment.GetValueOrDefault(name),
        };
        int exit = await CommandLine.RunAsync(args, terminal, Host, TestContext.Current.CancellationToken);
        Out = output.ToString();
        Error = error.ToString();
        Everything += Out + Error;
        return exit;
    }

    /// <summary>A command line without quoting.</summary>
    public Task<int> RunAsync(string line, string input = "") => RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);

    /// <summary>Runs and fails the test with the output where the exit code is another.</summary>
    public async Task ExpectAsync(int exit, string line, string input = "")
    {
        int actual = await RunAsync(line, input);
        Assert.True(actual == exit, $"dsdn {line}: exit {actual}, expected {exit}\n{Out}{Error}");
    }

    public string WriteFile(string name, string text)
    {
        string path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
