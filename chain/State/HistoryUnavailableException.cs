namespace Dsdn.Chain.State;

/// <summary>Asked for a height outside the retention window.</summary>
public sealed class HistoryUnavailableException(ulong oldest) : Exception($"historical state not available: oldest {oldest}")
{
    public ulong Oldest { get; } = oldest;
}
