namespace Dsdn.Ingress.Http;

/// <summary>How many objects are sent at a time. Who comes later waits for a place, so many and so long as it makes sense; then it is refused, which is cheap.</summary>
internal sealed class ResponsePlaces(HttpOptions options) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.ResponsesMax);
    private int _waiting;

    /// <returns>False: too many wait, or it took too long.</returns>
    public async Task<bool> TryEnterAsync(CancellationToken cancel)
    {
        if (_places.Wait(0, CancellationToken.None)) return true;
        try
        {
            return Interlocked.Increment(ref _waiting) <= options.WaitingMax && await _places.WaitAsync(options.WaitMs, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}
