using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Attestation;
using Dsdn.Node.Observability;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;
using static Dsdn.Node.Tests.Attestation.LogStatements;

namespace Dsdn.Node.Tests.Attestation;

/// <summary>A key in this process and its record of attestations in a file.</summary>
public sealed class LocalAttestationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-attest-").FullName;
    private readonly ConsensusKey _key = new([.. Enumerable.Repeat((byte)9, 32)]);
    private ulong _nowMs = NowMs;

    private string Record => Path.Combine(_folder, "attestations");

    [Fact]
    public async Task ABatchAndItsAnchorAreSignedAndTheSameAgainGetsTheSame()
    {
        using LocalAttestationSigner signer = Open();
        AttestationResult batch = await signer.SignAsync(Statement(1), default), anchor = await signer.SignAsync(Anchor(1), default);
        Assert.True(Ed25519.Verify(Statement(1).Message, batch.Signature.Span, signer.PublicKey.Span));
        Assert.True(Ed25519.Verify(Anchor(1).Message, anchor.Signature.Span, signer.PublicKey.Span));
        Assert.Equal(batch.Signature.ToArray(), (await signer.SignAsync(Statement(1), default)).Signature.ToArray());
        Assert.Equal(anchor.Signature.ToArray(), (await signer.SignAsync(Anchor(1), default)).Signature.ToArray());
        Assert.True((await signer.SignAsync(Statement(1, epoch: 4), default)).IsSigned);
    }

    [Fact]
    public async Task ASecondHashForOneBatchIsRefusedAlsoAfterARestart()
    {
        using (LocalAttestationSigner signer = Open())
        {
            Assert.True((await signer.SignAsync(Statement(1), default)).IsSigned);
            Assert.True((await signer.SignAsync(Anchor(1), default)).IsSigned);
            AssertRefused("DSDN-E-ATTEST-CONFLICT", await signer.SignAsync(Statement(1, "b"), default));
        }
        using LocalAttestationSigner again = Open(MissingRecord.Lost);
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await again.SignAsync(Statement(1, "b"), default));
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await again.SignAsync(Anchor(1, "b"), default));
        AssertRefused("DSDN-E-ATTEST-STATE-ROOT", await again.SignAsync(Anchor(1, root: "other"), default));
        Assert.True((await again.SignAsync(Statement(1), default)).IsSigned);
    }

    [Fact]
    public async Task ManyAtOnceAreBoundToOneHashEach()
    {
        using LocalAttestationSigner signer = Open();
        AttestationResult[] results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => signer.SignAsync(Statement((ulong)(i / 4) + 1, i % 2 == 0 ? "a" : "b"), default)));
        for (int seq = 0; seq < 50; seq++) Assert.Equal(2, results.Skip(4 * seq).Take(4).Count(result => result.IsSigned));
    }

    [Fact]
    public async Task ALostRecordIsRefusedUntilTheOperatorSaysFromWhereOn()
    {
        using (LocalAttestationSigner lost = Open(MissingRecord.Lost))
        {
            AssertRefused("DSDN-E-ATTEST-RECORD-LOST", await lost.SignAsync(Statement(1), default));
            Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await lost.SignAsync(Anchor(1), default)).Code);
            Assert.Contains("DSDN-E-ATTEST-RECORD-LOST", lost.Description);
        }
        Assert.False(File.Exists(Record));
        using (LocalAttestationSigner above = Open(MissingRecord.Lost, attestAbove: 40))
        {
            AssertRefused("DSDN-E-ATTEST-BELOW-FLOOR", await above.SignAsync(Statement(40), default));
            Assert.True((await above.SignAsync(Statement(41), default)).IsSigned);
        }
        using LocalAttestationSigner again = Open(MissingRecord.Lost);
        AssertRefused("DSDN-E-ATTEST-BELOW-FLOOR", await again.SignAsync(Anchor(40), default));
        Assert.Equal("attested up to batch 41", again.Description);
    }

    [Fact]
    public async Task TheOperatorCanRaiseTheFloorOfARecordAndNeverLowerIt()
    {
        using (LocalAttestationSigner signer = Open()) await signer.SignAsync(Statement(7), default);
        using (LocalAttestationSigner raised = Open(attestAbove: 90))
        {
            Assert.True((await raised.SignAsync(Statement(7), default)).IsSigned);
            AssertRefused("DSDN-E-ATTEST-BELOW-FLOOR", await raised.SignAsync(Statement(8), default));
        }
        using LocalAttestationSigner lower = Open(attestAbove: 0);
        AssertRefused("DSDN-E-ATTEST-BELOW-FLOOR", await lower.SignAsync(Statement(90), default));
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await lower.SignAsync(Statement(7, "b"), default));
    }

    [Fact]
    public async Task ADamagedRecordIsALostOneAndIsKeptAside()
    {
        using (LocalAttestationSigner signer = Open()) await signer.SignAsync(Statement(7), default);
        byte[] bytes = await File.ReadAllBytesAsync(Record, TestContext.Current.CancellationToken);
        bytes[20] ^= 1;
        bytes[4_096 + 20] ^= 1;
        await File.WriteAllBytesAsync(Record, bytes, TestContext.Current.CancellationToken);
        using (LocalAttestationSigner damaged = Open()) Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await damaged.SignAsync(Statement(8), default)).Code);
        using LocalAttestationSigner above = Open(attestAbove: 7);
        Assert.True((await above.SignAsync(Statement(8), default)).IsSigned);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Record + ".damaged", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ARecordThatCannotBeReadIsALostOne()
    {
        await using var held = new FileStream(Record, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var inUse = AttestationStore.Open(Record, MissingRecord.NeverAttested, null);
        using LocalAttestationSigner signer = new(_key, inUse, ChainId, new SetClock(() => _nowMs), NullLogger.Instance);
        Assert.NotEmpty(inUse.Damage);
        Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await signer.SignAsync(Statement(1), default)).Code);
    }

    /// <summary>The same facts as for the record of votes, and the archive.</summary>
    [Theory]
    [InlineData(false, 900, false, false, false, MissingRecord.NeverAttested)] // nobody registered this key
    [InlineData(true, 0, true, true, false, MissingRecord.NeverAttested)] // a network of one begins
    [InlineData(true, 0, true, false, true, MissingRecord.NeverAttested)] // a development key
    [InlineData(true, 0, true, false, false, MissingRecord.LogMayBegin)]
    [InlineData(true, 1, true, false, false, MissingRecord.Lost)]
    [InlineData(true, 1, true, true, true, MissingRecord.Lost)]
    [InlineData(true, 0, false, true, true, MissingRecord.Lost)]
    public void WhatAMissingRecordMeans(bool isKeyKnown, ulong height, bool isArchiveEmpty, bool isAlone, bool isPublicKey, MissingRecord meaning) =>
        Assert.Equal(meaning, AttestationSigners.WhenMissing(isKeyKnown, height, isArchiveEmpty, isAlone, isPublicKey));

    /// <summary>Without a record, beside an empty chain: the log begins if its first batch was made a moment ago.</summary>
    [Fact]
    public async Task AYoungFirstBatchBeginsARecordAndNothingElseDoes()
    {
        using (LocalAttestationSigner signer = Open(MissingRecord.LogMayBegin))
        {
            Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await signer.SignAsync(Statement(2), default)).Code);
            Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await signer.SignAsync(Anchor(1), default)).Code);
            Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await signer.SignAsync(Statement(1, createdMs: NowMs - AttestationRules.BeginsMsMax - 1), default)).Code);
            Assert.Equal("DSDN-E-ATTEST-RECORD-LOST", (await signer.SignAsync(Statement(1) with { ChainId = 1 }, default)).Code);
            Assert.False(File.Exists(Record));
            Assert.True((await signer.SignAsync(Statement(1), default)).IsSigned);
            Assert.True((await signer.SignAsync(Statement(2), default)).IsSigned);
        }
        using LocalAttestationSigner again = Open(MissingRecord.LogMayBegin);
        AssertRefused("DSDN-E-ATTEST-CONFLICT", await again.SignAsync(Statement(1, "b"), default));
    }

    [Fact]
    public async Task WhatExpiredIsNotSignedAgainAndRaisesTheFloor()
    {
        using LocalAttestationSigner signer = Open();
        Assert.True((await signer.SignAsync(Statement(1), default)).IsSigned);
        _nowMs += DaStatement.KeptMs;
        AssertRefused("DSDN-E-ATTEST-BELOW-FLOOR", await signer.SignAsync(Statement(1), default));
        _nowMs -= 1_000; // the clock is set back: it is not free again
        AssertRefused("DSDN-E-ATTEST-BELOW-FLOOR", await signer.SignAsync(Statement(1, "b"), default));
        Assert.True((await signer.SignAsync(Statement(2, createdMs: _nowMs), default)).IsSigned);
    }

    [Fact]
    public async Task AKillBetweenWritesLeavesNoHalfRecord()
    {
        await File.WriteAllTextAsync(Record + ".next", "half of one", TestContext.Current.CancellationToken); // of a kill while a record began
        using LocalAttestationSigner signer = Open();
        Assert.True((await signer.SignAsync(Statement(1), default)).IsSigned);
        Assert.False(File.Exists(Record + ".next"));
    }

    [Fact]
    public async Task TheDiskIsFullAndNothingIsSignedAfterwards()
    {
        using LocalAttestationSigner signer = new(_key, FailingStore(), ChainId, new SetClock(() => _nowMs), NullLogger.Instance);
        AssertRefused("DSDN-E-ATTEST-RECORD-FAILED", await signer.SignAsync(Statement(1), default));
        Assert.Equal("DSDN-E-ATTEST-RECORD-FAILED", (await signer.SignAsync(Statement(2), default)).Code);
    }

    [Fact]
    public async Task AValidatorWhoseKeyIsInUseElsewhereAttestsNothing()
    {
        var votes = new StoppedVotes(_key);
        using var watched = new WatchedAttestationSigner(Open(), votes);
        Assert.True((await watched.SignAsync(Statement(1), default)).IsSigned);
        votes.IsStopped = true;
        AssertRefused("DSDN-E-KEY-IN-USE", await watched.SignAsync(Statement(2), default));
        AssertRefused("DSDN-E-KEY-IN-USE", await watched.SignAsync(Anchor(1), default));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private LocalAttestationSigner Open(MissingRecord missing = MissingRecord.NeverAttested, ulong? attestAbove = null) =>
        new(_key, AttestationStore.Open(Record, missing, attestAbove), ChainId, new SetClock(() => _nowMs), NullLogger.Instance);

    /// <summary>Its record cannot be begun where a folder has its name.</summary>
    private AttestationStore FailingStore()
    {
        var store = AttestationStore.Open(Record, MissingRecord.LogMayBegin, null);
        Directory.CreateDirectory(Record);
        return store;
    }

    private static void AssertRefused(string code, AttestationResult result) => Assert.Equal((code, false, 0), (result.Code, result.MayRetry, result.Signature.Length));

    private sealed class StoppedVotes(ConsensusKey key) : IVoteSigner
    {
        public bool IsStopped { get; set; }

        public ReadOnlyMemory<byte> PublicKey => key.PublicKey;

        public LastSign Last => LastSign.None;

        public SigningStatus Status => IsStopped ? new SigningStatus(SigningState.Stopped, "height 5") : SigningStatus.Local;

        public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes) => key.Sign(signBytes);

        public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) => key.ProveBeacon(chainId, height, previousBeacon);
    }
}
