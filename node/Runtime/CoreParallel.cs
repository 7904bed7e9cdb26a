using System.Runtime.ExceptionServices;
using Dsdn.Chain.Execution;

namespace Dsdn.Node.Runtime;

/// <summary>
/// Spreads independent pieces over dedicated threads, one a spare core, beside the calling thread. The thread pool is not used:
/// it belongs to JSON-RPC, and a block must not wait behind a flood of requests. The caller always works too, so a piece
/// never waits for a busy worker.
/// </summary>
public sealed class CoreParallel : IParallel, IDisposable
{
    private readonly Queue<Work> _queue = new();
    private readonly Thread[] _workers;
    private bool _stopped;

    /// <param name="workers">Threads beside the caller's; 0 runs everything on the caller.</param>
    public CoreParallel(int workers)
    {
        _workers = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            _workers[i] = new Thread(Serve) { Name = $"parallel-{i}", IsBackground = true };
            _workers[i].Start();
        }
    }

    public void Run(params ReadOnlySpan<Action> pieces)
    {
        if (pieces.Length == 0) return;
        Execute(new Work(pieces.ToArray()));
    }

    public void For(int count, int grain, Action<int, int> range)
    {
        int parts = Math.Clamp(count / Math.Max(1, grain), 1, 4 * (_workers.Length + 1));
        if (parts == 1 || _workers.Length == 0)
        {
            if (count > 0) range(0, count);
            return;
        }
        var pieces = new Action[parts];
        for (int i = 0; i < parts; i++)
        {
            int first = (int)((long)count * i / parts), end = (int)((long)count * (i + 1) / parts);
            pieces[i] = () => range(first, end);
        }
        Execute(new Work(pieces));
    }

    public void Dispose()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }
        foreach (Thread worker in _workers) worker.Join();
    }

    private void Execute(Work work)
    {
        if (_workers.Length > 0 && work.Pieces > 1)
        {
            lock (_queue)
            {
                _queue.Enqueue(work);
                Monitor.PulseAll(_queue);
            }
        }
        work.Help();
        work.Wait();
    }

    private void Serve()
    {
        while (Next() is { } work) work.Help();
    }

    private Work? Next()
    {
        lock (_queue)
        {
            while (true)
            {
                while (_queue.TryPeek(out Work? head) && head.IsTaken) _queue.Dequeue();
                if (_queue.TryPeek(out Work? open)) return open;
                if (_stopped) return null;
                Monitor.Wait(_queue);
            }
        }
    }

    private sealed class Work(Action[] pieces)
    {
        private int _taken, _done;
        private ExceptionDispatchInfo? _failure;

        public int Pieces => pieces.Length;

        public bool IsTaken => Volatile.Read(ref _taken) >= pieces.Length;

        public void Help()
        {
            int index;
            while ((index = Interlocked.Increment(ref _taken) - 1) < pieces.Length)
            {
                try
                {
                    pieces[index]();
                }
                catch (Exception e)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(e);
                }
                if (Interlocked.Increment(ref _done) == pieces.Length)
                {
                    lock (this) Monitor.PulseAll(this);
                }
            }
        }

        public void Wait()
        {
            lock (this)
            {
                while (Volatile.Read(ref _done) < pieces.Length) Monitor.Wait(this);
            }
            _failure?.Throw();
        }
    }
}
