using System.Net;
using System.Net.Http.Headers;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Client;

/// <summary>A request body that stays open: it lends its stream to the writer of the call until that one is done.</summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamingContent() => Headers.ContentType = new MediaTypeHeaderValue(HeaderNames.ContentType);

    /// <summary>Set when the headers are on their way; faulted where the call ended before.</summary>
    public Task<Stream> Opened => _opened.Task;

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception reason)
    {
        _opened.TrySetException(reason);
        _ = _opened.Task.Exception; // it is told to whoever writes, if anybody does
        _done.TrySetCanceled();
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.FlushAsync();
        _opened.TrySetResult(stream);
        await _done.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
