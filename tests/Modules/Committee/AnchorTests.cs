using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Staking.Published;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Committee.Attesters;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Committee;

public sealed class AnchorTests
{
    private static readonly Hash256 DataRoot = Hash256.Parse("0x" + new string('d', 64));

    [Fact]
    public void AnchorUnderTheSignaturesOfTheValidatorsIsTakenFromAnyone()
    {
        TestChain chain = new(validators: 4);
        LogAnchor anchor = Anchor(chain, 17, 900, DataRoot);
        CallResult taken = Send(chain, Sign(chain, anchor, 0, 2, 3), from: User(12));
        Assert.True(taken.Succeeded, taken.Error?.ToString());
        Assert.Equal(1UL, taken.Values[0].UInt64);

        IReadOnlyList<AbiValue> last = chain.Committee(User(1), "lastAnchor").Values[0].Items;
        Assert.Equal([1UL, 17UL, 0UL], last.Take(3).Select(value => value.UInt64));
        Assert.Equal([anchor.ValidatorSetHash, CoreHash, StateRoot], last.Skip(3).Take(3).Select(value => value.Hash));
        Assert.Equal((900UL, DataRoot, chain.Context.Height, chain.Context.TimeMs), (last[6].UInt64, last[7].Hash, last[8].UInt64, last[9].UInt64));
        Assert.Equal((300_000UL, 400_000UL, User(12)), (last[10].UInt64, last[11].UInt64, last[12].Address));
        Assert.Equal(chain.Committee(User(1), "lastAnchor").Output.ReturnData.ToArray(), chain.Committee(User(1), "anchorAt", 1UL).Output.ReturnData.ToArray());
        Assert.Equal(anchor, CommitteeReader.LastAnchor(chain.Pending));
        chain.NextBlock();
    }

    [Fact]
    public void EventNamesTheSequence()
    {
        TestChain chain = new(validators: 4);
        Assert.True(Take(chain, 17).Succeeded);
        AbiEvent attested = DsdnModules.Table.Modules.First(module => module.Number == 2).Events.First(one => one.Abi.Name == "AnchorAttested").Abi;
        LogEntry log = Assert.Single(chain.Logs, log => attested.TryDecode(log.Topics, log.Data.Span, out _));
        Assert.Equal(CommitteeAddress, log.Address);
        Assert.Equal(3, log.Topics.Count);
        Assert.True(attested.TryDecode(log.Topics, log.Data.Span, out AbiValue[] values));
        Assert.Equal((17UL, 1UL, CoreHash, StateRoot), (values[0].UInt64, values[1].UInt64, values[2].Hash, values[3].Hash));
    }

    [Fact]
    public void RecordOfTheFeedIsWhatTheLogReads()
    {
        TestChain chain = new(validators: 4);
        LogAnchor[] anchors = [Anchor(chain, 3), Anchor(chain, 8)];
        foreach (LogAnchor anchor in anchors) Assert.True(Send(chain, Sign(chain, anchor)).Succeeded);
        FeedRecord[] records = [.. chain.Logs.Select(FeedRecord.Find).OfType<FeedRecord>()];
        Assert.Equal([1UL, 2UL], records.Select(record => record.Sequence));
        Assert.All(records, record => Assert.Equal(FeedChain.Committee, record.Module));
        Assert.Equal(anchors.Select(anchor => new LogAnchored(anchor).Encode()), records.Select(record => record.Record.ToArray()));

        FeedPosition head = CommitteeReader.Feed(chain.Pending);
        Assert.Equal(FeedChain.Extend(FeedChain.Extend(Hash256.Zero, records[0].Record.Span), records[1].Record.Span), head.Feed);
        AbiValue[] answered = chain.Committee(User(1), "feed").Values;
        Assert.Equal((head.Sequence, head.Feed), (answered[0].UInt64, answered[1].Hash));
        Assert.Equal(FeedChain.FeedSlot(FeedChain.Committee), RecordKey.Slot(CommitteeState.Feed.FlatKey(default)));
        Assert.Equal(FeedChain.SequenceSlot(FeedChain.Committee), RecordKey.Slot(CommitteeState.FeedSequence.FlatKey(default)));

        LogEvent[] derived = [.. records.Select(record => new LogEvent
        {
            ChainId = ChainId, Kind = EventKind.LogAnchored, AuthorType = AuthorType.Derived, Author = EventKinds.AuthorOf(record.Module), Nonce = record.Sequence,
            ValidUntilMs = 0, Body = record.Record, Signature = default,
        })];
        FeedProof proven = new(FeedChain.Committee, head.Sequence, head.Feed, [], [], []);
        Assert.True(new FeedPosition(FeedChain.Committee, 0, Hash256.Zero).Advance(proven, derived, out FeedPosition reached).IsValid);
        Assert.Equal(head, reached);
        Assert.False(new FeedPosition(FeedChain.Committee, 0, Hash256.Zero).Advance(proven, derived[1..], out _).IsValid);
    }

    [Fact]
    public void OnlyLogsOfAFeedAreItsRecords()
    {
        TestChain chain = new(validators: 4);
        Assert.True(Nodes.NodesTests.Register(chain, User(5), "node a", Amount.Nusa(500)).Succeeded);
        Assert.True(Take(chain, 1).Succeeded);
        FeedRecord[] records = [.. chain.Logs.Select(FeedRecord.Find).OfType<FeedRecord>()];
        Assert.Equal([FeedChain.Nodes, FeedChain.Committee], records.Select(record => record.Module));
        Assert.All(records, record => Assert.Equal(1UL, record.Sequence));
        LogEntry log = chain.Logs.Last(one => FeedRecord.Find(one) is not null);
        Assert.Null(FeedRecord.Find(log with { Address = User(1) }));
        Assert.Null(FeedRecord.Find(log with { Topics = [] }));
        Assert.Null(FeedRecord.Find(log with { Data = log.Data[..32] }));
    }

    [Fact]
    public void TwoThirdsAreTooLittle()
    {
        TestChain chain = new(validators: 3);
        CallResult refused = Send(chain, Sign(chain, Anchor(chain, 1), 0, 2));
        Assert.Equal("DSDN-E-COMMITTEE-POWER", refused.Error?.Code);
        Assert.True(Send(chain, Sign(chain, Anchor(chain, 1), 0, 1, 2)).Succeeded);
    }

    [Fact]
    public void SequencesRise()
    {
        TestChain chain = new(validators: 4);
        Assert.Equal("DSDN-E-COMMITTEE-ANCHOR", Take(chain, 0).Error?.Code);
        Assert.True(Take(chain, 5).Succeeded);
        CallResult again = Take(chain, 5);
        Assert.Equal("DSDN-E-COMMITTEE-ALREADY-ANCHORED", again.Error?.Code);
        LogAnchor other = Anchor(chain, 5) with { CoreHash = DataRoot };
        Assert.Equal("DSDN-E-COMMITTEE-ALREADY-ANCHORED", Send(chain, Sign(chain, other)).Error?.Code);
        Assert.Equal("DSDN-E-COMMITTEE-STALE", Take(chain, 4).Error?.Code);
        Assert.True(Take(chain, 6).Succeeded);
        Assert.True(Take(chain, ulong.MaxValue).Succeeded);
        Assert.Equal(3UL, chain.Committee(User(1), "feed").Values[0].UInt64);
        chain.NextBlock();
    }

    [Fact]
    public void AnchorsThatSayNothingAreRefused()
    {
        TestChain chain = new(validators: 4);
        LogAnchor good = Anchor(chain, 1);
        foreach (LogAnchor bad in new[]
        {
            good with { CoreHash = Hash256.Zero }, good with { StateRoot = Hash256.Zero }, good with { DaHeight = 1 }, good with { DaDataRoot = DataRoot },
        })
        {
            Assert.Equal("DSDN-E-COMMITTEE-ANCHOR", Send(chain, Sign(chain, bad)).Error?.Code);
        }
        Assert.True(Send(chain, Sign(chain, good)).Succeeded);
    }

    [Fact]
    public void SignaturesOverAnythingElseAreRefused()
    {
        TestChain chain = new(validators: 4);
        LogAnchor good = Anchor(chain, 9);
        AttestedAnchor signed = Sign(chain, good);
        foreach (LogAnchor other in new[]
        {
            good with { ChainId = 1 }, good with { Epoch = 1 }, good with { ValidatorSetHash = DataRoot }, good with { Seq = 10 }, good with { CoreHash = DataRoot },
            good with { StateRoot = DataRoot }, good with { DaHeight = 3, DaDataRoot = DataRoot },
        })
        {
            Assert.Equal("DSDN-E-COMMITTEE-SIGNATURE", Send(chain, Sign(chain, other) with { Anchor = good }).Error?.Code);
        }
        ReadOnlyMemory<byte>[] swapped = [signed.Signatures[1], signed.Signatures[0], signed.Signatures[2], signed.Signatures[3]];
        Assert.Equal("DSDN-E-COMMITTEE-SIGNATURE", Send(chain, signed with { Signatures = swapped }).Error?.Code);
        ReadOnlyMemory<byte>[] lastIsNone = [.. signed.Signatures.Take(3), new byte[64]];
        Assert.Equal("DSDN-E-COMMITTEE-SIGNATURE", Send(chain, signed with { Signatures = lastIsNone }).Error?.Code);
        Assert.True(Send(chain, signed).Succeeded);
    }

    [Fact]
    public void BitmapsAndSignaturesMustFit()
    {
        TestChain chain = new(validators: 4);
        AttestedAnchor good = Sign(chain, Anchor(chain, 1));
        foreach (AttestedAnchor bad in new[]
        {
            good with { Signers = Array.Empty<byte>() },
            good with { Signers = new byte[] { 0x0f, 0 } },          // longer than four need
            good with { Signers = new byte[] { 0x17 } },             // a validator that is not there
            good with { Signers = new byte[] { 0x07 } },             // one signature too many
            good with { Signatures = [.. good.Signatures.Take(3)] }, // one too few
            good with { Signatures = [.. good.Signatures.Take(3), good.Signatures[3][..63]] },
            good with { Signers = new byte[20] },
            good with { Signers = Bitmap.Of(152, Enumerable.Range(0, 151)), Signatures = [.. Enumerable.Repeat(good.Signatures[0], 151)] },
        })
        {
            Assert.Equal("DSDN-E-COMMITTEE-SIGNERS", Send(chain, bad).Error?.Code);
        }
        Assert.Equal("DSDN-E-COMMITTEE-POWER", Send(chain, good with { Signers = new byte[] { 0 }, Signatures = [] }).Error?.Code);
        Assert.True(Send(chain, good).Succeeded);
    }

    [Fact]
    public void OnlyTheNewestAnchorsAreKept()
    {
        TestChain chain = new(validators: 1); // its module keeps four
        Assert.Equal("DSDN-E-COMMITTEE-NO-ANCHOR", chain.Committee(User(1), "lastAnchor").Error?.Code);
        Assert.Equal("DSDN-E-COMMITTEE-NO-ANCHOR", chain.Committee(User(1), "anchorAt", 1UL).Error?.Code);
        for (ulong i = 1; i <= 6; i++)
        {
            Assert.True(Take(chain, 10 * i).Succeeded);
            chain.NextBlock();
        }
        Assert.Equal([30UL, 40UL, 50UL, 60UL], Enumerable.Range(3, 4).Select(i => chain.Committee(User(1), "anchorAt", (ulong)i).Values[0].Items[1].UInt64));
        foreach (ulong gone in new ulong[] { 0, 1, 2, 7, ulong.MaxValue })
        {
            CallResult result = chain.Committee(User(1), "anchorAt", gone);
            Assert.Equal("DSDN-E-COMMITTEE-ANCHOR-UNKNOWN", result.Error?.Code);
            Assert.Equal(("3", "6"), (result.Error!.Arguments[1].Value, result.Error.Arguments[2].Value));
        }
    }

    [Fact]
    public void TransactionWithTooLittleGasChangesNothing()
    {
        TestChain chain = new(validators: 4);
        AttestedAnchor signed = Sign(chain, Anchor(chain, 1));
        foreach (ulong gas in new ulong[] { 1_000, 20_000, 60_000, 100_000 }) Assert.Equal(CallStatus.OutOfGas, Send(chain, signed, gas: gas).Output.Status);
        Assert.Null(CommitteeReader.LastAnchor(chain.Pending));
        Assert.True(Send(chain, signed, gas: CommitteeReader.AnchorGas(4)).Succeeded);
    }

    [Fact]
    public void TheLargestSetFitsATransaction()
    {
        TestChain chain = new(validators: 150) { ComparesFailures = false };
        AttestedAnchor signed = Sign(chain, Anchor(chain, 1, 5, DataRoot));
        CallResult taken = Send(chain, signed, gas: CommitteeReader.AnchorGas(150));
        Assert.True(taken.Succeeded, taken.Error?.ToString());
        byte[] data = CommitteeReader.AnchorCall(signed);
        Assert.True(taken.GasUsed + 21_000 + (16 * (ulong)data.Length) < 16_777_216, "EIP-7825");
        Assert.True(data.Length < 12_000, "the pool takes it");
    }

    [Fact]
    public void CallOfTheReaderIsTheMethod()
    {
        TestChain chain = new(validators: 4);
        CallOutput output = chain.Raw(User(9), CommitteeReader.Address, default, CommitteeReader.AnchorCall(Sign(chain, Anchor(chain, 4))), 1_000_000);
        Assert.Equal(CallStatus.Success, output.Status);
        Assert.Equal(4UL, CommitteeReader.LastAnchor(chain.Pending)?.Seq);
    }
}
