using System.Collections.Concurrent;
using Dsdn.Consensus.Replica;

namespace Dsdn.Node.Validation;

/// <summary>
/// The execution thread. It works off what consensus asks for in order and posts the answers, so that a slow block never keeps
/// votes waiting (chain-decisions 1.3).
/// </summary>
public sealed class ExecutionWorker(NodeExecution execution)
{
    private readonly BlockingCollection<(ReplicaEffect Effect, Task<BlockChecks?> Checks)> _queue = [];
    private Thread? _thread;

    /// <summary>Where answers go. Set before <see cref="Start"/>.</summary>
    public Func<ReplicaInput, bool> Answer { get; set; } = static _ => false;

    /// <summary>Told once, when the execution ends by an error.</summary>
    public Action<Exception> Failed { get; set; } = static _ => { };

    /// <summary>Before <see cref="Start"/>.</summary>
    public ReplicaHead Head() => execution.Head();

    public void Start()
    {
        _thread = new Thread(Run) { Name = "execution", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Called by one thread.</summary>
    public void Do(ReplicaEffect effect) => _queue.Add((effect, execution.Prepare(effect)));

    /// <summary>Finishes what was begun, then ends; what waits behind it is dropped.</summary>
    public void Stop()
    {
        _queue.CompleteAdding();
        while (_queue.TryTake(out _))
        {
        }
        _thread?.Join();
    }

    private void Run()
    {
        try
        {
            foreach ((ReplicaEffect effect, Task<BlockChecks?> checks) in _queue.GetConsumingEnumerable())
            {
                if (execution.Carry(effect, checks.GetAwaiter().GetResult()) is { } answer) Answer(answer);
            }
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }
}
