using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Peers;

public sealed class PeerScoreTests
{
    private const ulong Minute = 60_000;

    private static PeerId Peer(int number) => new(HashOf(number));

    [Theory]
    [InlineData(Offence.Malformed)]
    [InlineData(Offence.BadSignature)]
    [InlineData(Offence.BadContent)]
    public void WhatNoHonestPeerDoesBansAtOnce(Offence offence)
    {
        var score = new PeerScore();
        Assert.Equal(5 + (10 * Minute), score.Note(Peer(1), offence, 5));
        Assert.True(score.IsBanned(Peer(1), 4 + (10 * Minute)));
        Assert.False(score.IsBanned(Peer(1), 5 + (10 * Minute)));
        Assert.False(score.IsBanned(Peer(2), 5));
    }

    [Fact]
    public void SmallOffencesAddUpAndAreForgottenWithTime()
    {
        var score = new PeerScore();
        for (int i = 0; i < 3; i++) Assert.Null(score.Note(Peer(1), Offence.Flooding, 0));
        Assert.Equal(75u, score.WeightOf(Peer(1), 0));
        Assert.Equal(25u, score.WeightOf(Peer(1), Minute / 2));
        Assert.Null(score.Note(Peer(1), Offence.Flooding, Minute / 2));
        Assert.Null(score.Note(Peer(1), Offence.Flooding, Minute / 2));
        Assert.NotNull(score.Note(Peer(1), Offence.Flooding, Minute / 2));
        var patient = new PeerScore();
        for (ulong i = 0; i < 100; i++) Assert.Null(patient.Note(Peer(1), Offence.Unwanted, i * 6_000));
    }

    [Fact]
    public void EachBanIsTwiceAsLongUpToADay()
    {
        var score = new PeerScore();
        ulong now = 0;
        List<ulong> minutes = [];
        for (int i = 0; i < 14; i++)
        {
            ulong until = score.Note(Peer(1), Offence.BadContent, now) ?? throw new InvalidOperationException();
            minutes.Add((until - now) / Minute);
            now = until;
        }
        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440, 1440, 1440, 1440], minutes);
        Assert.Equal(10 * Minute, score.Note(Peer(1), Offence.BadContent, now + PeerScore.ForgivenAfterMs) - (now + PeerScore.ForgivenAfterMs));
    }

    [Fact]
    public void WhatArrivesDuringABanDoesNotLengthenIt()
    {
        var score = new PeerScore();
        Assert.NotNull(score.Note(Peer(1), Offence.BadContent, 0));
        Assert.Null(score.Note(Peer(1), Offence.BadContent, 1));
        Assert.False(score.IsBanned(Peer(1), 10 * Minute));
    }

    /// <summary>An attacker with many ids cannot push a ban out of the table.</summary>
    [Fact]
    public void TheLeastGuiltyIsForgottenFirst()
    {
        var score = new PeerScore();
        score.Note(Peer(-1), Offence.BadContent, 0);
        score.Note(Peer(-2), Offence.LyingStatus, 0);
        for (int i = 0; i < PeerScore.PeersMax + 50; i++) score.Note(Peer(i), Offence.Unwanted, 1);
        Assert.Equal(PeerScore.PeersMax, score.Count);
        Assert.True(score.IsBanned(Peer(-1), 2));
        Assert.Equal(50u, score.WeightOf(Peer(-2), 2));
    }

    [Fact]
    public void EveryOffenceWeighsSomething() => Assert.All(Enum.GetValues<Offence>(), offence => Assert.InRange(PeerScore.Weight(offence), 1u, PeerScore.BanWeight));
}
