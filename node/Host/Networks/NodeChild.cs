using System.Diagnostics;
using System.Globalization;
using Dsdn.Node.Configuration;

namespace Dsdn.Host.Networks;

/// <summary>One process of a network as a child of this one, its output in a file.</summary>
internal sealed class NodeChild : IDisposable
{
    private const int PollMs = 50;

    private readonly string _name, _logPath;
    private readonly Process _process;
    private readonly Task _log;

    private NodeChild(string name, string logPath, Process process)
    {
        (_name, _logPath, _process) = (name, logPath, process);
        _log = CopyLogAsync();
    }

    public int Id => _process.Id;

    public NodeEnd End => new(_name, string.Create(CultureInfo.InvariantCulture, $"exit code {_process.ExitCode}, log {_logPath}"));

    public static NodeChild Start(HomeFolder home, IReadOnlyList<KeyValuePair<string, string>> settings) => Start(
        home.Name, home.Log, ["node", "--config", home.Configuration, .. settings.SelectMany(static setting => (string[])["--" + setting.Key, setting.Value])], []);

    /// <param name="arguments">Of the program; it stops when its input ends.</param>
    /// <param name="environment">Beside this process's own, without the settings of nodes.</param>
    public static NodeChild Start(string name, string logPath, IReadOnlyList<string> arguments, IReadOnlyList<KeyValuePair<string, string>> environment)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is unknown");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Run by `dotnet dsdn.dll`, the process is dotnet.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "dsdn.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--stop-with-input");
        foreach (NodeSetting setting in NodeSetting.All) start.Environment.Remove(setting.EnvironmentVariable);
        foreach ((string variable, string text) in environment) start.Environment[variable] = text;
        return new NodeChild(name, logPath, Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start"));
    }

    /// <summary>Returns when it answers.</summary>
    /// <exception cref="NodeEndedException">it ended, or did not answer in time</exception>
    public async Task ReadyAsync(string url, TimeSpan timeout, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited) throw new NodeEndedException(End);
            if (Stopwatch.GetElapsedTime(started) > timeout) throw new NodeEndedException(new NodeEnd(_name, $"not ready within {timeout.TotalSeconds} s, log {_logPath}"));
            if (await IsHealthyAsync(http, url, cancel)) return;
            await Task.Delay(PollMs, cancel);
        }
    }

    public async Task EndedAsync(CancellationToken cancel)
    {
        try
        {
            await _process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at its token.
        }
    }

    /// <summary>Ends its input, which it takes as the order to stop; kills it where it does not.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var late = new CancellationTokenSource(timeout);
            await EndedAsync(late.Token);
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        await _log;
    }

    public void Dispose() => _process.Dispose();

    private static async Task<bool> IsHealthyAsync(HttpClient http, string url, CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(url + "/health", cancel);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task CopyLogAsync()
    {
        await using var file = new StreamWriter(_logPath, append: true) { AutoFlush = true };
        TextWriter log = TextWriter.Synchronized(file);
        await Task.WhenAll(CopyAsync(_process.StandardOutput, log), CopyAsync(_process.StandardError, log));
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line) await to.WriteLineAsync(line);
    }
}
