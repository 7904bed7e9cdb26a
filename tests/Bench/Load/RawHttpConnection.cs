using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Dsdn.Bench.Load;

/// <summary>
/// One keep-alive HTTP/1.1 connection with blocking sockets. A generator on the same two cores as the server under test must
/// cost as little as it can; HttpClient costs several times this.
/// </summary>
public sealed class RawHttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _head;
    private byte[] _buffer = new byte[256 * 1024];

    public RawHttpConnection(string host, int port)
    {
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 120_000, SendTimeout = 120_000 };
        _socket.Connect(host, port);
        _head = Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\nContent-Length: ");
    }

    /// <summary>Sends one body and returns the reply's body, valid until the next call.</summary>
    public ReadOnlySpan<byte> Post(ReadOnlySpan<byte> body)
    {
        Send(body);
        return Receive();
    }

    public ReadOnlySpan<byte> Post(string body) => Post(Encoding.UTF8.GetBytes(body));

    private void Send(ReadOnlySpan<byte> body)
    {
        int needed = _head.Length + 24 + body.Length;
        if (_buffer.Length < needed) _buffer = new byte[needed * 2];
        _head.CopyTo(_buffer, 0);
        int at = _head.Length;
        Utf8Formatter.TryFormat(body.Length, _buffer.AsSpan(at), out int digits);
        at += digits;
        "\r\n\r\n"u8.CopyTo(_buffer.AsSpan(at));
        at += 4;
        body.CopyTo(_buffer.AsSpan(at));
        at += body.Length;
        for (int sent = 0; sent < at;) sent += _socket.Send(_buffer.AsSpan(sent, at - sent));
    }

    private ReadOnlySpan<byte> Receive()
    {
        int length = 0, headEnd = -1;
        while (headEnd < 0)
        {
            length += Read(length);
            headEnd = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, headEnd);
        int bodyStart = headEnd + 4;
        int mark = IndexOfHeader(head, "content-length:"u8);
        if (mark >= 0)
        {
            ReadOnlySpan<byte> digits = head[(mark + "content-length:".Length)..];
            while (digits.Length > 0 && digits[0] == ' ') digits = digits[1..];
            Utf8Parser.TryParse(digits, out int bodyLength, out _);
            while (length < bodyStart + bodyLength) length += Read(length);
            return _buffer.AsSpan(bodyStart, bodyLength);
        }
        return ReceiveChunked(bodyStart, length);
    }

    private ReadOnlySpan<byte> ReceiveChunked(int start, int length)
    {
        int write = start, at = start;
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(at, length - at).IndexOf("\r\n"u8)) < 0) length += Read(length);
            Utf8Parser.TryParse(_buffer.AsSpan(at, line), out int size, out _, 'x');
            at += line + 2;
            while (length < at + size + 2) length += Read(length);
            if (size == 0) return _buffer.AsSpan(start, write - start);
            _buffer.AsSpan(at, size).CopyTo(_buffer.AsSpan(write));
            write += size;
            at += size + 2;
        }
    }

    private static int IndexOfHeader(ReadOnlySpan<byte> head, ReadOnlySpan<byte> lowerName)
    {
        for (int i = 0; i + lowerName.Length <= head.Length; i++)
        {
            int j = 0;
            while (j < lowerName.Length && (head[i + j] | (char.IsAsciiLetter((char)head[i + j]) ? 0x20 : 0)) == lowerName[j]) j++;
            if (j == lowerName.Length) return i;
        }
        return -1;
    }

    private int Read(int at)
    {
        if (at == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        int read = _socket.Receive(_buffer.AsSpan(at));
        return read > 0 ? read : throw new IOException("the server closed the connection");
    }

    public void Dispose() => _socket.Dispose();
}
