namespace Dsdn.CelestiaClient.Reading;

/// <summary>Wakes all who wait, at each item of a subscription.</summary>
internal sealed class WakeUps
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task NextAsync() => Volatile.Read(ref _next).Task;

    public void WakeAll() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
