namespace Dsdn.Storage.Tests;

/// <summary>Stands still until it is moved; delays end as time passes over them.</summary>
public sealed class TestClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    public long NowMs => _now.ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(long ms) => _now = _now.AddMilliseconds(ms);
}
