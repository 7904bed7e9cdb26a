using System.CommandLine;
using System.CommandLine.Parsing;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli;

/// <summary>
/// Gives the parser's complaints our codes and our languages. The parser's own (English) text goes to the details only, and
/// never a value behind a mistyped option, which could be a secret.
/// </summary>
internal static class ParseFailure
{
    public static ClientError From(ParseResult parsed, Command command, CommandContext context)
    {
        string path = PathOf(parsed.CommandResult);
        foreach (ParseError error in parsed.Errors)
        {
            if (error.SymbolResult is ArgumentResult { Argument: { } argument } && argument.Parents.OfType<Command>().Any())
            {
                return Usage(ErrorCodes.MissingArgument, $"<{argument.HelpName ?? argument.Name}>", path);
            }
            if (error.SymbolResult is OptionResult option) return Usage(ErrorCodes.MissingArgument, option.Option.Name, path);
        }
        string? option_ = parsed.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-'));
        if (option_ is not null)
        {
            string name = option_.Split('=')[0];
            IEnumerable<string> known = command.Options.Concat(context.Globals.All).Where(one => !one.Hidden).Select(one => one.Name).Append("--help");
            return Usage(ErrorCodes.UnknownOption, name, path, DidYouMean(name, known, context));
        }
        string? word = parsed.UnmatchedTokens.FirstOrDefault();
        if (word is not null)
        {
            return command.Subcommands.Count > 0
                ? Usage(ErrorCodes.UnknownCommand, word, path, DidYouMean(word, command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name), context))
                : Usage(ErrorCodes.Usage, word, path);
        }
        if (command.Subcommands.Count > 0 && command.Action is null) return Usage(ErrorCodes.MissingArgument, context.Texts["help.command"], path);
        return Usage(ErrorCodes.MissingArgument, parsed.Errors[0].Message, path);
    }

    private static string DidYouMean(string typed, IEnumerable<string> known, CommandContext context) =>
        NearestName.Find(typed, known) is { } name ? context.Texts["text.didYouMean", name] + " " : "";

    private static ClientError Usage(string code, params string[] arguments) => ClientError.Of(code, ErrorClass.Usage, arguments);

    private static string PathOf(CommandResult result)
    {
        var words = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent) words.Push(command.Command is RootCommand ? "dsdn" : command.Command.Name);
        return string.Join(' ', words);
    }
}
