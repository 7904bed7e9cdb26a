using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Microsoft.Extensions.Logging;

namespace Dsdn.Host.Networks;

/// <summary>Every node of a network in this process, over real sockets and disk. Its metrics are those of all of them together.</summary>
internal sealed class NetworkInProcess : IRunningNetwork
{
    private readonly List<(string Name, ValidatorNode Node, ILoggerFactory Logs)> _nodes = [];

    private NetworkInProcess()
    {
    }

    public IReadOnlyList<int> ProcessIds => [.. _nodes.Select(static _ => Environment.ProcessId)];

    public IReadOnlyList<string>? Logs => null;

    /// <param name="settings">For every node, above its own configuration.</param>
    public static async Task<NetworkInProcess> StartAsync(IReadOnlyList<HomeFolder> homes, IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var network = new NetworkInProcess();
        try
        {
            foreach (HomeFolder home in homes)
            {
                // Not the environment: a DSDN_LISTEN would be that of all of them.
                NodeOptions options = NodeConfiguration.Load(home.Configuration, static _ => null, settings);
                var logs = new NamedLoggers(LogSetup.Create(options), home.Name);
                network._nodes.Add((home.Name, await StartAsync(options, logs), logs));
            }
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
        Task<Exception?>[] ends = [.. _nodes.Select(node => node.Node.EndedAsync(others.Token))];
        Task<Exception?> first = await Task.WhenAny(ends);
        Exception? failure = await first;
        await others.CancelAsync();
        await Task.WhenAll(ends);
        return cancel.IsCancellationRequested ? null : new NodeEnd(_nodes[Array.IndexOf(ends, first)].Name, failure?.Message ?? "", failure);
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, ValidatorNode node, ILoggerFactory logs) in _nodes)
        {
            await node.DisposeAsync();
            logs.Dispose();
        }
        _nodes.Clear();
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
