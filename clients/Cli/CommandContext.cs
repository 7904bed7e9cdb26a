using System.CommandLine;
using Dsdn.Cli.Display;
using Dsdn.Cli.Language;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli;

/// <summary>
/// What commands are made with: their texts, the terminal, the global options, and the one place where a command's outcome
/// becomes output and an exit code. The host makes its own commands (node, genesis check, state verify ...) with the same one.
/// </summary>
public sealed class CommandContext
{
    internal CommandContext(Texts texts, Terminal terminal)
    {
        Texts = texts;
        Terminal = terminal;
        Globals = new GlobalOptions(texts);
    }

    public Texts Texts { get; }

    public Terminal Terminal { get; }

    public GlobalOptions Globals { get; }

    /// <summary>A command that does something. Its description is the text <c>command.PATH</c>.</summary>
    /// <param name="path">Words joined by dots; the last is the command's name.</param>
    /// <param name="run">Returns what to show, or throws <see cref="DsdnException"/>. Cancelled by Ctrl+C.</param>
    public Command Leaf(string path, Func<Invocation, CancellationToken, Task<Report>> run, params IEnumerable<Symbol> symbols)
    {
        Command command = Bare(path);
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Option option) command.Options.Add(option);
            else if (symbol is Argument argument) command.Arguments.Add(argument);
        }
        command.SetAction((parsed, cancel) => RunAsync(new Invocation(this, parsed), run, cancel));
        return command;
    }

    /// <summary>A command that only has subcommands; alone it shows its help.</summary>
    public Command Group(string path, params IEnumerable<Command> subcommands)
    {
        Command command = Bare(path);
        foreach (Command sub in subcommands) command.Subcommands.Add(sub);
        return command;
    }

    /// <summary>An option described by the text <c>option.NAME</c>.</summary>
    public Option<T> Option<T>(string name, string? helpName = null, params string[] aliases) =>
        new(name, aliases) { Description = Texts["option." + name.TrimStart('-')], HelpName = helpName };

    /// <summary>An option that means something of its own in one group of commands: described by the text <c>option.GROUP.NAME</c>.</summary>
    public Option<T> OptionOf<T>(string group, string name, string? helpName = null) =>
        new(name) { Description = Texts[$"option.{group}.{name.TrimStart('-')}"], HelpName = helpName };

    /// <summary>A mandatory argument described by the text <c>argument.NAME</c>.</summary>
    public Argument<string> Argument(string name) => new(name) { Description = Texts["argument." + name] };

    public Argument<string?> OptionalArgument(string name) =>
        new(name) { Description = Texts["argument." + name], Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Runs, shows the report or the coded failure, and gives the exit code (rulings 13).</summary>
    private async Task<int> RunAsync(Invocation invocation, Func<Invocation, CancellationToken, Task<Report>> run, CancellationToken cancel)
    {
        using Invocation mine = invocation;
        try
        {
            Report report = await run(mine, cancel);
            if (mine.Json) ReportWriter.WriteJson(report, Terminal.Out);
            else ReportWriter.WriteText(report, Texts, Terminal);
            return report.ExitCode;
        }
        catch (Exception failure)
        {
            return Fail(FailureCodes.From(failure, cancel), mine.Json, mine.Verbose);
        }
    }

    internal int Fail(ClientError error, bool json, bool verbose) => ErrorWriter.Write(error, Texts, Terminal, json, verbose);

    private Command Bare(string path) => new(path[(path.LastIndexOf('.') + 1)..], Texts["command." + path]);
}
