namespace Dsdn.Node.Tests.Attestation;

/// <summary>A wall clock that says what the test says.</summary>
internal sealed class SetClock(Func<ulong> nowMs) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds((long)nowMs());
}
