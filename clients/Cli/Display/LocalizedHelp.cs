using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

using Dsdn.Cli.Language;

namespace Dsdn.Cli.Display;

/// <summary>Help in the user's language; the parser's own help knows English only.</summary>
internal sealed class LocalizedHelp(Texts texts, TextWriter output) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine($"{texts["help.usage"]}:");
        output.WriteLine($"  {Usage(parseResult)}");
        Section("help.arguments", command.Arguments.Where(argument => !argument.Hidden)
            .Select(argument => ($"<{argument.HelpName ?? argument.Name}>", Describe(argument.Description, argument.HasDefaultValue ? argument.GetDefaultValue() : null))));
        Section("help.options", command.Options.Where(option => !option.Hidden).Select(Row));
        Section("help.commands", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description ?? "")));
        Section("help.global", Inherited(parseResult, command).Where(option => !option.Hidden).Select(Row));
        return 0;
    }

    private void Section(string title, IEnumerable<(string Name, string Description)> rows)
    {
        (string Name, string Description)[] all = rows.ToArray();
        if (all.Length == 0) return;
        output.WriteLine();
        output.WriteLine($"{texts[title]}:");
        int width = all.Max(row => row.Name.Length);
        foreach ((string name, string description) in all) output.WriteLine($"  {name.PadRight(width)}  {description}".TrimEnd());
    }

    private (string Name, string Description) Row(Option option)
    {
        IEnumerable<string> names = option.Aliases.Where(alias => alias.StartsWith('-')).Append(option.Name).OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal);
        string value = option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option is HelpOption ? "" : $" <{option.HelpName ?? option.Name.TrimStart('-')}>";
        return (string.Join(", ", names) + value, option.Description ?? "");
    }

    private string Describe(string? description, object? defaultValue) =>
        defaultValue is string { Length: > 0 } text ? $"{description} [{texts["help.default"]}: {text}]" : description ?? "";

    private static IEnumerable<Option> Inherited(ParseResult parseResult, Command command)
    {
        Command root = parseResult.RootCommandResult.Command;
        return command == root ? [] : root.Options.Where(option => option.Recursive);
    }

    private string Usage(ParseResult parseResult)
    {
        Command command = parseResult.CommandResult.Command;
        var words = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = parseResult.CommandResult; at is System.CommandLine.Parsing.CommandResult result; at = at.Parent)
        {
            words.Push(result.Command is RootCommand ? "dsdn" : result.Command.Name);
        }
        IEnumerable<string> tail = command.Arguments.Where(argument => !argument.Hidden).Select(argument =>
        {
            string name = $"<{argument.HelpName ?? argument.Name}>" + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
            return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
        });
        if (command.Subcommands.Any(sub => !sub.Hidden)) tail = tail.Append(command.Action is null ? texts["help.command"] : $"[{texts["help.command"]}]");
        return string.Join(" ", words.Concat(tail).Append(texts["help.optionsPlace"]));
    }
}
