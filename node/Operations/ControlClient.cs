using System.Net.Sockets;
using System.Text;

namespace Dsdn.Node.Operations;

/// <summary>Asks the node that runs on a data folder, over its <see cref="ControlSocket"/>.</summary>
public static class ControlClient
{
    /// <summary>Longest wait for a copy: across file systems every byte is copied.</summary>
    private const int AnswerMsMax = 3_600_000;

    /// <summary>False where no node listens.</summary>
    /// <param name="target">Absolute; the node makes it.</param>
    /// <exception cref="OperationRefusedException">DSDN-E-SNAPSHOT-REFUSED: the node answered that it cannot, or stopped before it answered</exception>
    public static bool TrySnapshot(string dataFolder, string target) => TryOrder(dataFolder, $"snapshot {target}", "DSDN-E-SNAPSHOT-REFUSED", out _);

    /// <summary>False where no process listens.</summary>
    /// <param name="answer">What follows `ok`.</param>
    /// <exception cref="OperationRefusedException">of <paramref name="refusedCode"/>: it answered that it cannot, or stopped before it answered</exception>
    public static bool TryOrder(string dataFolder, string order, string refusedCode, out string answer)
    {
        answer = "";
        string path = Path.Combine(dataFolder, "control.sock");
        if (!File.Exists(path) || Encoding.UTF8.GetByteCount(path) > ControlSocket.PathBytesMax) return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = AnswerMsMax };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return false; // left by a node that was killed
        }
        catch (SocketException e)
        {
            throw new OperationRefusedException(refusedCode, path, e.Message);
        }
        string reply = Ask(socket, order + "\n", path, refusedCode);
        if (!reply.StartsWith("ok ", StringComparison.Ordinal)) throw new OperationRefusedException(refusedCode, reply);
        answer = reply[3..];
        return true;
    }

    private static string Ask(Socket socket, string request, string path, string refusedCode)
    {
        try
        {
            socket.Send(Encoding.UTF8.GetBytes(request));
            byte[] answer = new byte[ControlSocket.LineBytesMax];
            int length = 0;
            while (length < answer.Length && answer.AsSpan(0, length).IndexOf((byte)'\n') < 0)
            {
                int read = socket.Receive(answer.AsSpan(length));
                if (read == 0) break;
                length += read;
            }
            return length > 0 ? Encoding.UTF8.GetString(answer, 0, length).TrimEnd('\n') : throw new OperationRefusedException(refusedCode, path, "no answer");
        }
        catch (SocketException e)
        {
            throw new OperationRefusedException(refusedCode, path, e.Message);
        }
    }
}
