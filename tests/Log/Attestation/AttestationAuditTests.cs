using System.Security.Cryptography;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Attestation;

namespace Dsdn.Log.Tests.Attestation;

public sealed class AttestationAuditTests
{
    private static readonly AttestingValidators Validators = new(1, 1);
    private static readonly Hash256 Asked = new(Validators.Key(0).Span), Other = new(Validators.Key(1).Span), Seed = AttestingValidators.Hash("seed");

    [Theory]
    [InlineData(1)]
    [InlineData(1_024)]
    [InlineData(1_025)]
    [InlineData(50_000)]
    [InlineData(BatchEnvelopeCodec.BytesMax)]
    public void WhoHasTheEnvelopeAnswers(int bytes)
    {
        byte[] envelope = Envelope(bytes);
        DaStatement statement = About(envelope);
        var challenge = AuditChallenge.Of(statement, Seed, AuditChallenge.LeavesMax);
        byte[] answer = Assert.IsType<byte[]>(AttestationAudit.Answer(challenge, statement, envelope, Asked));
        Assert.True(answer.Length <= AttestationAudit.AnswerBytesMax, $"{answer.Length} bytes");
        Assert.Equal(AuditVerdict.Held, AttestationAudit.Verify(challenge, statement, Asked, answer));
    }

    [Fact]
    public void WhoLostALeafThatIsAskedForIsFound()
    {
        byte[] envelope = Envelope(50_000), damaged = [.. envelope];
        DaStatement statement = About(envelope);
        var challenge = AuditChallenge.Of(statement, Seed, 4);
        damaged[challenge.Indexes(statement, Asked)[2] * ChunkRoot.LeafBytes] ^= 1;
        byte[] answer = Assert.IsType<byte[]>(AttestationAudit.Answer(challenge, statement, damaged, Asked));
        Assert.Equal(AuditVerdict.WrongLeaf, AttestationAudit.Verify(challenge, statement, Asked, answer));
    }

    [Fact]
    public void AnotherSignersAnswerIsNone()
    {
        byte[] envelope = Envelope(500_000);
        DaStatement statement = About(envelope);
        var challenge = AuditChallenge.Of(statement, Seed, 8);
        byte[] answer = Assert.IsType<byte[]>(AttestationAudit.Answer(challenge, statement, envelope, Other));
        Assert.Equal(AuditVerdict.OtherLeaves, AttestationAudit.Verify(challenge, statement, Asked, answer));
        Assert.Equal(AuditVerdict.OtherLeaves, AttestationAudit.Verify(challenge with { Seed = AttestingValidators.Hash("later") }, statement, Other, answer));
        Assert.Equal(AuditVerdict.OtherLeaves, AttestationAudit.Verify(challenge with { LeafCount = 7 }, statement, Other, answer));
        Assert.Equal(AuditVerdict.OtherLeaves, AttestationAudit.Verify(challenge, statement, Other, new byte[] { 0 }));
    }

    [Fact]
    public void AChallengeAboutAnotherEnvelopeIsNotAnswered()
    {
        byte[] envelope = Envelope(5_000);
        DaStatement statement = About(envelope);
        var challenge = AuditChallenge.Of(statement, Seed, 4);
        foreach (AuditChallenge wrong in (AuditChallenge[])[challenge with { Seq = 9 }, challenge with { Sha256 = Seed }, challenge with { LeafCount = 0 }, challenge with { LeafCount = 17 }])
        {
            Assert.Null(AttestationAudit.Answer(wrong, statement, envelope, Asked));
            Assert.Equal(AuditVerdict.AnotherStatement, AttestationAudit.Verify(wrong, statement, Asked, new byte[] { 0 }));
        }
        Assert.Null(AttestationAudit.Answer(challenge, statement, envelope.AsMemory(1), Asked));
    }

    /// <summary>One byte changed anywhere, one cut off or added: it is never taken for an answer.</summary>
    [Fact]
    public void NoChangedAnswerHolds()
    {
        byte[] envelope = Envelope(2_500);
        DaStatement statement = About(envelope);
        var challenge = AuditChallenge.Of(statement, Seed, 2);
        byte[] answer = Assert.IsType<byte[]>(AttestationAudit.Answer(challenge, statement, envelope, Asked));
        for (int i = 0; i < answer.Length; i++)
        {
            answer[i] ^= 0x10;
            Assert.NotEqual(AuditVerdict.Held, AttestationAudit.Verify(challenge, statement, Asked, answer));
            answer[i] ^= 0x10;
        }
        for (int length = 0; length < answer.Length; length++) Assert.Equal(AuditVerdict.Malformed, AttestationAudit.Verify(challenge, statement, Asked, answer.AsMemory(0, length)));
        Assert.Equal(AuditVerdict.Malformed, AttestationAudit.Verify(challenge, statement, Asked, (byte[])[.. answer, 0]));
        Assert.Equal(AuditVerdict.Malformed, AttestationAudit.Verify(challenge, statement, Asked, new byte[AttestationAudit.AnswerBytesMax + 1]));
        Assert.Equal(AuditVerdict.Held, AttestationAudit.Verify(challenge, statement, Asked, answer));
    }

    [Fact]
    public void EveryLeafIsAskedForSometime()
    {
        DaStatement statement = About(Envelope(10_000));
        SortedSet<uint> seen = [];
        for (int i = 0; i < 40; i++) seen.UnionWith(AuditChallenge.Of(statement, AttestingValidators.Hash($"seed {i}"), 4).Indexes(statement, Asked));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], seen);
    }

    [Fact]
    public void AChallengeReadsBackAndNothingElseDoes()
    {
        var challenge = AuditChallenge.Of(About(Envelope(10)), Seed, 3);
        Assert.Equal(LogFault.None, AuditChallenge.TryDecode(challenge.Encode(), out AuditChallenge? read));
        Assert.Equal(challenge, read);
        foreach (AuditChallenge wrong in (AuditChallenge[])[challenge with { Seq = 0 }, challenge with { LeafCount = 0 }, challenge with { LeafCount = 17 }])
            Assert.Equal(LogFault.Value, AuditChallenge.TryDecode(wrong.Encode(), out _));
        Assert.Equal(LogFault.Truncated, AuditChallenge.TryDecode(challenge.Encode().AsMemory(1), out _));
        Assert.Equal(LogFault.TrailingBytes, AuditChallenge.TryDecode((byte[])[.. challenge.Encode(), 0], out _));
    }

    [Fact]
    public void EveryVerdictHasItsCode() => Assert.Equal(Enum.GetValues<AuditVerdict>().Length, Enum.GetValues<AuditVerdict>().Select(AuditVerdicts.Code).Distinct().Count());

    private static byte[] Envelope(int bytes)
    {
        byte[] envelope = new byte[bytes];
        new Random(bytes).NextBytes(envelope);
        return envelope;
    }

    private static DaStatement About(byte[] envelope) =>
        Validators.Statement(7) with { DataBytes = (uint)envelope.Length, Sha256 = new Hash256(SHA256.HashData(envelope)), ChunkRoot = ChunkRoot.Of(envelope) };
}
