using Dsdn.Cli.Keys;

namespace Dsdn.Cli.Display;

/// <summary>
/// The terminal a run talks to, so that tests can be one. One document goes to <see cref="Out"/>; prompts, progress and human
/// errors go to <see cref="Error"/>.
/// </summary>
public sealed class Terminal
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>A person sits there: prompts may be shown.</summary>
    public required bool IsInteractive { get; init; }

    /// <summary>Colours, tables with rules and spinners may be written to <see cref="Error"/> and <see cref="Out"/>.</summary>
    public required bool IsRich { get; init; }

    /// <summary>Reads a line without showing it; null at the end of input. Only called when <see cref="IsInteractive"/>.</summary>
    public required Func<string?> ReadSecretLine { get; init; }

    public required Func<string, string?> Environment { get; init; }

    /// <summary>Standard output as bytes: for content, which is no text.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    /// <summary>Standard input as bytes.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>For what is shown before a question: all of it on the error stream, without rules.</summary>
    internal Terminal WithOutOnError() => new()
    {
        Out = Error, Error = Error, In = In, IsInteractive = IsInteractive, IsRich = false, ReadSecretLine = ReadSecretLine, Environment = Environment, KeyCosts = KeyCosts,
    };

    internal KeyCosts KeyCosts { get; init; } = KeyCosts.Standard;

    /// <summary>The process's own console.</summary>
    public static Terminal OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        IsRich = !Console.IsOutputRedirected && !Console.IsErrorRedirected
            && System.Environment.GetEnvironmentVariable("NO_COLOR") is null && System.Environment.GetEnvironmentVariable("TERM") != "dumb",
        ReadSecretLine = ReadHidden,
        Environment = System.Environment.GetEnvironmentVariable,
    };

    private static string? ReadHidden()
    {
        var line = new System.Text.StringBuilder();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return line.ToString();
                case ConsoleKey.Backspace:
                    if (line.Length > 0) line.Length--;
                    break;
                case ConsoleKey.D when key.Modifiers.HasFlag(ConsoleModifiers.Control) && line.Length == 0:
                    Console.Error.WriteLine();
                    return null;
                default:
                    if (!char.IsControl(key.KeyChar)) line.Append(key.KeyChar);
                    break;
            }
        }
    }
}
