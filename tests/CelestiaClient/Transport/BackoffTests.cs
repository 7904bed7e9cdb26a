using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Tests.Transport;

public sealed class BackoffTests
{
    /// <summary>Delays without a limit have made others late by hours.</summary>
    [Fact]
    public void DelaysDoubleUpToTheLimitAndBeginAnewAfterASuccess()
    {
        var backoff = new Backoff(1_000, 60_000);
        int[] delays = [.. Enumerable.Range(0, 12).Select(_ => backoff.NextMs())];
        for (int i = 0; i < delays.Length; i++) Assert.InRange(delays[i], Math.Min(60_000, 1_000 << i) * 4 / 5, Math.Min(60_000, 1_000 << i));
        backoff.Reset();
        Assert.InRange(backoff.NextMs(), 800, 1_000);
    }
}
