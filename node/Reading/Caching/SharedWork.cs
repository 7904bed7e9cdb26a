namespace Dsdn.Reading.Caching;

/// <summary>Work that several wait for is done once. It goes on while one of them still wants it. Safe for all threads.</summary>
internal sealed class SharedWork<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Work> _running = [];

    /// <param name="joined">Told where somebody else had begun it.</param>
    public async Task<TResult> DoAsync(TKey key, Func<CancellationToken, Task<TResult>> work, Action? joined, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Work shared;
        bool isNew = false;
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out Work? found))
            {
                isNew = true;
                found = new Work();
                _running[key] = found;
            }
            shared = found;
            shared.Waiting++;
        }
        if (isNew) _ = RunAsync(key, shared, work);
        else joined?.Invoke();
        try
        {
            return await shared.Done.Task.WaitAsync(cancel);
        }
        finally
        {
            bool isLast;
            lock (_lock)
            {
                isLast = --shared.Waiting == 0;
                if (isLast && _running.GetValueOrDefault(key) == shared) _running.Remove(key);
            }
            // Never disposed: what is cancelled may still be running.
            if (isLast) await shared.Stop.CancelAsync();
        }
    }

    private async Task RunAsync(TKey key, Work shared, Func<CancellationToken, Task<TResult>> work)
    {
        try
        {
            shared.Done.SetResult(await work(shared.Stop.Token));
        }
        catch (Exception e)
        {
            shared.Done.SetException(e);
            _ = shared.Done.Task.Exception; // looked at, if nobody waits any more
        }
        finally
        {
            lock (_lock)
            {
                if (_running.GetValueOrDefault(key) == shared) _running.Remove(key);
            }
        }
    }

    private sealed class Work
    {
        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Stop { get; } = new();

        public int Waiting { get; set; }
    }
}
