namespace Dsdn.Simulator.Network;

/// <summary>How messages travel while faults are on.</summary>
/// <param name="BaseUs">The least one-way delay.</param>
/// <param name="JitterUs">Added at random.</param>
/// <param name="SlowUs">What a slow message takes in addition, at the most.</param>
/// <param name="Reorders">Messages overtake each other; else each lane keeps its order.</param>
/// <param name="BreakPerMillion">Messages that take the connection down.</param>
internal sealed record LinkConditions(int BaseUs, int JitterUs, int LossPerMille, int DuplicatePerMille, int SlowPerMille, int SlowUs, bool Reorders, int BreakPerMillion)
{
    public static readonly LinkConditions Calm = new(500, 2_000, 0, 0, 0, 0, false, 0);
}
