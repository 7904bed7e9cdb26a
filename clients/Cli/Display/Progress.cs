using Spectre.Console;

namespace Dsdn.Cli.Display;

/// <summary>A spinner on a terminal, one line elsewhere, nothing with --json; always on the error stream.</summary>
internal static class Progress
{
    public static async Task<T> ShowAsync<T>(Invocation run, string message, Func<Task<T>> work)
    {
        if (run.Json) return await work();
        if (!run.Terminal.IsRich)
        {
            run.Terminal.Error.WriteLine(message);
            return await work();
        }
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(run.Terminal.Error) });
        return await console.Status().StartAsync(Markup.Escape(message), _ => work());
    }
}
