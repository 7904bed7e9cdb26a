namespace Dsdn.CelestiaClient.Observability;

/// <summary>What a client counts.</summary>
public sealed class DaMetrics
{
}
