namespace Dsdn.Network.Tests;

/// <summary>The system's clock, moved by hand.</summary>
internal sealed class ManualClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
