using Dsdn.Log.State;

namespace Dsdn.Node.Queries;

/// <summary>A log that somebody follows or decides, to be read between two batches. Safe for all threads.</summary>
public interface ILogView
{
    /// <summary>Of the last batch that was applied; 0 before the first.</summary>
    ulong Seq { get; }

    /// <summary>Runs on the thread that applies batches, which waits for it: it must be short, and nothing of the state may leave it but values.</summary>
    /// <exception cref="OperationCanceledException">the log is closed</exception>
    Task<T> ReadAsync<T>(Func<LogState, T> read);

    /// <summary>Returns when the batch is applied.</summary>
    Task WaitAsync(ulong seq, CancellationToken cancel);
}
