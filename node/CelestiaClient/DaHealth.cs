namespace Dsdn.CelestiaClient;

/// <summary>How one endpoint does.</summary>
/// <param name="Endpoint">Its address without what could be secret.</param>
/// <param name="LatencyMs">Of asking for the head; 0 where it did not answer.</param>
/// <param name="HeadHeight">As it says, verified; 0 where not known.</param>
/// <param name="LagBlocks">Behind the best endpoint.</param>
/// <param name="SyncTarget">The height that it syncs towards; 0 where not known.</param>
/// <param name="IsSynced">By header.SyncState.</param>
/// <param name="SampledHeight">How far it has sampled; 0 where not known or not a light node.</param>
/// <param name="Failures">All that is wrong with it; empty for a healthy one.</param>
public sealed record EndpointHealth(
    string Endpoint, ulong LatencyMs, ulong HeadHeight, ulong HeadAgeMs, ulong LagBlocks, ulong SyncTarget, bool IsSynced, ulong SampledHeight, IReadOnlyList<DaFailure> Failures)
{
    /// <summary>It answered with a head that could be verified.</summary>
    public bool CanRead => HeadHeight > 0;

    /// <summary>Its head is young and that of the network.</summary>
    public bool IsUpToDate => CanRead && Failures.All(static failure => failure.Code is not (DaCodes.HeadOld or DaCodes.Lagging));

    public bool IsHealthy => CanRead && Failures.Count == 0;
}

/// <summary>How the data availability layer does, seen from here.</summary>
/// <param name="Endpoints">In the order of the configuration.</param>
/// <param name="LatencyMs">Of the endpoint that answered best; 0 where none did.</param>
/// <param name="HeadHeight">The best verified one.</param>
/// <param name="Balance">Of the submitting account.</param>
public sealed record DaHealth(IReadOnlyList<EndpointHealth> Endpoints, ulong LatencyMs, ulong HeadHeight, ulong HeadAgeMs, DaBalance Balance)
{
    public bool CanRead => Endpoints.Any(static endpoint => endpoint.CanRead);

    /// <summary>Heads come in at one endpoint at least, and the account is known and not empty. Whether a submit succeeds only a submit can tell.</summary>
    public bool CanWrite => Balance.IsKnown && Balance.Utia > 0 && Endpoints.Any(static endpoint => endpoint.IsUpToDate);

    /// <summary>Of all endpoints, then of the balance.</summary>
    public IEnumerable<DaFailure> Failures =>
        Balance.IsKnown ? Endpoints.SelectMany(static endpoint => endpoint.Failures) : Endpoints.SelectMany(static endpoint => endpoint.Failures).Append(Balance.Failure);

    public bool IsHealthy => CanWrite && Endpoints.Any(static endpoint => endpoint.IsHealthy);
}
