using System.Globalization;
using Dsdn.Transfers;
using Spectre.Console;

namespace Dsdn.Cli.Commands.Files;

/// <summary>A transfer as it goes: a bar with rate and time left on a terminal, a line a step elsewhere, nothing with --json; always on the error stream.</summary>
internal static class TransferDisplay
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    public static async Task<T> ShowAsync<T>(Invocation run, TransferProgress progress, Func<Task<T>> work)
    {
        if (run.Json) return await work();
        if (!run.Terminal.IsRich)
        {
            progress.Stepped += (step, what) => run.Terminal.Error.WriteLine(Say(run, step, what));
            return await work();
        }
        string now = "";
        progress.Stepped += (step, what) => now = Say(run, step, what);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(run.Terminal.Error) });
        return await console.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("", maxValue: Math.Max(1, progress.ContentBytesTotal));
                Task<T> working = work();
                while (!working.IsCompleted)
                {
                    if (progress.ContentBytesTotal >= 0) bar.MaxValue = Math.Max(1, progress.ContentBytesTotal);
                    else bar.IsIndeterminate = true;
                    bar.Value = Math.Max(0, progress.ContentBytes);
                    bar.Description = Markup.Escape(run.Texts["step.state", now, Number(progress.ChunksDone), Number(progress.Zones)]);
                    await Task.WhenAny(working, Task.Delay(Refresh));
                }
                return await working;
            });
    }

    /// <summary>What is going on, in the user's words.</summary>
    private static string Say(Invocation run, TransferStep step, string what) => step switch
    {
        TransferStep.Scanning => run.Texts["step.scanning", what],
        TransferStep.Resuming => run.Texts["step.resuming", what],
        TransferStep.Storing => run.Texts["step.storing"],
        TransferStep.Waiting => run.Texts["step.waiting", what],
        TransferStep.Declaring => run.Texts["step.declaring"],
        TransferStep.Listing => run.Texts["step.listing"],
        TransferStep.Certifying => run.Texts["step.certifying", what],
        TransferStep.Anchoring => run.Texts["step.anchoring", what],
        _ => run.Texts["step.readingBack"],
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
