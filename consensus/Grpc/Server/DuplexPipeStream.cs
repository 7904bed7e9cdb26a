using System.Buffers;
using System.IO.Pipelines;

namespace Dsdn.Grpc.Server;

/// <summary>The two pipes of a connection as the one stream that TLS wants.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe pipes) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (; ; )
        {
            ReadResult result = await pipes.Input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> available = result.Buffer;
            if (available.IsEmpty)
            {
                pipes.Input.AdvanceTo(available.End);
                if (result.IsCompleted || buffer.IsEmpty) return 0;
                if (result.IsCanceled) throw new OperationCanceledException();
                continue;
            }
            int count = (int)Math.Min(available.Length, buffer.Length);
            ReadOnlySequence<byte> taken = available.Slice(0, count);
            taken.CopyTo(buffer.Span);
            pipes.Input.AdvanceTo(taken.End); // from here on the sequence is nobody's
            return count;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await pipes.Output.WriteAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
