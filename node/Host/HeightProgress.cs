using System.Globalization;
using Dsdn.Cli;

namespace Dsdn.Host;

/// <summary>How far a walk over heights is: on the error stream, rewritten on a terminal, now and then a line elsewhere, nothing with --json.</summary>
internal sealed class HeightProgress(Invocation run, string text, ulong first, ulong last, int everyMs) : IDisposable
{
    private const int LinesEveryMs = 10_000;

    private readonly bool _isRich = run.Terminal.IsRich;
    private long _shownAt = Environment.TickCount64;
    private bool _isOpen;

    public void Show(ulong height)
    {
        if (run.Json || first == last || Environment.TickCount64 - _shownAt < (_isRich ? everyMs : LinesEveryMs)) return;
        _shownAt = Environment.TickCount64;
        string line = run.Texts[text, Number(height), Number(first), Number(last), Number((height - first + 1) * 100 / (last - first + 1))];
        if (_isRich) run.Terminal.Error.Write("\r" + line + "\u001b[K");
        else run.Terminal.Error.WriteLine(line);
        _isOpen = _isRich;
    }

    public void Dispose()
    {
        if (_isOpen) run.Terminal.Error.Write("\r\u001b[K");
    }

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
