using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Operations;

/// <summary>
/// Where a running node takes orders from its own user on its own machine: the Unix socket DATA/control.sock, mode 0600. One
/// client at a time, one line a connection: <c>snapshot PATH</c> -> <c>ok HEIGHT HASH</c> (the head when the copy began) or
/// <c>error CODE text</c>.
/// </summary>
public sealed class ControlSocket : IAsyncDisposable
{
    /// <summary>Of a request or an answer, with its line feed.</summary>
    public const int LineBytesMax = 4_096;

    /// <summary>sun_path of Linux has 108 bytes, one of them the end.</summary>
    public const int PathBytesMax = 107;

    private const int RequestMsMax = 5_000;

    private readonly Socket _listener;
    private readonly string _path;
    private readonly Func<string, string> _snapshot;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private ControlSocket(Socket listener, string path, Func<string, string> snapshot, ILogger logger)
    {
        (_listener, _path, _snapshot, _logger) = (listener, path, snapshot, logger);
        _loop = Task.Run(ServeAsync);
    }

    /// <summary>Null where the system has no such sockets or the path is too long for one: a node runs without it.</summary>
    /// <param name="path">A socket left there by a killed node is replaced: the caller holds the folder's lock.</param>
    /// <param name="snapshot">Makes a checkpoint in a directory and returns what follows `ok`.</param>
    public static ControlSocket? TryOpen(string path, Func<string, string> snapshot, ILogger logger)
    {
        if (Encoding.UTF8.GetByteCount(path) > PathBytesMax)
        {
            ControlLog.Unavailable(logger, path, $"longer than {PathBytesMax} bytes");
            return null;
        }
        Socket? listener = null;
        try
        {
            listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite); // before anyone can connect
            listener.Listen(backlog: 4);
            return new ControlSocket(listener, path, snapshot, logger);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            listener?.Dispose();
            ControlLog.Unavailable(logger, path, e.Message);
            return null;
        }
    }

    /// <summary>Lets a copy that is under way finish.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
        File.Delete(_path);
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using Socket client = await _listener.AcceptAsync(_stop.Token);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                patience.CancelAfter(RequestMsMax);
                string answer = Answer(await ReadLineAsync(client, patience.Token));
                await client.SendAsync(Encoding.UTF8.GetBytes(answer + "\n")); // also while stopping: the copy is made
            }
            catch (OperationCanceledException)
            {
                // The node stops, or the client took too long.
            }
            catch (SocketException e)
            {
                ControlLog.ClientLost(_logger, e.Message);
            }
        }
    }

    private static async Task<string?> ReadLineAsync(Socket client, CancellationToken cancel)
    {
        byte[] line = new byte[LineBytesMax];
        for (int length = 0; length < line.Length;)
        {
            int read = await client.ReceiveAsync(line.AsMemory(length), cancel);
            if (read == 0) return null;
            length += read;
            int end = line.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0) return Encoding.UTF8.GetString(line, 0, end);
        }
        return null;
    }

    private string Answer(string? request)
    {
        const string Order = "snapshot ";
        if (request is null || !request.StartsWith(Order, StringComparison.Ordinal)) return "error DSDN-E-CONTROL-REQUEST expected: snapshot PATH";
        string target = request[Order.Length..];
        if (!Path.IsPathFullyQualified(target) || target.Contains('\0')) return "error DSDN-E-CONTROL-REQUEST the path must be absolute";
        try
        {
            string made = _snapshot(target);
            ControlLog.Snapshot(_logger, target, made);
            return "ok " + made;
        }
        catch (Exception e) // whatever it was, the node goes on
        {
            ControlLog.SnapshotFailed(_logger, target, e);
            string text = $"error DSDN-E-SNAPSHOT-FAILED {e.Message.ReplaceLineEndings(" ")}";
            return text[..Math.Min(text.Length, LineBytesMax / 4)];
        }
    }
}

internal static partial class ControlLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "no control socket at {Path}: {Reason}")]
    public static partial void Unavailable(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "snapshot made directory {Directory} head {Head}")]
    public static partial void Snapshot(ILogger logger, string directory, string head);

    [LoggerMessage(Level = LogLevel.Warning, Message = "snapshot failed directory {Directory}")]
    public static partial void SnapshotFailed(ILogger logger, string directory, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "control client lost: {Reason}")]
    public static partial void ClientLost(ILogger logger, string reason);
}
