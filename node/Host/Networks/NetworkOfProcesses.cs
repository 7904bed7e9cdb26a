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
    /// <summary>Twenty processes on a machine of two cores, and a log of hours that each of them follows first.</summary>
    private const int ReadyTimeoutSeconds = 300;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly IReadOnlyList<HomeFolder> _homes;
    private readonly List<NodeChild> _children = [], _services = [];

    private NetworkOfProcesses(IReadOnlyList<HomeFolder> homes) => _homes = homes;

    public IReadOnlyList<int> ProcessIds => [.. _children.Select(static child => child.Id)];

    public IReadOnlyList<string>? Logs => [.. _homes.Select(static home => home.Log)];

    /// <summary>Told of a node that ended while others go on.</summary>
    public Action<NodeEnd> Missed { get; init; } = static _ => { };

    /// <exception cref="NodeEndedException">one did not become ready; all were stopped</exception>
    /// <param name="hasServices">False: the validators alone.</param>
    public static async Task<NetworkOfProcesses> StartAsync(
        DevelopmentNetwork network, IReadOnlyList<KeyValuePair<string, string>> settings, bool hasServices, Action<NodeEnd> missed, CancellationToken cancel)
    {
        var running = new NetworkOfProcesses(network.Homes) { Missed = missed };
        try
        {
            TimeSpan patience = TimeSpan.FromSeconds(ReadyTimeoutSeconds);
            if (hasServices) await running.StartDaAsync(network.Services, patience, cancel);
            else network.Services.Prepare();
            foreach (HomeFolder home in network.Homes) running._children.Add(NodeChild.Start(home, settings));
            await Task.WhenAll(running._children.Select((child, i) => child.ReadyAsync(network.Endpoints[i].RpcUrl, patience, cancel)));
            if (hasServices) await running.StartSidecarsAsync(network, patience, cancel);
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
        List<NodeChild> alive = [.. _children, .. _services];
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
        NodeChild[] all = [.. _children, .. _services];
        await Task.WhenAll(all.Select(static child => child.StopAsync(StopTimeout)));
        foreach (NodeChild child in all) child.Dispose();
        _children.Clear();
        _services.Clear();
    }

    /// <summary>Others need its tokens.</summary>
    private async Task StartDaAsync(NetworkServices services, TimeSpan patience, CancellationToken cancel)
    {
        NodeChild da = NodeChild.Start(NetworkServices.DaName, NetworkServices.LogOf(services.DaFolder), services.DaArguments, []);
        _services.Add(da);
        await da.ReadyAsync(services.DaUrl, patience, cancel);
    }

    /// <summary>After the validators: a coordinator asks their archives what it may have lost.</summary>
    private async Task StartSidecarsAsync(DevelopmentNetwork network, TimeSpan patience, CancellationToken cancel)
    {
        NetworkServices services = network.Services;
        NodeChild coordinator = NodeChild.Start(
            NetworkServices.CoordinatorName, NetworkServices.LogOf(services.CoordinatorFolder), services.CoordinatorArguments(network.Genesis, network.Endpoints[0].RpcUrl), services.CoordinatorEnvironment);
        _services.Add(coordinator);
        await coordinator.ReadyAsync(services.OperatorUrl, patience, cancel);
        if (services.Storage.Count == 0) return;
        await StorageRegistration.EnsureAsync(network.Endpoints[0].RpcUrl, services.Storage, cancel);
        List<(NodeChild Child, string Url)> started = [.. services.Storage.Select(home =>
            (NodeChild.Start(home.Name, NetworkServices.LogOf(home.Directory), home.Arguments(network.Genesis, services.SourceList), []), home.OperatorUrl))];
        started.Add((NodeChild.Start(NetworkServices.IngressName, NetworkServices.LogOf(services.IngressFolder), services.IngressArguments(network.Genesis), []), services.IngressOperatorUrl));
        _services.AddRange(started.Select(static service => service.Child));
        await Task.WhenAll(started.Select(service => service.Child.ReadyAsync(service.Url, patience, cancel)));
    }
}

/// <summary>A node ended before its network was ready.</summary>
internal sealed class NodeEndedException(NodeEnd end) : Exception($"{end.Node}: {end.Reason}")
{
    public NodeEnd End { get; } = end;
}
