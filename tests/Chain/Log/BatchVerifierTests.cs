using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

public sealed class BatchVerifierTests
{
    private static readonly BatchBody Body = LogSamples.SomeEvents(3);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void ChainOfBatchesHolds(int members)
    {
        Committee committee = LogSamples.Committee(members);
        BatchHeader? previous = null;
        for (int i = 0; i < 3; i++)
        {
            BatchEnvelope batch = LogSamples.Batch(committee, previous, i == 1 ? BatchBody.Empty : Body, i == 2 ? 5 : null);
            byte[] bytes = BatchEnvelopeCodec.Encode(batch);
            Assert.Equal(LogFault.None, BatchEnvelopeCodec.TryDecode(bytes, out BatchEnvelope? read));
            Assert.Equal(bytes, BatchEnvelopeCodec.Encode(read!));
            LogVerdict verdict = BatchVerifier.Verify(read!, new BatchContext(LogSamples.ChainId, LogSamples.LogId, previous, committee), out BatchBody? body);
            Assert.Equal(LogVerdict.Valid, verdict);
            Assert.Equal(i == 1 ? 0 : 3, body!.Events.Count);
            previous = read!.Header;
        }
    }

    /// <summary>Signed anew by the whole committee, so that only the rule itself stands in the way.</summary>
    public static TheoryData<LogFault, Func<BatchHeader, BatchHeader>> BrokenHeaders => new()
    {
        { LogFault.ChainId, header => header with { ChainId = 17_845 } },
        { LogFault.LogId, header => header with { LogId = LogSamples.Word("other") } },
        { LogFault.Sequence, header => header with { Seq = header.Seq + 1 } },
        { LogFault.PreviousHash, header => header with { PreviousHash = LogSamples.Word("other") } },
        { LogFault.Epoch, header => header with { Epoch = 1 } },
        { LogFault.CommitteeHash, header => header with { CommitteeHash = LogSamples.Word("other") } },
        { LogFault.LogTime, header => header with { LogTimeMs = 3_000 } },
        { LogFault.Anchor, header => header with { AnchorHeight = 6 } },
        { LogFault.Anchor, header => header with { AnchorHash = LogSamples.Word("other") } },
        { LogFault.Anchor, header => header with { AnchorHeight = 0, AnchorHash = LogSamples.LogId } },
        { LogFault.ForcedCursor, header => header with { ForcedCursor = 8 } },
        { LogFault.Checkpoint, header => header with { CheckpointSeq = 2 } },
        { LogFault.Checkpoint, header => header with { CheckpointRoot = LogSamples.Word("other") } },
        { LogFault.Checkpoint, header => header with { CheckpointSeq = 0 } },
        { LogFault.EventsCount, header => header with { EventsCount = 2 } },
        { LogFault.EventsRoot, header => header with { EventsRoot = LogSamples.Word("other") } },
        { LogFault.ReceiptsCount, header => header with { ReceiptsCount = 1 } },
        { LogFault.ReceiptsRoot, header => header with { ReceiptsRoot = LogSamples.Word("other") } },
        { LogFault.BodyCodec, header => header with { BodyCodec = BodyCodec.Brotli } },
        { LogFault.BodyLength, header => header with { BodyBytes = header.BodyBytes + 1 } },
        { LogFault.BodyHash, header => header with { BodyHash = LogSamples.Word("other") } },
        { LogFault.BatchAuthor, header => header with { Author = 4 } },
    };

    [Theory]
    [MemberData(nameof(BrokenHeaders))]
    public void HeaderThatBreaksARuleIsNamed(LogFault expected, Func<BatchHeader, BatchHeader> change)
    {
        Committee committee = LogSamples.Committee(4);
        BatchHeader first = LogSamples.Batch(committee, null, BatchBody.Empty).Header with
        {
            AnchorHeight = 7, AnchorHash = LogSamples.Word("block"), ForcedCursor = 9,
        };
        BatchHeader template = LogSamples.Template(committee, first) with { CheckpointSeq = 1, CheckpointRoot = LogSamples.Word("state") };
        BatchHeader previous = first with { CheckpointSeq = 1, CheckpointRoot = LogSamples.Word("state") };
        (BatchHeader header, byte[] body) = BatchSealer.Seal(template with { PreviousHash = previous.CoreHash }, Body, null);
        BatchContext context = new(LogSamples.ChainId, LogSamples.LogId, previous, committee);
        Assert.Equal(LogVerdict.Valid, BatchVerifier.Verify(LogSamples.Sign(header, body, committee), context, out _));

        LogVerdict verdict = BatchVerifier.Verify(LogSamples.Sign(change(header), body, committee), context, out BatchBody? read);
        Assert.Equal(expected, verdict.Fault);
        Assert.Equal(expected.Code(), verdict.Code);
        Assert.Null(read);
    }

    [Fact]
    public void EveryByteOfAnEnvelopeCounts()
    {
        Committee committee = LogSamples.Committee(4);
        BatchEnvelope batch = LogSamples.Batch(committee, null, LogSamples.SomeEvents(1));
        byte[] bytes = BatchEnvelopeCodec.Encode(batch);
        BatchContext context = new(LogSamples.ChainId, LogSamples.LogId, null, committee);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x10;
            bool accepted = BatchEnvelopeCodec.TryDecode(changed, out BatchEnvelope? read) == LogFault.None && BatchVerifier.Verify(read!, context, out _).IsValid;
            Assert.False(accepted, $"byte {i}");
        }
    }

    [Fact]
    public void TwoOfThreeVotesAreNoQuorumAndThreeOfFourAre()
    {
        Committee three = LogSamples.Committee(3), four = LogSamples.Committee(4);
        Assert.Equal(LogFault.Quorum, Verdict(three, [0, 2]).Fault);
        Assert.True(Verdict(three, [0, 1, 2]).IsValid);
        Assert.Equal(LogFault.Quorum, Verdict(four, [0, 2]).Fault);
        Assert.True(Verdict(four, [0, 2, 3]).IsValid);

        static LogVerdict Verdict(Committee committee, int[] voters)
        {
            (BatchHeader header, byte[] body) = BatchSealer.Seal(LogSamples.Template(committee), Body, null);
            return BatchVerifier.Verify(LogSamples.Sign(header, body, committee, voters), new(LogSamples.ChainId, LogSamples.LogId, null, committee), out _);
        }
    }

    [Fact]
    public void SignaturesAreNamedByWhoseTheyAre()
    {
        Committee committee = LogSamples.Committee(4);
        BatchContext context = new(LogSamples.ChainId, LogSamples.LogId, null, committee);
        BatchEnvelope batch = LogSamples.Batch(committee, null, Body);
        ReadOnlyMemory<byte> other = LogSamples.Sign("m1", [1]);
        Assert.Equal(LogFault.FinalVote, BatchVerifier.Verify(batch with { Votes = [batch.Votes[0], other, batch.Votes[2], batch.Votes[3]] }, context, out _).Fault);
        Assert.Equal(LogFault.FinalVote, BatchVerifier.Verify(batch with { Votes = [batch.Votes[1], batch.Votes[0], batch.Votes[2], batch.Votes[3]] }, context, out _).Fault);
        Assert.Equal(LogFault.GroupSignature, BatchVerifier.Verify(batch with { GroupSignature = other }, context, out _).Fault);
        Assert.Equal(LogFault.AuthorSignature, BatchVerifier.Verify(batch with { AuthorSignature = other }, context, out _).Fault);
        Assert.Equal(LogFault.Bitmap, BatchVerifier.Verify(batch with { Voters = new byte[] { 0x1f } }, context, out _).Fault);
        Assert.Equal(LogFault.Bitmap, BatchVerifier.Verify(batch with { Voters = new byte[] { 0x0f, 0 } }, context, out _).Fault);

        // Without one vote the commit hash, and with it what the group signed, is another.
        BatchEnvelope fewer = batch with { Voters = new byte[] { 0x07 }, Votes = [batch.Votes[0], batch.Votes[1], batch.Votes[2]] };
        Assert.Equal(LogFault.GroupSignature, BatchVerifier.Verify(fewer, context, out _).Fault);
    }
}
