using Dsdn.Log.Coordination;

namespace Dsdn.Log.Tests.Coordination;

public sealed class LivenessRoundsTests
{
    [Fact]
    public void RoundsWithoutNewsAreLeftOut()
    {
        LivenessRounds rounds = new();
        Assert.Equal(RoundOutcome.Silent, rounds.Next(0, 0, false));
        Assert.Equal(RoundOutcome.Say, rounds.Next(5, 0, false)); // the first of a process
        for (int i = 1; i < LivenessRounds.SilentMax; i++) Assert.Equal(RoundOutcome.Silent, rounds.Next(5, 0, false));
        Assert.Equal(RoundOutcome.Say, rounds.Next(5, 0, false));
    }

    [Fact]
    public void EveryRoundIsSaidWhileSomebodyIsMissedAndOnceMoreWhenHeIsBack()
    {
        LivenessRounds rounds = new();
        rounds.Next(5, 0, false);
        for (int i = 0; i < 10; i++) Assert.Equal(RoundOutcome.Say, rounds.Next(5, 2, i > 0));
        Assert.Equal(RoundOutcome.Say, rounds.Next(5, 0, true));
        Assert.Equal(RoundOutcome.Silent, rounds.Next(5, 0, false));
    }

    [Fact]
    public void WhoReachesNobodySaysNothing()
    {
        LivenessRounds rounds = new();
        Assert.Equal(RoundOutcome.CutOff, rounds.Next(5, 5, false));
        Assert.Equal(RoundOutcome.CutOff, rounds.Next(5, 5, true));
        Assert.Equal(RoundOutcome.Say, rounds.Next(1, 1, false)); // of one node nobody can tell
        Assert.Equal(RoundOutcome.Say, rounds.Next(5, 4, false));
    }
}
