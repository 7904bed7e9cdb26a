using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Dsdn.Bench.Load;

/// <summary>A server under test as a child process, ready once its port answers eth_chainId.</summary>
public sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    public int Port { get; }

    public ServerProcess(string file, IEnumerable<string> arguments, int port)
    {
        Port = port;
        var info = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) info.ArgumentList.Add(argument);
        _process = Process.Start(info) ?? throw new InvalidOperationException($"{file} did not start");
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += (_, line) => LastError = line.Data ?? LastError;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string? LastError { get; private set; }

    public int ProcessId => _process.Id;

    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Waits until JSON-RPC answers and returns how long that took.</summary>
    public TimeSpan WaitReady(TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < limit)
        {
            if (_process.HasExited) throw new InvalidOperationException($"the server ended with {_process.ExitCode}: {LastError}");
            try
            {
                using var connection = new RawHttpConnection("127.0.0.1", Port);
                if (connection.Post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}").IndexOf("\"result\""u8) >= 0) return clock.Elapsed;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                Thread.Sleep(10);
            }
        }
        throw new TimeoutException($"no answer on port {Port.ToString(CultureInfo.InvariantCulture)} within {limit}");
    }

    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
