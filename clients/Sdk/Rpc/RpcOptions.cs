namespace Dsdn.Sdk.Rpc;

/// <summary>Limits of a client; the defaults suit a person at a terminal.</summary>
public sealed record RpcOptions
{
    /// <summary>For one attempt, from connecting to the last byte.</summary>
    public int TimeoutMs { get; init; } = 10_000;

    /// <summary>Attempts of an idempotent read; a write is tried once, because a lost reply does not mean a lost request.</summary>
    public int AttemptsMax { get; init; } = 3;

    /// <summary>Before the second attempt; doubles each time.</summary>
    public int RetryDelayMs { get; init; } = 150;

    public int ResponseBytesMax { get; init; } = 64 * 1024 * 1024;

    public int BatchRequestsMax { get; init; } = 1_000;
}
