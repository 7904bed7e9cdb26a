using System.Threading.Channels;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;

namespace Dsdn.Consensus.Network.Links;

/// <summary>One connection of a link: a queue in front of its writer, limits behind its reader.</summary>
internal sealed class LaneStream(PeerLane lane, GrpcReader<PeerFrame> reader, GrpcWriter<PeerFrame> writer, PeerNetworkOptions options, TimeProvider clock)
{
    /// <summary>Messages that wait together leave together, up to this much in one write.</summary>
    private const int WriteBytes = 64 * 1024;

    /// <summary>What a message costs in the queue beside its bytes.</summary>
    private const int EntryBytes = 64;

    private readonly Channel<PeerFrame> _queue = Channel.CreateUnbounded<PeerFrame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly int _queueBytesMax = lane == PeerLane.Fast ? options.FastQueueBytesMax : options.BulkQueueBytesMax;
    private readonly RateLimit _messageRate = new(options.MessagesPerSecondMax, clock);
    private readonly RateLimit _byteRate = new(lane == PeerLane.Fast ? options.FastBytesPerSecondMax : options.BulkBytesPerSecondMax, clock);
    private long _queuedBytes, _bytesIn, _bytesOut, _messagesIn, _messagesOut, _flushSince;

    public PeerLane Lane => lane;

    public long QueuedBytes => Volatile.Read(ref _queuedBytes);

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    public long MessagesIn => Volatile.Read(ref _messagesIn);

    public long MessagesOut => Volatile.Read(ref _messagesOut);

    /// <summary>How long the write under way has been waiting for the peer to take it.</summary>
    public TimeSpan Stalled => Volatile.Read(ref _flushSince) is var since and not 0 ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <returns>False: the queue is full.</returns>
    public bool TryQueue(PeerFrame frame)
    {
        int cost = frame.Payload.Length + EntryBytes;
        if (Interlocked.Add(ref _queuedBytes, cost) > _queueBytesMax)
        {
            Interlocked.Add(ref _queuedBytes, -cost);
            return false;
        }
        return _queue.Writer.TryWrite(frame);
    }

    /// <summary>Sends what is queued until the token.</summary>
    public async Task WriteAsync(CancellationToken ending)
    {
        while (await _queue.Reader.WaitToReadAsync(ending))
        {
            int waiting = 0, cost = 0;
            while (waiting < WriteBytes && _queue.Reader.TryRead(out PeerFrame frame))
            {
                writer.Buffer(frame);
                waiting += frame.Payload.Length + EntryBytes;
                cost += frame.Payload.Length + EntryBytes;
                Interlocked.Add(ref _bytesOut, frame.Payload.Length);
                if (frame.Payload.Length > 0) Interlocked.Increment(ref _messagesOut);
            }
            Volatile.Write(ref _flushSince, clock.GetTimestamp());
            await writer.FlushAsync(ending);
            Volatile.Write(ref _flushSince, 0);
            Interlocked.Add(ref _queuedBytes, -cost);
        }
    }

    /// <summary>Reads until the end of the stream or the token.</summary>
    /// <param name="take">Called with each frame, one after another.</param>
    /// <returns>Why it ended, where the peer broke a limit; null at the end of the stream.</returns>
    public async Task<LinkEnd?> ReadAsync(Func<LaneStream, PeerFrame, ValueTask> take, CancellationToken ending)
    {
        while (await reader.MoveNextAsync(ending))
        {
            PeerFrame frame = reader.Current;
            Interlocked.Add(ref _bytesIn, frame.Payload.Length);
            if (frame.Payload.Length > 0) Interlocked.Increment(ref _messagesIn);
            if (_messageRate.Take(1) > TimeSpan.Zero) return new LinkEnd(LinkEndKind.Flooding, $"more than {options.MessagesPerSecondMax} messages/s on {lane}");
            TimeSpan wait = _byteRate.Take(frame.Payload.Length);
            if (wait > TimeSpan.Zero)
            {
                if (lane == PeerLane.Fast) return new LinkEnd(LinkEndKind.Flooding, $"more than {options.FastBytesPerSecondMax} bytes/s on {lane}");
                // Bulk is slowed: its flow control fills, and the sender feels it.
                await Task.Delay(wait, clock, ending);
            }
            await take(this, frame);
        }
        return null;
    }
}
