using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Dsdn.Sdk.Errors;
using Dsdn.Services;
using Dsdn.Services.Batches;
using Dsdn.Services.Placements;

namespace Dsdn.Transfers.Network;

/// <summary>
/// The coordinators and storage nodes of one chain, as a user reaches them: with a TLS identity made for this object alone. Coordinators are interchangeable; one that does not
/// answer is left for the next.
/// </summary>
public sealed class StorageNetwork : IDisposable
{
    /// <summary>How often all coordinators are tried before somebody is told.</summary>
    private const int RoundsMax = 5;

    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly ServiceChannels _toCoordinators, _toNodes;
    private readonly Coordinator[] _coordinators;
    private int _current;

    /// <param name="coordinators">At least one.</param>
    /// <param name="validators">By the chain: what coordinators are held against.</param>
    public StorageNetwork(ChainIdentity chain, IReadOnlyList<LogAddress> coordinators, IValidatorSets validators, TimeProvider clock)
    {
        (Chain, Validators, Clock) = (chain, validators, clock);
        _toCoordinators = new ServiceChannels(_identity, chain, TlsRole.Coordinator, clock);
        _toNodes = new ServiceChannels(_identity, chain, TlsRole.Service, clock);
        _coordinators = [.. coordinators.Select(address => new Coordinator(
            address, new LogClient(address, _identity, chain, clock), new PlacementClient(_toCoordinators, new ServiceAddress(address.Host, address.Port, address.Id))))];
        Nodes = new NodeDirectory(this, _toNodes);
        Reading = new ChunkFetcher(_toNodes, new ReadOptions { CacheBytes = 0 }, clock);
        Locator = new PlacementLocator([.. _coordinators.Select(static coordinator => coordinator.Placements)], clock);
    }

    public ChainIdentity Chain { get; }

    public IValidatorSets Validators { get; }

    public TimeProvider Clock { get; }

    public NodeDirectory Nodes { get; }

    /// <summary>Where chunks lie, by the coordinators.</summary>
    public IChunkLocator Locator { get; }

    /// <summary>Bytes of chunks, proved.</summary>
    public ChunkFetcher Reading { get; }

    /// <summary>Of the coordinators, for people.</summary>
    public string Addresses => string.Join(", ", _coordinators.Select(static coordinator => coordinator.Address.ToString()));

    public ulong NowMs => (ulong)Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Asks a coordinator what the log says.</summary>
    public Task<T> AskAsync<T>(Func<PlacementClient, CancellationToken, Task<T>> ask, CancellationToken cancel) => TryAllAsync(coordinator => ask(coordinator.Placements, cancel), cancel);

    /// <summary>Speaks with a coordinator about the log itself.</summary>
    public Task<T> LogAsync<T>(Func<LogClient, CancellationToken, Task<T>> ask, CancellationToken cancel) => TryAllAsync(coordinator => ask(coordinator.Log, cancel), cancel);

    public void Dispose()
    {
        Nodes.Dispose();
        Reading.Dispose();
        foreach (Coordinator coordinator in _coordinators)
        {
            coordinator.Log.Dispose();
            coordinator.Placements.Dispose();
        }
        _toCoordinators.Dispose();
        _toNodes.Dispose();
        _identity.Dispose();
    }

    /// <summary>
    /// From the one that answered last, round after round with growing pauses. A refusal for good ends it: others would say the same.
    /// </summary>
    private async Task<T> TryAllAsync<T>(Func<Coordinator, Task<T>> ask, CancellationToken cancel)
    {
        GrpcException? last = null;
        var pause = new Backoff(Clock);
        for (int round = 0; round < RoundsMax; round++)
        {
            for (int i = 0; i < _coordinators.Length; i++)
            {
                int index = (Volatile.Read(ref _current) + i) % _coordinators.Length;
                try
                {
                    T answer = await ask(_coordinators[index]);
                    Volatile.Write(ref _current, index);
                    return answer;
                }
                catch (GrpcException failure)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (!Refusal.IsTransient(failure)) throw Coded(failure);
                    last = failure;
                }
            }
            if (round + 1 < RoundsMax) await pause.WaitAsync(cancel);
        }
        throw new DsdnException(ClientError.Of(TransferCodes.Coordinators, ErrorClass.Unreachable, Addresses, Refusal.Say(last)).With(last?.Message), last);
    }

    private static DsdnException Coded(GrpcException refusal) => ServiceCodes.TryCode(refusal, out string? code)
        ? new DsdnException(ClientError.Of(code, ErrorClass.Rejected, refusal.Status.Detail).With(refusal.Message), refusal)
        : new DsdnException(ClientError.Of(TransferCodes.Answer, ErrorClass.Integrity, refusal.Status.ToString()).With(refusal.Message), refusal);

    private sealed record Coordinator(LogAddress Address, LogClient Log, PlacementClient Placements);
}
