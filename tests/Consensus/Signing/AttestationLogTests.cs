using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using static Dsdn.Consensus.Tests.Signing.AttestationSamples;

namespace Dsdn.Consensus.Tests.Signing;

/// <summary>The record on a disk that fails anywhere: what was promised is there, or its absence is noticed.</summary>
public sealed class AttestationLogTests
{
    private const int RingFrames = 8;
    private const int FramesAt = 8_192;

    [Fact]
    public void WhatWasRecordedIsThereAfterARestart()
    {
        TearingDevice device = new();
        AttestationLog log = AttestationLog.Create(device, 2, RingFrames);
        log.Append(Signed(5));
        log.Append(Signed(4, root: "r"));
        AttestationRecord read = Reopened(device);
        Assert.Equal((2UL, 5UL, 2, 1UL, 3UL), (read.Floor, read.Highest, read.Count, read.First, read.Next));
        Assert.True(read.TryGet(4, out Hash256? core, out Hash256? root));
        Assert.Equal((Hash("a"), Hash("r")), (core, root));
        Assert.True(read.TryGet(5, out _, out root));
        Assert.Null(root);
        Assert.False(read.TryGet(3, out _, out _));
    }

    /// <summary>
    /// Thirty statements through a ring of eight, with the power failing at each operation and each unsynced write lost, torn at
    /// several places or whole. Whatever was promised before is in the record, or below its floor; then the run goes on.
    /// </summary>
    [Fact]
    public void APowerFailureAtAnyWriteForgetsNoPromise()
    {
        int failures = 0;
        for (int stop = 0; ; stop++)
        {
            TearingDevice device = new() { StopsAt = stop };
            List<ulong> promised = [];
            bool hasStopped = Run(device, promised);
            foreach (int fate in (int[])[0, 1, 40, 64, 127, 128, 170, int.MaxValue])
            {
                foreach (bool inverts in (bool[])[false, true])
                {
                    TearingDevice after = device.AfterFailure(i => inverts && i % 2 == 1 ? int.MaxValue : fate);
                    if (promised.Count == 0 && AttestationLog.TryOpen(after, out string damage, RingFrames) is null)
                    {
                        Assert.NotEmpty(damage); // not even begun: nothing was promised
                        continue;
                    }
                    AssertKeeps(Reopened(after), promised);
                    AssertKeeps(Reopened(after), promised); // what opening wrote is right as well
                    failures++;
                }
            }
            if (!hasStopped) break;
        }
        Assert.True(failures > 500, $"{failures} failures");
    }

    /// <summary>The power fails while the record is opened after a failure.</summary>
    [Fact]
    public void APowerFailureDuringOpeningForgetsNothingEither()
    {
        TearingDevice device = new();
        List<ulong> promised = [];
        Run(device, promised);
        AttestationLog log = Assert.IsType<AttestationLog>(AttestationLog.TryOpen(device, out _, RingFrames));
        log.DropExpired(40);
        log.Append(Signed(41, expiresMs: 49));
        for (int torn = 0; torn <= 176; torn += 8)
        {
            for (int stop = 0; stop < 4; stop++)
            {
                TearingDevice opening = device.AfterFailure(_ => torn, stop);
                try
                {
                    AttestationLog.TryOpen(opening, out _, RingFrames);
                }
                catch (PowerFailureException)
                {
                    // Which is what is tested.
                }
                AssertKeeps(Reopened(opening.AfterFailure(_ => torn)), [.. promised, 41]);
            }
        }
    }

    /// <summary>The slot was written and its frame was not: the slot's copy of it stands for the frame.</summary>
    [Fact]
    public void AFrameThatIsOnlyInTheSlotIsRestored()
    {
        TearingDevice device = new();
        AttestationLog log = AttestationLog.Create(device, 0, RingFrames);
        log.Append(Signed(1));
        log.Append(Signed(2));
        device.Damage(FramesAt + (2 * 128) + 30); // of frame 2
        Assert.Equal(2, Reopened(device).Count);
        device.Damage(4_096 + 50); // the copies in both slots are now of frame 2; one goes
        Assert.Equal(2, Reopened(device).Count);
    }

    [Fact]
    public void AFrameThatWasOnDiskAndIsUnreadableIsNoticed()
    {
        for (int frame = 1; frame < 5; frame++)
        {
            TearingDevice device = new();
            AttestationLog log = AttestationLog.Create(device, 0, RingFrames);
            for (ulong seq = 1; seq <= 5; seq++) log.Append(Signed(seq));
            device.Damage(FramesAt + (frame * 128) + 30);
            Assert.Null(AttestationLog.TryOpen(device, out string damage, RingFrames));
            Assert.Contains($"frame {frame}", damage);
        }
    }

    /// <summary>The sector in which the torn frame lies held synced ones as well, and comes back empty: that is no torn tail.</summary>
    [Fact]
    public void ASectorThatIsGoneWithFramesThatWerePromisedIsNoticed()
    {
        TearingDevice device = new();
        AttestationLog log = AttestationLog.Create(device, 0, RingFrames);
        for (ulong seq = 1; seq <= 3; seq++) log.Append(Signed(seq));
        device.LoseSector(FramesAt + 128);
        Assert.Null(AttestationLog.TryOpen(device, out string damage, RingFrames));
        Assert.Contains("frame 1", damage);
    }

    [Fact]
    public void OneDamagedSlotIsSurvivedAndTwoAreNoticed()
    {
        foreach (int slot in (int[])[0, 4_096])
        {
            TearingDevice device = new();
            AttestationLog log = AttestationLog.Create(device, 0, RingFrames);
            for (ulong seq = 1; seq <= 4; seq++) log.Append(Signed(seq));
            device.Damage(slot + 20);
            Assert.Equal(4, Reopened(device).Count);
        }
        TearingDevice both = new();
        AttestationLog.Create(both, 7, RingFrames);
        both.Damage(20);
        both.Damage(4_096 + 20);
        Assert.Null(AttestationLog.TryOpen(both, out string damage, RingFrames));
        Assert.Contains("slot", damage);
        Assert.Null(AttestationLog.TryOpen(new TearingDevice(), out _, RingFrames));
    }

    [Fact]
    public void AFloorThatTheOperatorRaisedOutlastsADamagedSlot()
    {
        foreach (int slot in (int[])[0, 4_096])
        {
            TearingDevice device = new();
            AttestationLog.Create(device, 0, RingFrames).Raise(1_000);
            device.Damage(slot + 20);
            Assert.Equal(1_000UL, Reopened(device).Floor);
        }
    }

    [Fact]
    public void ARingThatIsFullTakesNothingAndAfterExpiryGoesOn()
    {
        TearingDevice device = new();
        AttestationLog log = AttestationLog.Create(device, 0, RingFrames);
        for (ulong seq = 1; seq <= RingFrames; seq++) log.Append(Signed(seq, expiresMs: seq));
        Assert.True(log.Record.IsFull);
        Assert.Throws<InvalidOperationException>(() => log.Append(Signed(9)));
        log.DropExpired(3);
        log.Append(Signed(9));
        AttestationRecord read = Reopened(device);
        Assert.Equal((3UL, 6, 4UL, 10UL), (read.Floor, read.Count, read.First, read.Next));
    }

    [Fact]
    public void GarbageIsNoRecord()
    {
        Random random = new(1);
        for (int run = 0; run < 200; run++)
        {
            TearingDevice device = new();
            byte[] garbage = new byte[random.Next(0, 12_000)];
            random.NextBytes(garbage);
            device.Write(0, garbage);
            Assert.Null(AttestationLog.TryOpen(device, out _, RingFrames));
        }
    }

    /// <summary>Statement n expires eight statements later: the ring is always full, and each frame takes the place of one that expired just now.</summary>
    private static bool Run(TearingDevice device, List<ulong> promised)
    {
        try
        {
            AttestationLog log = AttestationLog.Create(device, 0, RingFrames);
            for (ulong seq = 1; seq <= 30; seq++)
            {
                log.DropExpired(seq);
                log.Append(Signed(seq, $"core {seq}", seq % 3 == 0 ? "r" : null, seq + 8));
                promised.Add(seq);
            }
            return false;
        }
        catch (PowerFailureException)
        {
            return true;
        }
    }

    private static void AssertKeeps(AttestationRecord record, List<ulong> promised)
    {
        foreach (ulong seq in promised)
        {
            if (!record.TryGet(seq, out Hash256? core, out Hash256? root)) Assert.True(seq <= record.Floor, $"batch {seq} is free again above {record.Floor}");
            else if (seq <= 30) Assert.Equal((Hash($"core {seq}"), seq % 3 == 0 ? Hash("r") : (Hash256?)null), (core.Value, root));
        }
        ulong next = promised.Count == 0 ? 0 : promised[^1];
        Assert.True(record.Floor <= next, "a floor above everything that was promised");
    }

    private static AttestationRecord Reopened(TearingDevice device)
    {
        AttestationLog? log = AttestationLog.TryOpen(device, out string damage, RingFrames);
        Assert.True(log is not null, damage);
        return log.Record;
    }
}
