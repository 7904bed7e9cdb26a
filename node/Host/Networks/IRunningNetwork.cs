namespace Dsdn.Host.Networks;

/// <summary>The nodes of a development network while they run; stopped when disposed.</summary>
internal interface IRunningNetwork : IAsyncDisposable
{
    /// <summary>The process of each node.</summary>
    IReadOnlyList<int> ProcessIds { get; }

    /// <summary>Null: the logs go to standard error.</summary>
    IReadOnlyList<string>? Logs { get; }

    /// <summary>Returns when the network ended by itself: why. Cancelled: null.</summary>
    Task<NodeEnd?> EndedAsync(CancellationToken cancel);
}

/// <summary>A node that ended by itself.</summary>
internal sealed record NodeEnd(string Node, string Reason, Exception? Failure = null);
