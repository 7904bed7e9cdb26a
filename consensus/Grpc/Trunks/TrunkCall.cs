using System.Buffers;
using System.Globalization;
using Dsdn.Grpc.Client;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Trunks;

/// <summary>A call on a trunk. Requests and responses may go at the same time. Disposing a call that has not ended closes its trunk, by which the server knows.</summary>
public sealed class TrunkCall<TRequest, TResponse> : IDisposable
{
    private readonly TrunkChannel _channel;
    private readonly TrunkConnection _connection;
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly int _requestBytesMax;
    private readonly FrameReader<TResponse> _frames;
    private readonly TrunkEnd _end = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenRegistration _onCancel;
    private bool _isComplete, _hasFailed;
    private int _isDisposed;

    internal TrunkCall(TrunkChannel channel, TrunkConnection connection, GrpcMethod<TRequest, TResponse> method, GrpcChannelOptions options, CancellationToken cancel)
    {
        (_channel, _connection, _method, _cancel) = (channel, connection, method, cancel);
        _requestBytesMax = method.MessageBytesMax ?? options.RequestBytesMax;
        _frames = new FrameReader<TResponse>(connection.Input, method.Response, method.MessageBytesMax ?? options.ResponseBytesMax, _end);
        TrunkProtocol.WriteBlock(_buffer, [new(TrunkProtocol.Path, method.Path)]);
        _onCancel = cancel.UnsafeRegister(static state => ((TrunkConnection)state!).Dispose(), connection);
    }

    /// <summary>The last response that was read.</summary>
    public TResponse Current => _frames.Current;

    /// <summary>Adds a request to what the next flush sends.</summary>
    /// <exception cref="GrpcException">larger than the limit</exception>
    public void Buffer(TRequest request)
    {
        if (_isComplete) throw new InvalidOperationException("the requests were completed");
        Frame.Write(request, _method.Request, _buffer, _requestBytesMax);
    }

    /// <exception cref="GrpcException">the connection broke; where the server has answered, its answer can be read</exception>
    /// <exception cref="OperationCanceledException">the caller's token</exception>
    public async ValueTask FlushAsync()
    {
        try
        {
            await _connection.Output.WriteAsync(_buffer.WrittenMemory, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Broken(failure);
        }
        _buffer.ResetWrittenCount();
    }

    /// <summary>No request follows.</summary>
    public ValueTask CompleteAsync()
    {
        TrunkProtocol.WriteBlock(_buffer, []);
        _isComplete = true;
        return FlushAsync();
    }

    /// <returns>False at the end of the responses, where the call ended with Ok.</returns>
    /// <exception cref="GrpcException">it did not</exception>
    /// <exception cref="OperationCanceledException">the caller's token</exception>
    public async ValueTask<bool> MoveNextAsync()
    {
        try
        {
            if (await _frames.MoveNextAsync(CancellationToken.None)) return true;
        }
        catch (GrpcException)
        {
            _hasFailed = true;
            _cancel.ThrowIfCancellationRequested();
            throw;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Broken(failure);
        }
        ThrowUnlessOk();
        return false;
    }

    /// <summary>The one response of a method that has one.</summary>
    /// <exception cref="GrpcException">the call did not end with Ok, or not with one message</exception>
    public async Task<TResponse> ReadSingleAsync()
    {
        if (!await MoveNextAsync()) throw new GrpcException(GrpcStatusCode.Internal, "the server answered Ok without a message");
        TResponse response = _frames.Current;
        if (await MoveNextAsync()) throw new GrpcException(GrpcStatusCode.Internal, "the server answered with more than one message");
        return response;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        // Cancelled at the last moment, the connection is closed already.
        bool isCancelled = !_onCancel.Unregister() && _cancel.IsCancellationRequested;
        _channel.GiveBack(_connection, isWhole: _isComplete && _buffer.WrittenCount == 0 && _end.Block is not null && !_hasFailed && !isCancelled);
    }

    private void ThrowUnlessOk()
    {
        List<KeyValuePair<string, string>> lines = TrunkProtocol.ReadBlock(_end.Block ?? []);
        string? code = lines.Find(static line => line.Key == HeaderNames.Status).Value;
        if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) throw new GrpcException(GrpcStatusCode.Internal, "the server ended the call without a status");
        if (number == (int)GrpcStatusCode.Ok) return;
        GrpcMetadata trailers = new();
        foreach ((string key, string value) in lines) trailers.AddReceived(key, value);
        string detail = StatusText.Decode(lines.Find(static line => line.Key == HeaderNames.Message).Value ?? "");
        throw new GrpcException(new GrpcStatus(number <= (int)GrpcStatusCode.Unauthenticated ? (GrpcStatusCode)number : GrpcStatusCode.Unknown, detail), trailers);
    }

    private Exception Broken(Exception failure)
    {
        _hasFailed = true;
        return _cancel.IsCancellationRequested
            ? new OperationCanceledException("the call was cancelled", failure, _cancel)
            : new GrpcException(GrpcStatusCode.Unavailable, failure.Message, failure);
    }
}
