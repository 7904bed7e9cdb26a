using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Operations;

/// <summary>
/// Where a running node takes orders from its own user on its own machine: the Unix socket DATA/control.sock, mode 0600. One
/// client at a time, one line a connection: an order and its argument -> <c>ok ANSWER</c> or <c>error CODE text</c>. A node takes
/// <c>snapshot PATH</c> (answer: height and hash of the head when the copy began), a coordinator <c>mode NAME</c>.
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
    private readonly IReadOnlyList<ControlOrder> _orders;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private ControlSocket(Socket listener, string path, IReadOnlyList<ControlOrder> orders, ILogger logger)
    {
        (_listener, _path, _orders, _logger) = (listener, path, orders, logger);
        _loop = Task.Run(ServeAsync);
    }

    /// <summary>Null where the system has no such sockets or the path is too long for one: a node runs without it.</summary>
    /// <param name="path">A socket left there by a killed node is replaced: the caller holds the folder's lock.</param>
    public static ControlSocket? TryOpen(string path, IReadOnlyList<ControlOrder> orders, ILogger logger)
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
            return new ControlSocket(listener, path, orders, logger);
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
        if (request is null || _orders.FirstOrDefault(order => request.StartsWith(order.Name + " ", StringComparison.Ordinal)) is not { } order)
            return "error DSDN-E-CONTROL-REQUEST expected: " + string.Join(" or ", _orders.Select(static order => order.Form));
        string argument = request[(order.Name.Length + 1)..];
        if (order.Refusal(argument) is { } refusal) return "error DSDN-E-CONTROL-REQUEST " + refusal;
        try
        {
            string answer = order.CarryOut(argument);
            ControlLog.Done(_logger, order.Name, argument, answer);
            return "ok " + answer;
        }
        catch (Exception e) // whatever it was, the process goes on
        {
            ControlLog.Failed(_logger, order.Name, argument, e);
            string text = $"error {order.FailureCode} {e.Message.ReplaceLineEndings(" ")}";
            return text[..Math.Min(text.Length, LineBytesMax / 4)];
        }
    }
}

internal static partial class ControlLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "no control socket at {Path}: {Reason}")]
    public static partial void Unavailable(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "order {Order} {Argument} carried out: {Answer}")]
    public static partial void Done(ILogger logger, string order, string argument, string answer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "order {Order} {Argument} failed")]
    public static partial void Failed(ILogger logger, string order, string argument, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "control client lost: {Reason}")]
    public static partial void ClientLost(ILogger logger, string reason);
}
