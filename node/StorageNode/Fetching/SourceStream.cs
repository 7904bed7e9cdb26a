using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Grpc;
using Dsdn.Log.Storing;
using Dsdn.Services.Chunks;

namespace Dsdn.StorageNode.Fetching;

/// <summary>The bytes of one copy or shard as another node sends them, in the pieces that are asked for. A node that is silent for long has failed.</summary>
internal sealed class SourceStream : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly PeerClients.Lease _lease;
    private readonly CancellationTokenSource _ending;
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> _messages;
    private ReadOnlyMemory<byte> _rest;

    public SourceStream(PeerClients peers, FetchPlan plan, FetchSource source, ulong offset, CancellationToken cancel)
    {
        Source = source;
        _lease = peers.Take(source);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ChunkSlot slot = new(plan.Key.ChunkId, plan.Key.Coding, plan.Key.Coding == ChunkCoding.Replicas ? (byte)0 : source.Slot, plan.Key.Generation);
        _messages = _lease.Client.GetAsync(slot, offset, 0, 0, _ending.Token).GetAsyncEnumerator(_ending.Token);
    }

    public FetchSource Source { get; }

    /// <summary>Of all that was read with <see cref="FillAsync"/>.</summary>
    public ChunkHasher Hasher { get; } = new();

    /// <summary>The next message; empty at the end.</summary>
    /// <exception cref="GrpcException">refused, or no answer</exception>
    public async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancel)
    {
        _ending.CancelAfter(Silence);
        try
        {
            return await _messages.MoveNextAsync() ? _messages.Current : default;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.DeadlineExceeded, $"nothing came for {Silence.TotalSeconds:0} s");
        }
    }

    /// <summary>False: the stream ended before the buffer was full.</summary>
    /// <exception cref="GrpcException">refused, or no answer</exception>
    public async Task<bool> FillAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        Memory<byte> left = buffer;
        while (!left.IsEmpty)
        {
            if (_rest.IsEmpty && (_rest = await NextAsync(cancel)).IsEmpty) return false;
            int take = Math.Min(left.Length, _rest.Length);
            _rest[..take].CopyTo(left);
            (left, _rest) = (left[take..], _rest[take..]);
        }
        Hasher.Append(buffer.Span);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await _messages.DisposeAsync();
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException)
        {
            // It was cut off on purpose.
        }
        Hasher.Dispose();
        _ending.Dispose();
        _lease.Dispose();
    }
}
