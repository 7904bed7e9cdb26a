using Dsdn.Chain.Blocks;
using Dsdn.Simulator;
using Dsdn.Simulator.Byzantine;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Forks;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Mutations;
using Dsdn.Simulator.Network;
using Dsdn.Simulator.Wan;

namespace Dsdn.Simulation.Tests;

public sealed class SimulationTests
{
    private const ulong SeedsOfAClass = 8;

    public static TheoryData<string> Vices => [.. Enum.GetNames<Vice>()];

    public static TheoryData<string> Mutations => [.. Mutation.All.Select(mutation => mutation.Name)];

    [Theory]
    [InlineData(1UL)]
    [InlineData(101UL)]
    [InlineData(201UL)]
    public void NetworksUnderFaultsAgreeAndGoOnOnceTheyHeal(ulong first)
    {
        for (ulong seed = first; seed < first + SeedsOfAClass; seed++) Assert.True(new Simulator.Simulation(seed).Run().Height >= 20);
    }

    [Fact]
    public void TheSameSeedGivesTheSameTrace()
    {
        string first = Text(new Simulator.Simulation(42).Run());
        Assert.Equal(first, Text(new Simulator.Simulation(42).Run()));
        Assert.NotEqual(first, Text(new Simulator.Simulation(43).Run()));
    }

    [Theory]
    [MemberData(nameof(Vices))]
    public void OneOfFourValidatorsMayLie(string vice)
    {
        FaultMix mix = Calm with { Doom = Doom.Byzantine, Vice = Enum.Parse<Vice>(vice) };
        Assert.True(new Simulator.Simulation(7, mix, TestDoubles.None).Run().Height >= 20);
    }

    /// <summary>Block sync committed the height that the log was of without waiting for the disk, and the log was written over.</summary>
    [Fact]
    public void APowerFailureAfterBlockSyncForgetsNoVote()
    {
        FaultMix mix = Calm with { CrashChances = 300, HasFollower = true, PartitionEveryMs = 4_000 };
        FaultCounters faults = new();
        for (ulong seed = 1; seed <= 3; seed++) faults.Add(new Simulator.Simulation(seed, mix, TestDoubles.None).Run().Faults);
        Assert.True(faults[Fault.StoreWritesLost] > 0, "no power failure took back a block that block sync wrote");
    }

    /// <summary>Malachite PR#864 and #1139: a node that replays its log never signs something else; nothing is built twice.</summary>
    [Fact]
    public void ProcessesThatDieAllTheTimeNeverSignTwice()
    {
        for (ulong seed = 1; seed <= 4; seed++) Assert.True(new Simulator.Simulation(seed, Calm with { CrashChances = 120 }, TestDoubles.None).Run().Height >= 20);
    }

    /// <summary>Malachite #850: what is locked behind a partition is proposed again, and its proof of lock can be had.</summary>
    [Fact]
    public void LocksHiddenByPartitionsAreFoundAgain()
    {
        for (ulong seed = 1; seed <= 4; seed++) Assert.True(new Simulator.Simulation(seed, Calm with { PartitionEveryMs = 800 }, TestDoubles.None).Run().Height >= 20);
    }

    /// <summary>CVE-2025-24371: a peer that claims a height and takes it back; a follower behind it gets to the end.</summary>
    [Fact]
    public void AFollowerIsNotHeldUpByALyingHeight()
    {
        FaultMix mix = Calm with { Doom = Doom.Byzantine, Vice = Vice.LiesAboutHeight, HasFollower = true };
        for (ulong seed = 1; seed <= 3; seed++) Assert.True(new Simulator.Simulation(seed, mix, TestDoubles.None).Run().Height >= 20);
    }

    /// <summary>A correct node passes on only what it judged: who forges is banned, and nobody else, and nobody is punished.</summary>
    [Fact]
    public void ForgedEvidenceBansItsForgerOnly()
    {
        SimulationResult result = new Simulator.Simulation(3, Calm with { Doom = Doom.Byzantine, Vice = Vice.ForgesEvidence, HasFollower = true }, TestDoubles.None).Run();
        Assert.True(result.Faults[Fault.ForgedEvidence] > 0 && result.Faults[Fault.Banned] > 0);
        Assert.Equal(0, result.Punished);
    }

    /// <summary>Locks are left by a liar with reasons that nobody can show; the votes of every correct node are audited, and clear the correct ones.</summary>
    [Fact]
    public void FalseReasonsHurtNobodyAndNoAuditBlamesAnotherForThem()
    {
        long claims = 0;
        for (ulong seed = 1; seed <= 4; seed++)
        {
            FaultMix mix = Calm with { Doom = Doom.Byzantine, Vice = Vice.ClaimsFalseReasons, PartitionEveryMs = 800 };
            SimulationResult result = new Simulator.Simulation(seed, mix, TestDoubles.None).Run();
            Assert.True(result.Height >= 20);
            claims += result.Faults[Fault.FalseClaim];
        }
        Assert.True(claims > 0);
    }

    /// <summary>Jepsen on TigerBeetle 2024: a lost disk is forgotten votes. It signs nothing that it may have signed.</summary>
    [Theory]
    [InlineData("lost")]
    [InlineData("restored")]
    public void AReplacedDiskContradictsNothing(string what)
    {
        FaultMix mix = Calm with { Doom = what == "lost" ? Doom.DiskLost : Doom.DiskRestored, PartitionEveryMs = 3_000 };
        for (ulong seed = 1; seed <= 3; seed++) Assert.True(new Simulator.Simulation(seed, mix, TestDoubles.None).Run().Height >= 20);
    }

    /// <summary>The machine that comes later sees what the first one signs, and never signs; the first goes on.</summary>
    [Fact]
    public void OfTwoMachinesWithOneKeyTheSecondStepsBack()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            SimulationResult result = new Simulator.Simulation(seed, Calm with { HasTwin = true }, TestDoubles.None).Run();
            Assert.True(result.Height >= 20);
            Assert.True(result.Faults[Fault.KeyInUse] > 0);
        }
    }

    /// <summary>What only the signer remembers: the log that knew of the lock is gone, and another value is proposed.</summary>
    [Fact]
    public void ASignerKeepsTheLockThatARestoredLogForgot()
    {
        FaultMix mix = Calm with { Doom = Doom.DiskRestored, LosesLocks = true };
        long lost = 0, kept = 0;
        for (ulong seed = 1; seed <= 3; seed++)
        {
            SimulationResult result = new Simulator.Simulation(seed, mix, TestDoubles.None).Run();
            (lost, kept) = (lost + result.Faults[Fault.LockLost], kept + result.Faults[Fault.SignerKeptLock]);
        }
        Assert.True(lost > 0, "no lock was lost");
        Assert.True(kept > 0, $"of {lost} locks that were lost none was put to the test");
    }

    /// <summary>cometbft#742, #1077, #4977: state sync among peers that die, lose messages and lie goes on where it stood, ends in the right state, and block sync takes over.</summary>
    [Theory]
    [InlineData("follower")]
    [InlineData("validator")]
    public void AnEmptyNodeSyncsItsStateAmongLiarsAndCrashes(string who)
    {
        FaultMix mix = Calm with { SyncsState = true, CrashChances = 2_000, Conditions = LinkConditions.Calm with { LossPerMille = 30, Reorders = true } };
        mix = who == "follower" ? mix with { HasFollower = true, Doom = Doom.Byzantine, Vice = Vice.LiesInStateSync } : mix with { Doom = Doom.DiskLost };
        FaultCounters faults = new();
        for (ulong seed = 1; seed <= 24 && !HaveAllHappened(); seed++) faults.Add(new Simulator.Simulation(seed, mix, TestDoubles.None).Run().Faults);
        Assert.True(HaveAllHappened());

        bool HaveAllHappened() => faults[Fault.StateSyncDone] >= 2 && faults[Fault.CrashInStateSync] > 0
            && (who != "follower" || (faults[Fault.WrongManifest] > 0 && faults[Fault.WrongLightBlock] > 0 && faults[Fault.WrongChunk] > 0));
    }

    /// <summary>An equal part of the whole; ./tests/simulate --crash-matrix runs all of it.</summary>
    [Fact]
    public void ACrashAtAnyPointOfAHeightIsSurvived()
    {
        IReadOnlyList<MatrixCase> cases = CrashMatrix.Enumerate();
        Assert.True(cases.Count > 400);
        int step = IsLong ? 1 : 12;
        for (int i = 0; i < cases.Count; i += step) CrashMatrix.Check(cases[i]);
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void ABrokenRuleIsNoticed(string name)
    {
        Assert.SkipUnless(IsLong, "DSDN_LONG=1");
        Assert.NotNull(Mutation.All.Single(mutation => mutation.Name == name).FindOut(200));
    }

    [Fact]
    public void ValidatorsOfTenRegionsDecideWithinASecond()
    {
        WanFigures figures = new WanNetwork(16, blockBytes: 200_000).Run(heights: 3);
        Assert.InRange(figures.DecideP50Ms, 1, 1_000);
        Assert.InRange(figures.DecideP99Ms, figures.DecideP50Ms, 3_000);
    }

    /// <summary>Accountability (arXiv 1807.04938; CometBFT ADR-056): who splits the network is named by the votes of those it split.</summary>
    [Fact]
    public void EveryForkConvictsMoreThanAThirdOfThePower()
    {
        int doubleVotes = 0, amnesia = 0;
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var simulation = new ForkSimulation(seed);
            int forks = simulation.Run().Forks;
            if (simulation.IsAmnesia) amnesia += forks;
            else doubleVotes += forks;
        }
        Assert.True(doubleVotes > 0, "no network was split by double votes");
        Assert.True(amnesia > 0, "no network was split by forgotten locks");
    }

    /// <summary>The check above is able to fail.</summary>
    [Fact]
    public void AForkWhoseVotesAreLostIsNoticed()
    {
        var liar = SimulatedGenesis.OperatorOf(3);
        Assert.Contains(Enumerable.Range(1, 12), seed => Record.Exception(() => new ForkSimulation((ulong)seed, vote => vote.Voter == liar || vote.Kind == VoteKind.Prevote).Run()) is BrokenInvariant);
    }

    private static FaultMix Calm => new() { Conditions = LinkConditions.Calm with { LossPerMille = 5 }, TrafficEveryMs = 300, Core = FaultMix.Draw(1).Core with { IntervalMs = 100, IdleIntervalMs = 200 } };

    private static bool IsLong => Environment.GetEnvironmentVariable("DSDN_LONG") == "1";

    private static string Text(SimulationResult result) => $"{result.Height} {result.BlockHash} {result.StateHash} {result.Trace}";
}
