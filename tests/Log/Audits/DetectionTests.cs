using System.Buffers.Binary;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Audits;

/// <summary>How surely draws find what is not there (storage 3.2): the sums of 200 hours, from fixed seeds.</summary>
public sealed class DetectionTests
{
    private const int Hours = 200, Draws = 64;

    private static readonly Hash256 Node = LogKeys.Word("node");

    private static readonly AuditHoldings Holdings = new([.. Enumerable.Range(0, 4_000)
        .Select(i => new HeldReplica(LogKeys.Word($"chunk {i}"), (byte)(i % 3), 0, default, 1_000UL + (ulong)(i * 7_919 % 1_000_000))).OrderBy(replica => replica.ChunkId)]);

    private static readonly Hash256 Root = Holdings.Root;

    private static bool Finds(Hash256 beacon, ulong hour, Func<AuditDraw, bool> isLost) =>
        AuditDraws.Of(AuditDraws.Seed(1, hour, beacon, Node, Root), Holdings, Draws).Any(isLost);

    private static Hash256 Beacon(string of, ulong hour) => LogKeys.Word($"{of} {hour}");

    /// <summary>Every twentieth leaf of everything: 1 - 0.95^64 = 0.963.</summary>
    private static bool IsLost(AuditDraw draw) => BinaryPrimitives.ReadUInt32BigEndian(LogKeys.Word($"{draw.Replica.ChunkId}{draw.Leaf}").Span) % 20 == 0;

    [Fact]
    public void OneWhoDroppedAFifthOfATenthIsFoundWithinTheHour()
    {
        int found = Enumerable.Range(0, Hours).Count(hour => Finds(Beacon("hour", (ulong)hour), (ulong)hour, IsLost));
        Assert.InRange(found, 183, 200); // 192.6 +- 2.7; four deviations
    }

    /// <summary>Whoever dropped small files only has dropped few bytes, and is found as seldom as that is worth.</summary>
    [Fact]
    public void DrawsFallOnBytesNotOnFiles()
    {
        ulong lostBytes = 0;
        foreach (HeldReplica replica in Holdings.Replicas)
            if (replica.LengthBytes < 500_000) lostBytes += replica.LengthBytes;
        int hits = 0;
        for (ulong hour = 0; hour < Hours; hour++)
            hits += AuditDraws.Of(AuditDraws.Seed(1, hour, Beacon("bytes", hour), Node, Root), Holdings, Draws).Count(draw => draw.Replica.LengthBytes < 500_000);
        double expected = (double)lostBytes / Holdings.TotalBytes * Hours * Draws;
        Assert.InRange(hits, expected * 0.93, expected * 1.07);
    }

    /// <summary>A proposer who may withhold his block chooses between two beacons, three times in a row of eight: he hides for an hour, not for a day.</summary>
    [Fact]
    public void GrindingProposerHidesHisNodeForHoursAtMost()
    {
        int longest = 0, hidden = 0;
        for (ulong hour = 0; hour < Hours; hour++)
        {
            bool escapes = Enumerable.Range(0, 8).Any(choice => !Finds(Beacon($"choice {choice}", hour), hour, IsLost));
            hidden = escapes ? hidden + 1 : 0;
            longest = Math.Max(longest, hidden);
        }
        Assert.InRange(longest, 1, 12); // 0.26 an hour
    }

    /// <summary>The seed binds what was held: who says that he holds something else is asked for other leaves, and knows the beacon too late to choose.</summary>
    [Fact]
    public void OtherHoldingsAndOtherNodesHaveOtherDraws()
    {
        Hash256 beacon = LogKeys.Word("beacon"), seed = AuditDraws.Seed(1, 1, beacon, Node, Holdings.Root);
        Assert.NotEqual(seed, AuditDraws.Seed(1, 1, beacon, LogKeys.Word("other"), Holdings.Root));
        Assert.NotEqual(seed, AuditDraws.Seed(1, 1, beacon, Node, new AuditHoldings([.. Holdings.Replicas.Skip(1)]).Root));
        Assert.NotEqual(seed, AuditDraws.Seed(1, 2, beacon, Node, Holdings.Root));
        Assert.NotEqual(seed, AuditDraws.Seed(2, 1, beacon, Node, Holdings.Root));
    }

    [Fact]
    public void OffsetsFallIntoTheReplicaWhoseBytesTheyAre()
    {
        AuditHoldings holdings = new([new(LogKeys.Word("a"), 0, 0, default, 1), new(LogKeys.Word("a"), 1, 0, default, 1_024), new(LogKeys.Word("a"), 2, 0, default, 3)]);
        Assert.Equal([(0, 0UL), (1, 0UL), (1, 1_023UL), (2, 0UL), (2, 2UL)], ((ulong[])[0, 1, 1_024, 1_025, 1_027]).Select(holdings.At));
        Assert.Throws<ArgumentOutOfRangeException>(() => holdings.At(1_028));
        Assert.Empty(AuditDraws.Of(default, new AuditHoldings([]), 4));
        Assert.Throws<ArgumentException>(() => new AuditHoldings([holdings.Replicas[1], holdings.Replicas[0]]));
    }
}
