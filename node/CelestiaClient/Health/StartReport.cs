namespace Dsdn.CelestiaClient.Health;

/// <summary>How much a finding matters.</summary>
public enum StartLevel : byte
{
    Good,

    /// <summary>Serving is possible with less: reads or writes are missing, or will be soon.</summary>
    Warning,

    /// <summary>The configuration is wrong: no time and no retry mends it.</summary>
    Refusal,
}

/// <param name="Check">What was looked at: connection, token, permission, chain, namespace, trust, sync, balance.</param>
/// <param name="Code">Stable; empty where it is good.</param>
/// <param name="Suggestion">What to do, in English; empty where it is good.</param>
public sealed record StartFinding(StartLevel Level, string Check, string Code, string Detail, string Suggestion);

/// <summary>What the check before serving found.</summary>
/// <param name="CanRead">At least one endpoint gave a verified head.</param>
/// <param name="CanWrite">At least one endpoint lets us submit, and the account is not empty.</param>
/// <param name="Health">What it was found by.</param>
public sealed record StartReport(IReadOnlyList<StartFinding> Findings, bool CanRead, bool CanWrite, DaHealth Health)
{
    /// <summary>An outage never keeps a service from starting, or it could not start to bridge it; a wrong configuration does.</summary>
    public bool MayServe => Findings.All(static finding => finding.Level != StartLevel.Refusal);

    /// <summary>Reads or writes are missing: fall back from the start.</summary>
    public bool IsDegraded => !CanRead || !CanWrite;
}
