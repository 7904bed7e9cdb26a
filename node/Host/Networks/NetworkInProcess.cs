using Dsdn.Coordinator;
using Dsdn.DaServer;
using Dsdn.Ingress;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Dsdn.StorageNode;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host.Networks;

/// <summary>Every node of a network in this process, over real sockets and disk. Its metrics are those of all of them together.</summary>
internal sealed class NetworkInProcess : IRunningNetwork
{
    private readonly List<(string Name, ValidatorNode Node, ILoggerFactory Logs)> _nodes = [];
    private readonly List<ILoggerFactory> _serviceLogs = [];
    private DaServerProcess? _da;
    private CoordinatorProcess? _coordinator;
    private readonly List<(string Name, StorageNodeProcess Node)> _storage = [];
    private IngressProcess? _ingress;

    private NetworkInProcess()
    {
    }

    public IReadOnlyList<int> ProcessIds => [.. _nodes.Select(static _ => Environment.ProcessId)];

    public IReadOnlyList<string>? Logs => null;

    /// <param name="settings">For every node, above its own configuration.</param>
    /// <param name="hasServices">False: the validators alone.</param>
    public static async Task<NetworkInProcess> StartAsync(DevelopmentNetwork development, IReadOnlyList<KeyValuePair<string, string>> settings, bool hasServices, CancellationToken cancel)
    {
        var network = new NetworkInProcess();
        try
        {
            if (hasServices) network._da = await DaServerProcess.StartAsync(development.Services.Da() with { Logs = network.ServiceLogs(NetworkServices.DaName, development, settings) }, cancel);
            else development.Services.Prepare();
            foreach (HomeFolder home in development.Homes)
            {
                // Not the environment: a DSDN_LISTEN would be that of all of them.
                NodeOptions options = NodeConfiguration.Load(home.Configuration, static _ => null, settings);
                var logs = new NamedLoggers(LogSetup.Create(options), home.Name);
                network._nodes.Add((home.Name, await StartAsync(options, logs), logs));
            }
            if (hasServices) await network.StartSidecarsAsync(development, settings, cancel);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public async Task<NodeEnd?> EndedAsync(CancellationToken cancel)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        List<(string Name, Task<Exception?> End)> ends = [.. _nodes.Select(node => (node.Name, node.Node.EndedAsync(others.Token)))];
        if (_coordinator is not null) ends.Add((NetworkServices.CoordinatorName, _coordinator.EndedAsync(others.Token)));
        ends.AddRange(_storage.Select(storage => (storage.Name, storage.Node.EndedAsync(others.Token))));
        if (_ingress is not null) ends.Add((NetworkServices.IngressName, _ingress.EndedAsync(others.Token)));
        Task<Exception?> first = await Task.WhenAny(ends.Select(static end => end.End));
        Exception? failure = await first;
        await others.CancelAsync();
        await Task.WhenAll(ends.Select(static end => end.End));
        return cancel.IsCancellationRequested ? null : new NodeEnd(ends.Find(end => end.End == first).Name, failure?.Message ?? "", failure);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ingress is not null) await _ingress.DisposeAsync();
        foreach ((_, StorageNodeProcess storage) in _storage) await storage.DisposeAsync();
        if (_coordinator is not null) await _coordinator.DisposeAsync();
        foreach ((_, ValidatorNode node, ILoggerFactory logs) in _nodes)
        {
            await node.DisposeAsync();
            logs.Dispose();
        }
        _nodes.Clear();
        if (_da is not null) await _da.DisposeAsync();
        foreach (ILoggerFactory logs in _serviceLogs) logs.Dispose();
    }

    /// <summary>After the validators: a coordinator asks their archives what it may have lost.</summary>
    private async Task StartSidecarsAsync(DevelopmentNetwork development, IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken cancel)
    {
        ILoggerFactory logs = ServiceLogs(NetworkServices.CoordinatorName, development, settings);
        NetworkServices services = development.Services;
        _coordinator = await CoordinatorProcess.StartAsync(services.Coordinator(development.Genesis, development.Endpoints[0].RpcUrl), logs, cancel);
        if (services.Storage.Count == 0) return;
        await StorageRegistration.EnsureAsync(development.Endpoints[0].RpcUrl, services.Storage, cancel);
        foreach (StorageHome home in services.Storage)
            _storage.Add((home.Name, await StorageNodeProcess.StartAsync(home.Options(development.Genesis, services.Sources), ServiceLogs(home.Name, development, settings), cancel)));
        _ingress = await IngressProcess.StartAsync(services.Ingress(development.Genesis), ServiceLogs(NetworkServices.IngressName, development, settings), cancel);
    }

    private NamedLoggers ServiceLogs(string name, DevelopmentNetwork development, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var logs = new NamedLoggers(LogSetup.Create(NodeConfiguration.Load(development.Homes[0].Configuration, static _ => null, settings)), name);
        _serviceLogs.Add(logs);
        return logs;
    }

    private static async Task<ValidatorNode> StartAsync(NodeOptions options, NamedLoggers logs)
    {
        try
        {
            return await ValidatorNode.StartAsync(options, logs);
        }
        catch
        {
            logs.Dispose();
            throw;
        }
    }
}

/// <summary>Puts the node's name before the category of every line.</summary>
internal sealed class NamedLoggers(ILoggerFactory inner, string name) : ILoggerFactory
{
    // The framework's own keep theirs: its prefix decides from which severity they are shown.
    public ILogger CreateLogger(string categoryName) =>
        inner.CreateLogger(categoryName.StartsWith("Microsoft", StringComparison.Ordinal) ? $"{categoryName} {name}" : $"{name} {categoryName}");

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();
}
