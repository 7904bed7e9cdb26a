using Dsdn.Grpc;
using Dsdn.Services;

namespace Dsdn.StorageNode.Serving;

/// <summary>So many at a time; who waits too long is refused.</summary>
internal sealed class Turns(int max, TimeSpan wait) : IDisposable
{
    private readonly SemaphoreSlim _free = new(max);

    public int Taken => max - _free.CurrentCount;

    /// <exception cref="GrpcException"><see cref="ServiceCodes.Rate"/></exception>
    public async Task TakeAsync(CancellationToken cancel)
    {
        if (!await _free.WaitAsync(wait, cancel)) throw ServiceCodes.Refuse(GrpcStatusCode.ResourceExhausted, ServiceCodes.Rate, $"more than {max} at a time; try again");
    }

    public void GiveBack() => _free.Release();

    public void Dispose() => _free.Dispose();
}
