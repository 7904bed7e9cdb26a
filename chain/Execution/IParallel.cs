namespace Dsdn.Chain.Execution;

/// <summary>
/// Runs independent pure pieces of work, where the host has cores to spare, side by side. The result may never depend on
/// which: every piece writes only what no other piece reads. The core injects it because it may not make threads itself.
/// </summary>
public interface IParallel
{
    /// <summary>Returns when all have ended; the exception of one is thrown here.</summary>
    void Run(params ReadOnlySpan<Action> pieces);

    /// <summary>Covers 0..count-1 with ranges of at least <paramref name="grain"/> (the last may be shorter).</summary>
    /// <param name="range">first (inclusive), end (exclusive)</param>
    void For(int count, int grain, Action<int, int> range);
}
