using System.Diagnostics;
using System.Globalization;
using Dsdn.Node.Configuration;

namespace Dsdn.Host.Networks;

/// <summary>
/// Every node of a network as a child of this process, its log in its home. A child stops when this process ends in whatever
/// way, because its standard input ends then. One that is killed is missed by nobody: the others go on.
/// </summary>
internal sealed class NetworkOfProcesses : IRunningNetwork
{
    private const int ReadyTimeoutSeconds = 60;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<HomeFolder> _homes;
    private readonly List<NodeChild> _children = [];

    private NetworkOfProcesses(IReadOnlyList<HomeFolder> homes) => _homes = homes;

    public IReadOnlyList<int> ProcessIds => [.. _children.Select(static child => child.Id)];

    public IReadOnlyList<string>? Logs => [.. _homes.Select(static home => home.Log)];

    /// <summary>Told of a node that ended while others go on.</summary>
    public Action<NodeEnd> Missed { get; init; } = static _ => { };

    /// <exception cref="NodeEndedException">one did not become ready; all were stopped</exception>
    public static async Task<NetworkOfProcesses> StartAsync(
        DevelopmentNetwork network, IReadOnlyList<KeyValuePair<string, string>> settings, Action<NodeEnd> missed, CancellationToken cancel)
    {
        var running = new NetworkOfProcesses(network.Homes) { Missed = missed };
        try
        {
            foreach (HomeFolder home in network.Homes) running._children.Add(NodeChild.Start(home, settings));
            await Task.WhenAll(running._children.Select((child, i) => child.ReadyAsync(network.Endpoints[i], TimeSpan.FromSeconds(ReadyTimeoutSeconds), cancel)));
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public async Task<NodeEnd?> EndedAsync(CancellationToken cancel)
    {
        List<NodeChild> alive = [.. _children];
        while (true)
        {
            Task[] ends = [.. alive.Select(child => child.EndedAsync(cancel))];
            Task first = await Task.WhenAny(ends);
            if (cancel.IsCancellationRequested) return null;
            NodeChild ended = alive[Array.IndexOf(ends, first)];
            alive.Remove(ended);
            if (alive.Count == 0) return ended.End;
            Missed(ended.End);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_children.Select(static child => child.StopAsync(StopTimeout)));
        foreach (NodeChild child in _children) child.Dispose();
        _children.Clear();
    }
}

/// <summary>A node ended before its network was ready.</summary>
internal sealed class NodeEndedException(NodeEnd end) : Exception($"{end.Node}: {end.Reason}")
{
    public NodeEnd End { get; } = end;
}
