using System.CommandLine;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn completion bash|zsh|fish</c>: a script that asks the program itself for completions.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _dsdn() {
          local line="${COMP_LINE:0:COMP_POINT}"
          COMPREPLY=($(compgen -W "$(dsdn "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _dsdn dsdn

        """;

    private const string Zsh = """
        #compdef dsdn
        _dsdn() {
          local line="${BUFFER[1,CURSOR]}"
          local -a words_found
          words_found=("${(@f)$(dsdn "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -- $words_found
        }
        compdef _dsdn dsdn

        """;

    private const string Fish = """
        function __dsdn_complete
          set -l line (commandline -cp)
          dsdn "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c dsdn -f -a '(__dsdn_complete)'

        """;

    public static Command Create(CommandContext context)
    {
        Argument<string> shell = context.Argument("shell");
        shell.CompletionSources.Add("bash", "zsh", "fish");
        return context.Leaf("completion", (run, _) => Task.FromResult(new Report().AddRaw("script", run.Value(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            string other => throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, other, "dsdn completion"),
            null => throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "", "dsdn completion"),
        })), shell);
    }
}
