using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using Dsdn.Cli.Commands;
using Dsdn.Cli.Display;
using Dsdn.Cli.Language;

namespace Dsdn.Cli;

/// <summary>The user commands of <c>dsdn</c>, and the way the host adds its own.</summary>
public static class CommandLine
{
    /// <summary>Makes the host's commands in the language of this run.</summary>
    public delegate IEnumerable<Command> HostCommands(CommandContext context);

    /// <summary>Parses and runs. Exit codes: 0 done, 1 rejected, 2 usage or missing system part, 3 unreachable, 4 key, 5 integrity.</summary>
    /// <param name="hostCommands">More commands. One with the name of an existing one (such as <c>node</c>) is merged with it: its
    /// action, options, arguments and subcommands are added.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal? terminal = null, HostCommands? hostCommands = null, CancellationToken cancel = default)
    {
        terminal ??= Terminal.OfProcess();
        var context = new CommandContext(Texts.Load(Texts.Choose(args, terminal.Environment)), terminal);
        RootCommand root = Build(context, hostCommands?.Invoke(context) ?? []);
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Count == 0) return new LocalizedHelp(context.Texts, terminal.Out).Invoke(parsed);
        if (parsed.Action is not LocalizedHelp and not VersionAction && ParseFailure.Find(parsed, context) is { } error)
        {
            return context.Fail(error, parsed.GetValue(context.Globals.Json), parsed.GetValue(context.Globals.Verbose));
        }
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancel);
        }
        catch (Exception failure)
        {
            // Commands of the host that do not report their failures themselves.
            return context.Fail(FailureCodes.From(failure, cancel), parsed.GetValue(context.Globals.Json), parsed.GetValue(context.Globals.Verbose));
        }
    }

    /// <summary>The whole tree, without running anything.</summary>
    public static RootCommand Build(CommandContext context, IEnumerable<Command> hostCommands)
    {
        var root = new RootCommand(context.Texts["command.dsdn"]);
        root.Options.Clear();
        root.Directives.Clear();
        root.Directives.Add(new SuggestDirective());
        root.Options.Add(new HelpOption("--help", "-h", "-?") { Description = context.Texts["option.help"], Recursive = true, Action = new LocalizedHelp(context.Texts, context.Terminal.Out) });
        root.Options.Add(new Option<bool>("--version") { Description = context.Texts["option.version"], Action = new VersionAction(context) });
        foreach (Option option in context.Globals.All) root.Options.Add(option);
        foreach (Command command in UserCommands.Create(context)) root.Subcommands.Add(command);
        foreach (Command command in hostCommands) Merge(root, command);
        return root;
    }

    private static void Merge(Command parent, Command added)
    {
        Command? existing = parent.Subcommands.FirstOrDefault(command => command.Name == added.Name);
        if (existing is null)
        {
            parent.Subcommands.Add(added);
            return;
        }
        if (added.Action is not null) existing.Action = added.Action;
        existing.Description = added.Action is not null ? added.Description : existing.Description;
        foreach (Option option in added.Options) existing.Options.Add(option);
        foreach (Argument argument in added.Arguments) existing.Arguments.Add(argument);
        foreach (Command sub in added.Subcommands) Merge(existing, WithoutParent(sub));
    }

    /// <summary>The parser takes the options of every command from the first parent a command ever had, so one that had another is made anew.</summary>
    private static Command WithoutParent(Command command)
    {
        var made = new Command(command.Name, command.Description) { Action = command.Action };
        foreach (Option option in command.Options) made.Options.Add(option);
        foreach (Argument argument in command.Arguments) made.Arguments.Add(argument);
        foreach (Command sub in command.Subcommands) made.Subcommands.Add(WithoutParent(sub));
        return made;
    }
}
