using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Following;

/// <summary>Envelopes that come late, early, twice or forged.</summary>
public sealed class FollowerTests
{
    private static readonly SampleLog Log = Made(12);

    [Fact]
    public void BatchesAreAppliedInOrderWhateverTheirArrival()
    {
        LogFollower follower = New();
        Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[2]).Outcome);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[4]).Outcome);
        Assert.Equal(OfferOutcome.Duplicate, follower.Offer(Log.Envelopes[2]).Outcome);
        Assert.Equal([new SeqRange(1, 2), new SeqRange(4, 4), new SeqRange(6, 9)], follower.Missing(9, 10));
        Assert.Equal([new SeqRange(1, 2)], follower.Missing(9, 1));
        Assert.Equal([new SeqRange(1, 2), new SeqRange(4, 4)], follower.Missing(0, 10));
        Assert.Equal([1UL], Seqs(follower.Offer(Log.Envelopes[0])));
        Assert.Equal([2UL, 3UL], Seqs(follower.Offer(Log.Envelopes[1])));
        Assert.Equal([4UL, 5UL], Seqs(follower.Offer(Log.Envelopes[3])));
        Assert.Equal(OfferOutcome.Duplicate, follower.Offer(Log.Envelopes[0]).Outcome);
        Assert.Equal((0, 0L), (follower.KeptCount, follower.KeptBytes));
        Assert.Empty(follower.Missing(5, 10));
    }

    [Fact]
    public void ForgedEnvelopeNeverBlocksTheRightOne()
    {
        LogFollower follower = New();
        byte[] right = Log.Envelopes[1];
        for (int at = 0; at < right.Length; at += 3)
        {
            byte[] forged = [.. right];
            forged[at] ^= 0x40;
            Assert.NotEqual(OfferOutcome.Applied, follower.Offer(forged).Outcome);
        }
        Assert.True(follower.KeptCount <= FollowerLimits.Default.UnjudgedMax);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(right).Outcome);
        Assert.Equal([1UL, 2UL], Seqs(follower.Offer(Log.Envelopes[0])));
        Assert.Equal(Log.State.Genesis.LogId, follower.State.Genesis.LogId);
    }

    [Fact]
    public void StrangersBatchesTakeTheRoomOfStrangersAlone()
    {
        LogFollower follower = New(new FollowerLimits(EnvelopesMax: 4, UnjudgedMax: 2));
        for (int i = 1; i < 5; i++) Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[i]).Outcome);
        for (ulong seq = 2; seq < 40; seq++)
        {
            (BatchHeader header, byte[] body) = new SampleLog().State.Draft(BatchBody.Empty, 5_000, 0, 0, null);
            header = header with { Seq = seq, CommitteeHash = LogKeys.Word("strangers") };
            Assert.Equal(OfferOutcome.Kept, follower.Offer(BatchEnvelopeCodec.Encode(SampleLog.Sign(header, body, "stranger"))).Outcome);
            header = header with { CommitteeHash = Log.Genesis.FirstCommittee.Hash };
            OfferResult refused = follower.Offer(BatchEnvelopeCodec.Encode(SampleLog.Sign(header, body, "stranger")));
            Assert.Equal((OfferOutcome.Refused, LogFault.FinalVote), (refused.Outcome, refused.Verdict.Fault));
        }
        Assert.Equal(6, follower.KeptCount);
        Assert.Equal([1UL, 2UL, 3UL, 4UL, 5UL], Seqs(follower.Offer(Log.Envelopes[0])));
    }

    [Fact]
    public void NearerBatchesTakeTheRoomOfFartherOnes()
    {
        LogFollower follower = New(new FollowerLimits(AheadSeqsMax: 9, EnvelopesMax: 2));
        Assert.Equal(OfferOutcome.NotKept, follower.Offer(Log.Envelopes[9]).Outcome); // ten ahead
        Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[8]).Outcome);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[5]).Outcome);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[3]).Outcome); // the ninth goes
        Assert.Equal(OfferOutcome.NotKept, follower.Offer(Log.Envelopes[7]).Outcome);
        Assert.Equal([new SeqRange(1, 3), new SeqRange(5, 5), new SeqRange(7, 9)], follower.Missing(1_000, 10));
        LogFollower small = New(new FollowerLimits(BytesMax: Log.Envelopes[5].Length + Log.Envelopes[4].Length));
        Assert.Equal(OfferOutcome.Kept, small.Offer(Log.Envelopes[5]).Outcome);
        Assert.Equal(OfferOutcome.Kept, small.Offer(Log.Envelopes[4]).Outcome);
        Assert.Equal(OfferOutcome.NotKept, small.Offer(Log.Envelopes[6]).Outcome);
        Assert.True(small.KeptBytes <= Log.Envelopes[5].Length + Log.Envelopes[4].Length);
    }

    [Fact]
    public void CommitteeThatSignsTwoBatchesOfASeqIsFollowedAlongTheOneThatContinues()
    {
        SampleLog other = new();
        other.Node("n9", new NodeStats([], 1, 1, 1, 1, 1, 1)).Commit();
        other.Commit();
        LogFollower follower = New();
        Assert.Equal(OfferOutcome.Kept, follower.Offer(other.Envelopes[1]).Outcome);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(Log.Envelopes[1]).Outcome);
        OfferResult result = follower.Offer(Log.Envelopes[0]);
        Assert.Equal([1UL, 2UL], Seqs(result));
        Assert.Equal([LogFault.PreviousHash], result.Refused.Select(refused => refused.Verdict.Fault));
        Assert.Equal(OfferOutcome.Duplicate, follower.Offer(Log.Envelopes[1]).Outcome);
        OfferResult fork = follower.Offer(other.Envelopes[1]);
        Assert.Equal((OfferOutcome.Refused, LogFault.PreviousHash), (fork.Outcome, fork.Verdict.Fault));
    }

    [Fact]
    public void BatchesOfTheNextCommitteeWaitUntilTheLogNamesIt()
    {
        SampleLog log = new();
        log.WithNodes(1, 1).Commit();
        Committee next = new(
            LogKeys.ChainId, 1, 1, LogKeys.PublicKey("m1"), [new CommitteeMember(Address.FromNumber(2), LogKeys.PublicKey("m1"), default, LogKeys.PublicKey("m1"))],
            log.State.LogTimeMs + (2 * SampleLog.BatchMs), Committee.OpenEnd, LogKeys.Word("seed"));
        log.Chain.Record(2, EventKind.CommitteeRotated, new CommitteeRotated(next).Encode());
        log.Chain.Record(2, EventKind.CommitteeRotated, new CommitteeRotated(next with { Epoch = 0 }).Encode()); // the running epoch has its committee
        AppliedBatch named = log.Anchor().Commit();
        Assert.Equal([LogFault.None, LogFault.None, LogFault.Committee], named.Events.Select(entry => entry.Fault));
        Assert.Equal(0UL, log.State.CommitteeAt(next.StartMs - 1).Epoch);
        Assert.Equal(next.Hash, log.State.CommitteeAt(next.StartMs).Hash);

        (BatchHeader header, byte[] body) = log.State.Draft(BatchBody.Empty, next.StartMs, 0, 0, null);
        byte[] third = BatchEnvelopeCodec.Encode(SampleLog.Sign(header, body, "m1"));
        Assert.Equal((1UL, next.Hash), (header.Epoch, header.CommitteeHash));
        LogFollower follower = New(genesis: log.Genesis);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(third).Outcome);
        Assert.Equal(OfferOutcome.Kept, follower.Offer(log.Envelopes[1]).Outcome);
        Assert.Equal([1UL, 2UL, 3UL], Seqs(follower.Offer(log.Envelopes[0])));
        Assert.Equal(next.Hash, follower.State.Committee.Hash);
        (BatchHeader late, byte[] none) = (follower.State.Draft(BatchBody.Empty, next.StartMs + 1, 0, 0, null).Header with { Epoch = 0, CommitteeHash = log.Genesis.FirstCommittee.Hash }, body);
        Assert.Equal(LogFault.Epoch, follower.Offer(BatchEnvelopeCodec.Encode(SampleLog.Sign(late, none))).Verdict.Fault); // the first one's time is over
    }

    [Fact]
    public void JunkMakesNothingGrowAndNothingFail()
    {
        LogFollower follower = New();
        Random random = new(1);
        byte[] zeros = new byte[8 << 20], bomb = new byte[1 << 20];
        System.IO.Compression.BrotliEncoder.TryCompress(zeros, bomb, out int bombBytes, 5, 22);
        for (int i = 0; i < 500; i++)
        {
            byte[] junk = (i % 5) switch
            {
                0 => RandomBytes(random, random.Next(3_000)),
                1 => new byte[BatchEnvelopeCodec.BytesMax + random.Next(2)],
                2 => [.. Log.Envelopes[random.Next(12)].AsSpan(0, random.Next(400)), .. RandomBytes(random, random.Next(2_000))],
                3 => Bomb(bomb.AsMemory(0, bombBytes), (ulong)(1 + random.Next(3))),
                _ => Mutated(random, Log.Envelopes[random.Next(12)]),
            };
            Assert.NotEqual(OfferOutcome.Applied, follower.Offer(junk).Outcome);
        }
        Assert.True(follower.KeptCount <= FollowerLimits.Default.UnjudgedMax);
        foreach (byte[] envelope in Log.Envelopes) Assert.Equal(OfferOutcome.Applied, follower.Offer(envelope).Outcome);
        Assert.Equal(Log.State.Roots(), follower.State.Roots());
    }

    /// <summary>Signed by the committee: eight megabytes of zeros as a body of one.</summary>
    private static byte[] Bomb(ReadOnlyMemory<byte> packed, ulong seq)
    {
        (BatchHeader header, _) = new SampleLog().State.Draft(BatchBody.Empty, 5_000, 0, 0, null);
        header = header with { Seq = seq, BodyCodec = BodyCodec.Brotli, BodyBytes = LogLimits.BatchBodyBytesMax, BodyHash = new Hash256(System.Security.Cryptography.SHA256.HashData(packed.Span)) };
        return BatchEnvelopeCodec.Encode(SampleLog.Sign(header, packed.ToArray()));
    }

    private static byte[] Mutated(Random random, byte[] envelope)
    {
        byte[] copy = [.. envelope];
        copy[random.Next(copy.Length)] ^= (byte)(1 + random.Next(255));
        return copy;
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static SampleLog Made(int batches)
    {
        SampleLog log = new();
        log.WithNodes(2, 2).Commit();
        for (int i = 1; i < batches; i++) log.Node("n0", new NodeStats([], (ulong)i, 0, 0, 0, 0, 0)).Commit();
        return log;
    }

    private static LogFollower New(FollowerLimits? limits = null, LogGenesis? genesis = null) =>
        new(new LogState(genesis ?? Log.Genesis, Sequential.Instance), limits ?? FollowerLimits.Default, LogCheck.Full);

    private static IEnumerable<ulong> Seqs(OfferResult result) => result.Applied.Select(batch => batch.Seq);
}
