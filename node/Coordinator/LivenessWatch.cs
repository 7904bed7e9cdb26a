using System.Net;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Log.Coordination;
using Dsdn.Log.State;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

/// <summary>A node to call: where it says it can be asked for chunks, and who must answer there.</summary>
/// <param name="Address">Null: it names none, so it cannot answer.</param>
internal readonly record struct CalledNode(Hash256 Id, ServiceAddress? Address);

/// <summary>
/// Calls every Active node once a round, over mutual TLS with its registered key, and has the log say who did not answer (dataplane 1.17); which rounds it says is
/// <see cref="LivenessRounds"/>'s.
/// </summary>
internal sealed class LivenessWatch : IDisposable
{
    private const int CallsMax = 256;

    /// <summary>A call waits three quarters of a round, but never so short that a busy machine looks dead: then the round is longer.</summary>
    private const ulong CallMsMin = 3_000, CallMsMax = 10_000;

    private readonly BatchLoop _loop;
    private readonly ServiceChannels _channels;
    private readonly StorageRules _rules;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SortedDictionary<Hash256, ChunkClient> _clients = [];
    private readonly LivenessRounds _rounds = new();

    /// <param name="channels">Belong to the caller.</param>
    public LivenessWatch(BatchLoop loop, ServiceChannels channels, StorageRules rules, TimeProvider clock, ILogger logger) =>
        (_loop, _channels, _rules, _clock, _logger) = (loop, channels, rules, clock, logger);

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_rules.RoundMs), _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel)) await TryRoundAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // The process, or the thread that decides batches, ends.
        }
    }

    public void Dispose()
    {
        foreach (ChunkClient client in _clients.Values) client.Dispose();
        _clients.Clear();
    }

    /// <summary>Without these rounds no node would ever be down: whatever happens in one, there is a next one.</summary>
    private async Task TryRoundAsync(CancellationToken cancel)
    {
        try
        {
            await RoundAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            CoordinatorLog.RoundFault(_logger, e);
        }
    }

    private async Task RoundAsync(CancellationToken cancel)
    {
        (CalledNode[] nodes, bool isAnyMissed) = await _loop.AskAsync(state => Called(state, _rules.TakesLoopback));
        SortedSet<Hash256> missed = await CallAsync(nodes, cancel);
        switch (_rounds.Next(nodes.Length, missed.Count, isAnyMissed))
        {
            case RoundOutcome.Say: _loop.TakeRound(missed); break;
            case RoundOutcome.CutOff: CoordinatorLog.NobodyAnswers(_logger, nodes.Length); break;
        }
    }

    /// <summary>Active nodes that name an endpoint for chunks, and those that keep something and name none.</summary>
    private static (CalledNode[] Nodes, bool IsAnyMissed) Called(LogState state, bool takesLoopback)
    {
        List<CalledNode> nodes = [];
        bool isAnyMissed = false;
        foreach (NodeEntry node in state.Queries.Nodes())
        {
            if (!node.Record.IsActive) continue;
            isAnyMissed |= node.MissedRounds > 0;
            ServiceAddress? address = AddressOf(node, takesLoopback);
            if (address is not null || state.Queries.IsHolder(node.Id)) nodes.Add(new CalledNode(node.Id, address));
        }
        return ([.. nodes], isAnyMissed);
    }

    /// <summary>Where it says it can be asked for chunks; null where it names nothing that may be called.</summary>
    internal static ServiceAddress? AddressOf(NodeEntry node, bool takesLoopback)
    {
        if (node.Stats?.Endpoints.FirstOrDefault(static endpoint => endpoint.Role == EndpointRole.Storage) is not { } endpoint) return null;
        var ip = new IPAddress(endpoint.Ip.Span);
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        return IPAddress.IsLoopback(ip) && !takesLoopback ? null : new ServiceAddress(ip.ToString(), endpoint.Port, new PeerId(node.Id), node.Record.TlsFingerprint);
    }

    /// <returns>Those that did not answer.</returns>
    private async Task<SortedSet<Hash256>> CallAsync(CalledNode[] nodes, CancellationToken cancel)
    {
        Renew(nodes);
        using var places = new SemaphoreSlim(CallsMax);
        bool[] answered = await Task.WhenAll(nodes.Select(node => CallAsync(node, places, cancel)));
        cancel.ThrowIfCancellationRequested();
        SortedSet<Hash256> missed = [];
        for (int i = 0; i < nodes.Length; i++)
            if (!answered[i]) missed.Add(nodes[i].Id);
        return missed;
    }

    private async Task<bool> CallAsync(CalledNode node, SemaphoreSlim places, CancellationToken cancel)
    {
        if (node.Address is null) return false;
        await places.WaitAsync(cancel);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            deadline.CancelAfter(TimeSpan.FromMilliseconds(Math.Clamp(_rules.RoundMs * 3 / 4, CallMsMin, CallMsMax)));
            await _clients[node.Id].HasAsync([], deadline.Token);
            return true;
        }
        catch (GrpcException e) when (e is { Status.Code: GrpcStatusCode.ResourceExhausted, IsViolation: false })
        {
            return true; // it has too much to do, so it is there
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException or IOException)
        {
            return false;
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>A connection a node, kept from round to round: a handshake costs more than the call.</summary>
    private void Renew(CalledNode[] nodes)
    {
        SortedSet<Hash256> wanted = [.. nodes.Where(node => node.Address is not null && (!_clients.TryGetValue(node.Id, out ChunkClient? known) || known.Address == node.Address)).Select(static node => node.Id)];
        foreach (Hash256 id in _clients.Keys.Where(id => !wanted.Contains(id)).ToArray())
        {
            _clients[id].Dispose();
            _clients.Remove(id);
        }
        foreach (CalledNode node in nodes)
            if (node.Address is { } address && !_clients.ContainsKey(node.Id)) _clients[node.Id] = new ChunkClient(_channels, address);
    }
}
