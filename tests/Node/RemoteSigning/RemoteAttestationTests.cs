using Dsdn.Chain.Crypto;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Attestation;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.RemoteSigning.Wire;
using Dsdn.Node.Validation;
using Google.Protobuf;
using static Dsdn.Node.Tests.Attestation.LogStatements;

namespace Dsdn.Node.Tests.RemoteSigning;

/// <summary>Attestations by a key in another process, over real sockets and mutual TLS.</summary>
public sealed class RemoteAttestationTests
{
    [Fact]
    public async Task ABatchAndItsAnchorAreSignedOverTheWire()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteAttestationSigner signer = rig.ConnectAttestations();
        AttestationResult batch = await signer.SignAsync(Statement(1), default), anchor = await signer.SignAsync(Anchor(1), default);
        Assert.True(Ed25519.Verify(Statement(1).Message, batch.Signature.Span, rig.Key.PublicKey.Span));
        Assert.True(Ed25519.Verify(Anchor(1).Message, anchor.Signature.Span, rig.Key.PublicKey.Span));
        Assert.Equal(batch.Signature.ToArray(), (await signer.SignAsync(Statement(1), default)).Signature.ToArray());
    }

    [Fact]
    public async Task ASecondHashForOneBatchIsRefusedWhoeverAsks()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        Assert.True((await rig.ConnectAttestations().SignAsync(Statement(1), default)).IsSigned);
        RemoteAttestationSigner other = rig.ConnectAttestations();
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await other.SignAsync(Statement(1, "b"), default));
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await other.SignAsync(Anchor(1, "b"), default));
        Assert.True((await other.SignAsync(Anchor(1), default)).IsSigned);
        AssertRefused("DSDN-E-ATTEST-STATE-ROOT", await other.SignAsync(Anchor(1, root: "other"), default));
    }

    [Fact]
    public async Task TheRecordOutlastsTheSigner()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteAttestationSigner signer = rig.ConnectAttestations();
        byte[] signature = (await signer.SignAsync(Statement(1), default)).Signature.ToArray();
        await rig.StopAsync();
        AttestationResult away = await signer.SignAsync(Statement(2), default);
        Assert.Equal(("DSDN-E-SIGNER-AWAY", true), (away.Code, away.MayRetry));
        await rig.StartAsync();
        Assert.Equal(signature, (await AgainAsync(signer, 1, "a")).Signature.ToArray());
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await AgainAsync(signer, 1, "b"));
    }

    [Fact]
    public async Task ASignerWithoutARecordOfAttestationsVotesAndAttestsNothing()
    {
        await using var rig = new SignerRig { Missing = MissingRecord.Lost };
        await rig.StartAsync();
        AssertRefused("DSDN-E-ATTEST-RECORD-LOST", await rig.ConnectAttestations().SignAsync(Statement(1), default));
        Assert.Equal(64, rig.Connect().Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "a")).Length);
    }

    /// <summary>Both kinds at once, each in its own order: a vote needs nothing of the other record.</summary>
    [Fact]
    public async Task VotesAndAttestationsAreRecordedApart()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteAttestationSigner attestations = rig.ConnectAttestations();
        RemoteVoteSigner votes = rig.Connect();
        Task<AttestationResult[]> attested = Task.WhenAll(Enumerable.Range(1, 40).Select(seq => attestations.SignAsync(Statement((ulong)seq), default)));
        for (ulong height = 1; height <= 40; height++) Assert.Equal(64, votes.Sign(height, 0, SignStep.Prevote, SignerRig.Prevote(height, 0, "a")).Length);
        Assert.All(await attested, result => Assert.True(result.IsSigned, result.Code));
        await rig.StopAsync();
        using LastSignFile record = LastSignFile.Open(rig.Record);
        Assert.Equal(40UL, record.Last.Height);
        using var store = AttestationStore.Open(rig.Attestations, MissingRecord.Lost, null);
        Assert.Equal(40UL, store.Highest);
    }

    [Fact]
    public async Task AStrangerOrAnotherKeyIsNotServed()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        Assert.Equal("DSDN-E-SIGNER-AWAY", (await rig.ConnectAttestations(NodeIdentity.Create()).SignAsync(Statement(1), default)).Code);
        AssertRefused("DSDN-E-SIGNER-KEY", await rig.ConnectAttestations(key: new ConsensusKey(new byte[32])).SignAsync(Statement(1), default));
        AssertRefused("DSDN-E-ATTEST-CHAIN", await rig.ConnectAttestations().SignAsync(Statement(1) with { ChainId = 1 }, default));
        AssertRefused("DSDN-E-ATTEST-CHAIN", await rig.ConnectAttestations().SignAsync(Anchor(1) with { ChainId = 1 }, default));
        await rig.StopAsync();
        using var store = AttestationStore.Open(rig.Attestations, MissingRecord.Lost, null);
        Assert.Equal(0UL, store.Highest);
    }

    /// <summary>The signer believes nothing that a node sends: not that the bytes are a statement, nor that they are one of this kind.</summary>
    [Fact]
    public async Task BytesThatAreNoStatementAreRefusedAndBindNothing()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        using SignerLink link = rig.Link();
        byte[] statement = Statement(1).Encode();
        Random random = new(3);
        for (int run = 0; run < 60; run++)
        {
            byte[] garbage = new byte[random.Next(0, 400)];
            random.NextBytes(garbage);
            Assert.Equal("DSDN-E-ATTEST-MALFORMED", Code(link, garbage, run % 2 == 0));
        }
        Assert.Equal("DSDN-E-ATTEST-MALFORMED", Code(link, statement[..^1], isAnchor: false));
        Assert.Equal("DSDN-E-ATTEST-MALFORMED", Code(link, [.. statement, 0], isAnchor: false));
        Assert.Equal("DSDN-E-ATTEST-MALFORMED", Code(link, statement, isAnchor: true));
        Assert.Equal("DSDN-E-ATTEST-MALFORMED", Code(link, Statement(0).Encode(), isAnchor: false));
        Assert.Equal("DSDN-E-ATTEST-MALFORMED", Code(link, (Statement(1) with { DataBytes = uint.MaxValue }).Encode(), isAnchor: false));
        Assert.Equal("DSDN-E-ATTEST-EXPIRED", Code(link, (Statement(1) with { ExpiresMs = 0 }).Encode(), isAnchor: false));
        Assert.Equal("DSDN-E-ATTEST-EXPIRED", Code(link, (Statement(1) with { ExpiresMs = ulong.MaxValue }).Encode(), isAnchor: false));
        Assert.Equal("", Code(link, statement, isAnchor: false));
    }

    private static string Code(SignerLink link, byte[] statement, bool isAnchor)
    {
        var request = new AttestRequest { PublicKey = ByteString.CopyFrom([.. new ConsensusKey([.. Enumerable.Repeat((byte)5, 32)]).PublicKey.Span]), Statement = ByteString.CopyFrom(statement) };
        try
        {
            link.Call((channel, options) => channel.CallAsync(isAnchor ? SignerMethods.AttestAnchor : SignerMethods.AttestBatch, request, options));
            return "";
        }
        catch (NotSignedException e)
        {
            return e.Code;
        }
    }

    private static void AssertRefused(string code, AttestationResult result) => Assert.Equal((code, false, 0), (result.Code, result.MayRetry, result.Signature.Length));

    /// <summary>While the link pauses after a failure calls fail at once.</summary>
    private static async Task<AttestationResult> AgainAsync(RemoteAttestationSigner signer, ulong seq, string core)
    {
        while (true)
        {
            AttestationResult result = await signer.SignAsync(Statement(seq, core), TestContext.Current.CancellationToken);
            if (result.Code != "DSDN-E-SIGNER-AWAY") return result;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
