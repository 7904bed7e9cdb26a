namespace Dsdn.Log.Routing;

/// <summary>What the router did since it started, and where it stands.</summary>
/// <param name="OldestPendingAgeMs">Since it was decided; 0 where nothing is pending.</param>
/// <param name="Unpostable">Of the pending ones: too large even alone.</param>
/// <param name="SubmitsIncluded">Whose blobs were then proven to be there.</param>
/// <param name="Reconciled">Batches that an outage or a restart left pending and that reached Celestia since.</param>
/// <param name="Failovers">Changes to Degraded or Emergency from another mode.</param>
/// <param name="MsInMode">By <see cref="RouterMode"/>; index 0 is not used.</param>
public sealed record RouterMetrics(
    RouterMode Mode, bool IsForced, ulong PendingCount, ulong PendingBytes, ulong OldestPendingAgeMs, ulong Unpostable, ulong SubmitsIncluded, ulong SubmitsRefused,
    ulong SubmitsUnknown, ulong Found, ulong Reconciled, ulong Failovers, PressureLevel Pressure, IReadOnlyList<ulong> MsInMode);
