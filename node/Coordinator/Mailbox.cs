using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

/// <summary>One thread that does what it is handed, in order, and calls back at times that it is told. What it throws ends it and is its end.</summary>
internal sealed class Mailbox : IDisposable
{
    private const int IdleMs = 1_000;

    private readonly BlockingCollection<Item> _work = [];
    private readonly PriorityQueue<Action, long> _timers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _name;
    private Thread? _thread;

    public Mailbox(string name, TimeProvider clock, ILogger logger) => (_name, _clock, _logger) = (name, clock, logger);

    /// <summary>Carries the error that ended it; null after <see cref="Dispose"/>.</summary>
    public Task<Exception?> Ended => _ended.Task;

    /// <summary>What waits.</summary>
    public int Count => _work.Count;

    public ulong NowMs => (ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds();

    public void Start()
    {
        _thread = new Thread(Run) { Name = _name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>False: it has ended, and nothing will be done.</summary>
    public bool Post(Action work) => Add(new Item(work, null));

    /// <summary>The answer of the thread to a question.</summary>
    /// <exception cref="OperationCanceledException">it has ended</exception>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Add(new Item(() => answer.TrySetResult(question()), () => answer.TrySetCanceled()))) answer.TrySetCanceled();
        return answer.Task;
    }

    /// <summary>Of the thread itself: calls back at this time of the wall clock, or soon after.</summary>
    public void At(ulong atMs, Action work)
    {
        ulong now = NowMs;
        _timers.Enqueue(work, MonotonicMs + (long)(atMs > now ? atMs - now : 0));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        Drop();
        _work.Dispose();
        _stop.Dispose();
    }

    /// <summary>The wall clock may be set back, and nothing would happen until it is where it was.</summary>
    private long MonotonicMs => (long)_clock.GetElapsedTime(0, _clock.GetTimestamp()).TotalMilliseconds;

    private bool Add(Item item)
    {
        try
        {
            return !_stop.IsCancellationRequested && !_ended.Task.IsCompleted && _work.TryAdd(item);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Nobody waits for an answer that never comes.</summary>
    private void Drop()
    {
        while (_work.TryTake(out Item? item)) item.Dropped?.Invoke();
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                long wait = IdleMs;
                while (_timers.TryPeek(out Action? due, out long at) && (wait = at - MonotonicMs) <= 0)
                {
                    _timers.Dequeue();
                    due();
                    wait = IdleMs;
                }
                if (_work.TryTake(out Item? item, (int)Math.Min(wait, IdleMs), _stop.Token)) item.Do();
            }
            _ended.TrySetResult(null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _ended.TrySetResult(null);
        }
        catch (Exception e)
        {
            CoordinatorLog.ThreadEnded(_logger, _name, e);
            _ended.TrySetResult(e);
            Drop();
        }
    }

    private sealed record Item(Action Do, Action? Dropped);
}
