using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Tests.Headers;

public sealed class HeaderTests
{
    private const string Chain = "test";
    private const ulong Second = 1_000, Start = 1_700_000_000_000;
    private static readonly TrustOptions Options = new(Chain);
    private static readonly SquareProver Square = Sample.Square(Sample.Blob(Sample.User(5, 5), [1])).Prover;

    private static readonly byte[][] Keys = [.. Enumerable.Range(1, 8).Select(i => Sample.Bytes(32, i))];

    private static CelestiaValidators Set(params int[] keys)
    {
        Sample.AssertValid(CelestiaValidators.TryCreate([.. keys.Select(key => new CelestiaValidator(PublicOf(key), 10))], out CelestiaValidators? set));
        return set!;
    }

    private static byte[] PublicOf(int key)
    {
        byte[] publicKey = new byte[32];
        Ed25519.PublicKey(Keys[key], publicKey);
        return publicKey;
    }

    private static ExtendedHeader Make(ulong height, int[] keys, int[] signers, ExtendedHeader? parent = null, int[]? next = null, ulong timeMs = 0, CommitFlag flag = CommitFlag.Commit)
    {
        CelestiaValidators set = Set(keys);
        CelestiaHeader header = new(
            11, 9, Chain, height, CometTime.FromUnixMs(timeMs == 0 ? Start + (height * Second) : timeMs), new BlockId(parent?.Hash, 1, parent?.Hash), null, Square.Dah.DataRoot(),
            set.Hash(), Set(next ?? keys).Hash(), Hash256.Zero, new byte[32], null, null, set.Members[0].Address());
        BlockId id = new(header.Hash(), 1, Hash256.Zero);
        CelestiaCommit unsigned = new(height, 0, id, []);
        CommitSignature[] signatures = [.. keys.Select(key => signers.Contains(key) ? Sign(key) : new CommitSignature(CommitFlag.Absent, default, CometTime.Zero, default))];
        return new ExtendedHeader(header, unsigned with { Signatures = signatures }, set, Square.Dah);

        CommitSignature Sign(int key)
        {
            byte[] signature = new byte[64];
            Ed25519.Sign(unsigned.SignBytes(Chain, header.Time), Keys[key], signature);
            return new CommitSignature(flag, new CelestiaValidator(PublicOf(key), 1).Address(), header.Time, signature);
        }
    }

    private static ExtendedHeader With(ExtendedHeader header, CelestiaHeader? changed = null, CelestiaCommit? commit = null, CelestiaValidators? set = null) =>
        new(changed ?? header.Header, commit ?? header.Commit, set ?? header.Validators, header.Dah);

    [Fact]
    public void MoreThanTwoThirdsOfThePowerMustSign()
    {
        Sample.AssertValid(HeaderVerifier.CheckAlone(Make(5, [0, 1, 2, 3], [0, 1, 2]), Chain));
        Assert.Equal("DSDN-E-DA-SIGNATURES", HeaderVerifier.CheckAlone(Make(5, [0, 1, 2], [0, 1]), Chain).Code);
        Assert.Equal(DaFault.Signatures, HeaderVerifier.CheckAlone(Make(5, [0, 1, 2], [0, 1, 2], flag: CommitFlag.Nil), Chain).Fault);
    }

    [Fact]
    public void ForgedSignaturesDoNotCount()
    {
        ExtendedHeader header = Make(5, [0, 1, 2], [0, 1, 2]);
        CommitSignature first = header.Commit.Signatures[0];
        CommitSignature[] lies =
        [
            first with { Signature = new byte[64] }, first with { Signature = default }, first with { Time = CometTime.Zero }, first with { Address = new byte[20] },
            header.Commit.Signatures[1],
        ];
        foreach (CommitSignature lie in lies)
            Assert.Equal(DaFault.Signatures, HeaderVerifier.CheckAlone(With(header, commit: header.Commit with { Signatures = [lie, .. header.Commit.Signatures.Skip(1)] }), Chain).Fault);
        Assert.Equal(DaFault.Signatures, HeaderVerifier.CheckAlone(With(header, commit: header.Commit with { Signatures = [.. header.Commit.Signatures.Skip(1)] }), Chain).Fault);
        Assert.Equal(DaFault.Signatures, HeaderVerifier.CheckAlone(With(header, commit: header.Commit with { Round = 1 }), Chain).Fault);
    }

    [Fact]
    public void EveryChangedFieldOfTheHeaderIsNoticed()
    {
        ExtendedHeader header = Make(5, [0], [0]);
        CelestiaHeader own = header.Header;
        Hash256 other = Square.Dah.DataRoot();
        CelestiaHeader[] changed =
        [
            own with { BlockVersion = 1 }, own with { AppVersion = 1 }, own with { ChainId = "other" }, own with { Height = 6 }, own with { Height = ulong.MaxValue }, own with { Height = 0 },
            own with { Time = CometTime.Zero }, own with { LastBlockId = default }, own with { LastCommitHash = other }, own with { DataHash = Hash256.Zero }, own with { DataHash = null },
            own with { ValidatorsHash = other }, own with { NextValidatorsHash = other }, own with { ConsensusHash = other }, own with { AppHash = default },
            own with { LastResultsHash = other }, own with { EvidenceHash = other }, own with { ProposerAddress = default },
        ];
        Assert.All(changed, one => Assert.False(HeaderVerifier.CheckAlone(With(header, one), Chain).IsValid));
        Assert.Equal(changed.Length, changed.Select(one => one.Hash()).Distinct().Count());
        Assert.Equal(DaFault.Header, HeaderVerifier.CheckAlone(With(header, set: Set(1)), Chain).Fault);
        Assert.Equal(DaFault.Header, HeaderVerifier.CheckAlone(With(header, commit: header.Commit with { Height = 6 }), Chain).Fault);
        Assert.Equal(DaFault.DataRoot, HeaderVerifier.CheckAlone(With(header, own with { DataHash = Hash256.Zero }), Chain).Fault);
        Assert.Equal(DaFault.Header, HeaderVerifier.CheckAlone(header, "another").Fault);
    }

    [Fact]
    public void NextHeaderFollowsByHashAndNamedValidators()
    {
        ExtendedHeader trusted = Make(5, [0, 1], [0, 1], next: [2, 3]), next = Make(6, [2, 3], [2, 3], trusted);
        Sample.AssertValid(HeaderVerifier.Verify(trusted, next, Options, Start + (10 * Second)));
        Assert.Equal(DaFault.Header, HeaderVerifier.Verify(trusted, Make(6, [2, 3], [2, 3], next), Options, Start + (10 * Second)).Fault);
        Assert.Equal(DaFault.Header, HeaderVerifier.Verify(trusted, Make(6, [0, 1], [0, 1], trusted), Options, Start + (10 * Second)).Fault);
        Sample.AssertValid(HeaderVerifier.VerifyParent(next, trusted));
        Assert.Equal(DaFault.Header, HeaderVerifier.VerifyParent(trusted, next).Fault);
        Assert.Equal(DaFault.Header, HeaderVerifier.VerifyParent(next, Make(5, [0, 1], [0, 1])).Fault);
    }

    [Fact]
    public void LaterHeaderNeedsAThirdOfTheTrustedPower()
    {
        ExtendedHeader trusted = Make(5, [0, 1, 2], [0, 1, 2]);
        Sample.AssertValid(HeaderVerifier.Verify(trusted, Make(50, [0, 1, 4], [0, 1, 4]), Options, Start + (60 * Second)));
        Assert.Equal("DSDN-E-DA-TRUST", HeaderVerifier.Verify(trusted, Make(50, [0, 4, 5, 6, 7], [0, 4, 5, 6, 7]), Options, Start + (60 * Second)).Code);
        Assert.Equal(DaFault.NotEnoughTrust, HeaderVerifier.Verify(trusted, Make(50, [4, 5], [4, 5]), Options, Start + (60 * Second)).Fault);
        Assert.Equal(DaFault.Signatures, HeaderVerifier.Verify(trusted, Make(50, [0, 1, 4, 5], [0, 1]), Options, Start + (60 * Second)).Fault);
    }

    [Fact]
    public void OldFutureAndEarlierHeadersAreRefused()
    {
        ExtendedHeader trusted = Make(5, [0], [0]), later = Make(9, [0], [0]);
        Assert.Equal("DSDN-E-DA-EXPIRED", HeaderVerifier.Verify(trusted, later, Options, Start + Options.TrustPeriodMs + (10 * Second)).Code);
        Assert.Equal("DSDN-E-DA-ORDER", HeaderVerifier.Verify(later, trusted, Options, Start + (10 * Second)).Code);
        Assert.Equal(DaFault.Order, HeaderVerifier.Verify(trusted, trusted, Options, Start + (10 * Second)).Fault);
        Assert.Equal(DaFault.Order, HeaderVerifier.Verify(trusted, Make(9, [0], [0], timeMs: Start + (5 * Second)), Options, Start + (10 * Second)).Fault);
        Assert.Equal(DaFault.Order, HeaderVerifier.Verify(trusted, Make(9, [0], [0], timeMs: Start + (100 * Second)), Options, Start + (10 * Second)).Fault);
        Assert.Equal(DaFault.NotEnoughTrust, HeaderVerifier.Verify(trusted, With(later, commit: later.Commit with { Height = ulong.MaxValue }), Options, Start + (10 * Second)).Fault);
        Assert.Equal(DaFault.Header, HeaderVerifier.VerifyParent(trusted, With(later, later.Header with { Height = ulong.MaxValue })).Fault);
        Assert.Equal(DaFault.Order, HeaderVerifier.Verify(trusted, With(later, later.Header with { Height = ulong.MaxValue }), Options, Start + (10 * Second)).Fault);
        Assert.Equal(DaFault.NotEnoughTrust, HeaderVerifier.CheckTrusted(trusted, 5, later.Hash, Chain).Fault);
        Assert.Equal(DaFault.NotEnoughTrust, HeaderVerifier.CheckTrusted(trusted, 6, trusted.Hash, Chain).Fault);
    }

    [Fact]
    public void ChangedHeaderNeverThrowsAndIsNeverTakenForAnother()
    {
        ExtendedHeader trusted = Make(5, [0, 1], [0, 1]), honest = Make(9, [0, 1], [0, 1]);
        byte[] text = DaJson.Write(json => HeaderJson.Write(json, honest));
        Random random = new(12);
        for (int i = 0; i < 1_500; i++)
        {
            byte[] changed = [.. text];
            for (int n = random.Next(3); n >= 0; n--)
            {
                int at = random.Next(changed.Length);
                changed[at] = char.IsAsciiDigit((char)changed[at]) ? (byte)('0' + random.Next(10)) : (byte)"09aF\"{}[],:-"[random.Next(12)];
            }
            if (!DaJson.TryParse(changed, out System.Text.Json.JsonElement element) || !HeaderJson.TryRead(element, out ExtendedHeader? header).IsValid) continue;
            if (HeaderVerifier.CheckAlone(header!, Chain).IsValid) Assert.Equal(honest.Hash, header!.Hash);
            if (HeaderVerifier.Verify(trusted, header!, Options, Start + (20 * Second)).IsValid) Assert.Equal(honest.Hash, header!.Hash);
            HeaderVerifier.VerifyParent(trusted, header!);
        }
    }

    [Fact]
    public void SetsThatAreNoneAreRefused()
    {
        CelestiaValidator one = new(PublicOf(0), 10);
        Assert.Equal(DaFault.Header, CelestiaValidators.TryCreate([], out _).Fault);
        Assert.Equal(DaFault.Header, CelestiaValidators.TryCreate([one, one], out _).Fault);
        Assert.Equal(DaFault.Header, CelestiaValidators.TryCreate([one with { Power = 0 }], out _).Fault);
        Assert.Equal(DaFault.Header, CelestiaValidators.TryCreate([one with { Power = ulong.MaxValue }], out _).Fault);
        Assert.Equal(DaFault.Header, CelestiaValidators.TryCreate([one with { PublicKey = new byte[33] }], out _).Fault);
        Assert.Equal(DaFault.Header, CelestiaValidators.TryCreate([.. Enumerable.Repeat(one, DaLimits.ValidatorsMax + 1)], out _).Fault);
    }

    [Theory]
    [InlineData("2023-06-23T10:40:48.410305119Z", 1_687_516_848, 410_305_119)]
    [InlineData("1970-01-01T00:00:00Z", 0, 0)]
    [InlineData("2024-02-29T23:59:59.5Z", 1_709_251_199, 500_000_000)]
    [InlineData("0001-01-01T00:00:00Z", -62_135_596_800, 0)]
    [InlineData("9999-12-31T23:59:59Z", 253_402_300_799, 0)]
    [InlineData("2000-03-01T00:00:00.000000001Z", 951_868_800, 1)]
    public void TimesComeBackAsText(string text, long seconds, int nanos)
    {
        Assert.True(CometTime.TryParse(text, out CometTime time));
        Assert.Equal(new CometTime(seconds, nanos), time);
        Assert.Equal(text, time.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2023-06-23T10:40:48")]
    [InlineData("2023-06-23T10:40:48+01:00")]
    [InlineData("2023-02-29T10:40:48Z")]
    [InlineData("2023-13-01T10:40:48Z")]
    [InlineData("2023-06-23T24:40:48Z")]
    [InlineData("2023-06-23T10:40:60Z")]
    [InlineData("2023-06-23T10:40:48.Z")]
    [InlineData("2023-06-23T10:40:48.1234567890Z")]
    [InlineData("2023-06-23 10:40:48Z")]
    [InlineData("-023-06-23T10:40:48Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    public void TextsThatAreNoTimesAreRefused(string text) => Assert.False(CometTime.TryParse(text, out _));
}
