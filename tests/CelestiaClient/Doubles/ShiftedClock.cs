namespace Dsdn.CelestiaClient.Tests.Doubles;

/// <summary>A clock that a test can set forward.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Ahead;
}
