using System.CommandLine;
using Dsdn.Cli;

namespace Dsdn.Host;

/// <summary><c>dsdn log</c>: the data-availability log. Its subcommands stand in files of their own.</summary>
internal static class LogCommand
{
    public static Command Create(CommandContext context) => context.Group(
        "log", [.. LogReadCommands.Create(context), .. LogReplayCommands.Create(context), LogSubmitCommand.Create(context)]);
}
