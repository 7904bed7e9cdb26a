using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using static Dsdn.Chain.Tests.Log.LogSamples;

namespace Dsdn.Chain.Tests.Log;

/// <summary>What validators vouch for together: envelopes they keep, and anchors of the log.</summary>
public sealed class AttestationTests
{
    private static readonly byte[] NameSpace = [.. new byte[19], .. "dsdn-log.."u8];
    private static readonly BatchEnvelope Batch = LogSamples.Batch(Committee(1), null, SomeEvents(2));
    private static readonly byte[] Bytes = BatchEnvelopeCodec.Encode(Batch);

    private static ValidatorSet Set(params ulong[] powers) => new([.. powers.Select((power, i) =>
        new Validator(Address.FromNumber((ushort)(i + 1)), PublicKey($"v{i}").ToArray(), power, Address.FromNumber((ushort)(i + 1))))]);

    private static DaCertificate Certificate(ValidatorSet set, int[] signers, Func<DaStatement, DaStatement>? change = null)
    {
        DaStatement statement = DaStatement.For(Bytes, Batch.Header, 3, BlockHashes.Validators(set), NameSpace, 0, Word("commitment"));
        statement = change is null ? statement : change(statement);
        return new DaCertificate(statement, Bitmap.Of(set.Validators.Count, signers), [.. signers.Select(i => (ReadOnlyMemory<byte>)Sign($"v{i}", statement.Message))]);
    }

    [Fact]
    public void PowerCountsAndNotHeads()
    {
        ValidatorSet set = Set(97, 1, 1, 1);
        Assert.Equal(LogFault.Power, Certificate(set, [1, 2, 3]).Verify(ChainId, set, 5_000).Fault);
        Assert.True(Certificate(set, [0]).Verify(ChainId, set, 5_000).IsValid);
        ValidatorSet three = Set(1, 1, 1);
        Assert.Equal(LogFault.Power, Certificate(three, [0, 1]).Verify(ChainId, three, 5_000).Fault); // two thirds are not more than two thirds
        Assert.True(Certificate(three, [0, 1, 2]).Verify(ChainId, three, 5_000).IsValid);
        ValidatorSet huge = Set(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 3);
        Assert.True(Certificate(huge, [0, 1, 3]).Verify(ChainId, huge, 5_000).IsValid);
        Assert.Equal(LogFault.Power, Certificate(huge, [0, 1]).Verify(ChainId, huge, 5_000).Fault);
    }

    [Fact]
    public void EveryPartOfACertificateIsNamedWhereItIsWrong()
    {
        ValidatorSet set = Set(4, 3, 2, 1);
        DaCertificate good = Certificate(set, [0, 1]);
        Assert.True(good.Verify(ChainId, set, 5_000).IsValid);
        Assert.Equal(LogFault.ChainId, good.Verify(17_845, set, 5_000).Fault);
        Assert.Equal(LogFault.ValidatorSet, good.Verify(ChainId, Set(4, 3, 2, 2), 5_000).Fault);
        Assert.Equal(LogFault.Bitmap, (good with { Signers = new byte[] { 0x13 } }).Verify(ChainId, set, 5_000).Fault);
        Assert.Equal(LogFault.Bitmap, (good with { Signers = new byte[] { 0x07 } }).Verify(ChainId, set, 5_000).Fault);
        Assert.Equal(LogFault.Attestation, (good with { Signatures = [good.Signatures[1], good.Signatures[0]] }).Verify(ChainId, set, 5_000).Fault);
        Assert.Equal(LogFault.Attestation, (good with { Statement = good.Statement with { DataBytes = 1 } }).Verify(ChainId, set, 5_000).Fault);
        Assert.Equal(LogFault.Attestation, (good with { Statement = good.Statement with { Commitment = Word("other") } }).Verify(ChainId, set, 5_000).Fault);
        Assert.Equal(LogFault.Expiry, Certificate(set, [0, 1], statement => statement with { ExpiresMs = statement.ExpiresMs - 1 }).Verify(ChainId, set, 5_000).Fault);
        Assert.Equal(LogFault.Expiry, Certificate(set, [0, 1], statement => statement with { CreatedMs = ulong.MaxValue }).Verify(ChainId, set, 5_000).Fault);
    }

    [Fact]
    public void CertificateHoldsUpToItsEnd()
    {
        ValidatorSet set = Set(1);
        DaCertificate certificate = Certificate(set, [0]);
        Assert.True(certificate.Verify(ChainId, set, certificate.Statement.ExpiresMs - 1).IsValid);
        Assert.Equal(LogFault.Expiry, certificate.Verify(ChainId, set, certificate.Statement.ExpiresMs).Fault);
    }

    [Fact]
    public void StatementIsAboutItsEnvelopeOnly()
    {
        DaStatement statement = Certificate(Set(1), [0]).Statement;
        Assert.True(statement.CheckEnvelope(Bytes, Batch.Header).IsValid);
        byte[] other = [.. Bytes];
        other[^1] ^= 1;
        Assert.Equal(LogFault.Binding, statement.CheckEnvelope(other, Batch.Header).Fault);
        Assert.Equal(LogFault.Binding, statement.CheckEnvelope(Bytes, Batch.Header with { LogTimeMs = 1 }).Fault);
        Assert.Equal(LogFault.Binding, (statement with { CreatedMs = 1 }).CheckEnvelope(Bytes, Batch.Header).Fault);
        Assert.Equal(LogFault.Binding, (statement with { ChunkRoot = Word("other") }).CheckEnvelope(Bytes, Batch.Header).Fault);
    }

    [Fact]
    public void PointersKnowTheirBytes()
    {
        Hash256 sha256 = new(System.Security.Cryptography.SHA256.HashData(Bytes));
        CelestiaPointer celestia = new(5, NameSpace, 0, Word("commitment"), (uint)Bytes.Length, sha256);
        Assert.True(celestia.IsOf(Bytes));
        Assert.False((celestia with { DataBytes = 1 }).IsOf(Bytes));
        const string location = "file:/var/lib/dsdn/9";
        EmergencyPointer emergency = new(PublicKey("operator"), Sign("operator", EmergencyPointer.Message(sha256, location)), sha256, location);
        Assert.True(emergency.IsSigned && emergency.IsOf(Bytes));
        Assert.False((emergency with { Location = "file:/var/lib/dsdn/8" }).IsSigned);
        Assert.Equal(LogFault.Value, DaPointerCodec.TryDecode(new byte[] { 4 }, out _)); // an unknown tier
    }

    [Fact]
    public void AnchorNeedsThePowerOfItsOwnSet()
    {
        ValidatorSet set = Set(4, 3, 2, 1);
        LogAnchor anchor = new(ChainId, 3, BlockHashes.Validators(set), 12, Word("core"), Word("state"), 0, Hash256.Zero);
        AttestedAnchor attested = new(anchor, new byte[] { 0b0011 }, [Sign("v0", anchor.Message), Sign("v1", anchor.Message)]);
        Assert.True(attested.Verify(ChainId, 3, set).IsValid);
        Assert.Equal(LogFault.Epoch, attested.Verify(ChainId, 4, set).Fault);
        Assert.Equal(LogFault.ChainId, attested.Verify(17_845, 3, set).Fault);
        Assert.Equal(LogFault.ValidatorSet, attested.Verify(ChainId, 3, Set(4, 3, 2, 2)).Fault);
        Assert.Equal(LogFault.Attestation, (attested with { Anchor = anchor with { StateRoot = Word("other") } }).Verify(ChainId, 3, set).Fault);
        Assert.Equal(LogFault.Power, (attested with { Signers = new byte[] { 0b0001 }, Signatures = [attested.Signatures[0]] }).Verify(ChainId, 3, set).Fault);

        // What vouches for keeping bytes does not vouch for a state: tags differ.
        Assert.NotEqual(LogTag.Of(LogDomain.Anchor).ToArray(), LogTag.Of(LogDomain.Attestation).ToArray());
    }

    [Fact]
    public void AnchorWithoutCelestiaHasNeitherHeightNorRoot()
    {
        LogAnchor anchor = LogVectors.Anchor with { DaHeight = 5 };
        Assert.Equal(LogFault.Value, LogAnchorCodec.TryDecode(LogAnchorCodec.Encode(new AttestedAnchor(anchor, default, [])), out _));
    }
}
