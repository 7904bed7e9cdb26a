using System.Text.Json;
using System.Threading.Channels;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Blocks;

namespace Dsdn.DaServer.Subscriptions;

/// <summary>A channel of one connection. Blocks wait for a reader that is slow, up to a bound; beyond it the channel is closed behind them.</summary>
/// <param name="channel">Its number on the connection.</param>
internal sealed class Subscription(RpcId request, ulong channel, string method, Func<ServedBlock, Action<Utf8JsonWriter>> render)
{
    public const int ItemsQueuedMax = 16;

    private readonly Channel<ServedBlock> _blocks = Channel.CreateBounded<ServedBlock>(new BoundedChannelOptions(ItemsQueuedMax) { SingleReader = true });
    private int _isStarted;

    /// <summary>By which the client ends it.</summary>
    public RpcId Request => request;

    public ulong Number => channel;

    public string Method => method;

    /// <summary>True for the first one who asks: he sends the frames.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _isStarted, 1) == 0;

    /// <summary>Never waits.</summary>
    public void Offer(ServedBlock block)
    {
        if (!_blocks.Writer.TryWrite(block)) End();
    }

    /// <summary>No more items; those that wait are still sent.</summary>
    public void End() => _blocks.Writer.TryComplete();

    /// <summary>Frames, item by item, until it has ended.</summary>
    public async IAsyncEnumerable<byte[]> FramesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (ServedBlock block in _blocks.Reader.ReadAllAsync(cancel)) yield return SubscriptionFrame.EncodeValue(channel, render(block));
    }
}
