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
    /// <summary>Null where the line can be run.</summary>
    public static ClientError? Find(ParseResult parsed, CommandContext context)
    {
        Command command = parsed.CommandResult.Command;
        string path = PathOf(parsed.CommandResult);
        if (UnknownOption(parsed) is { } option)
        {
            IEnumerable<string> known = command.Options.Concat(context.Globals.All).Where(one => !one.Hidden).Select(one => one.Name).Append("--help");
            return Usage(ErrorCodes.UnknownOption, option, path, DidYouMean(option, known, context));
        }
        if (parsed.Errors.Count == 0) return null;
        if (parsed.UnmatchedTokens.FirstOrDefault() is { } word)
        {
            return command.Subcommands.Count > 0
                ? Usage(ErrorCodes.UnknownCommand, word, path, DidYouMean(word, command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name), context))
                : Usage(ErrorCodes.Usage, word, path);
        }
        return Usage(ErrorCodes.MissingArgument, Culprit(parsed, context), path);
    }

    /// <summary>The parser takes an option nobody declared for the value of an argument or of another option.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        foreach (Token token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash) return null;
            bool looksLikeOption = token.Value.Length > 1 && token.Value[0] == '-' && !char.IsAsciiDigit(token.Value[1]);
            if (token.Type == TokenType.Argument && looksLikeOption) return token.Value.Split('=')[0];
        }
        return null;
    }

    private static string Culprit(ParseResult parsed, CommandContext context)
    {
        foreach (ParseError error in parsed.Errors)
        {
            if (error.SymbolResult is OptionResult option) return option.Option.Name;
            if (error.SymbolResult is not ArgumentResult { Argument: { } argument }) continue;
            return argument.Parents.OfType<Option>().FirstOrDefault() is { } owner ? owner.Name : $"<{argument.HelpName ?? argument.Name}>";
        }
        Argument? missing = parsed.CommandResult.Command.Arguments.FirstOrDefault(one => one.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(one) is not { Tokens.Count: > 0 });
        return missing is not null ? $"<{missing.HelpName ?? missing.Name}>" : $"<{context.Texts["help.command"]}>";
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
