using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Agreements;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Agreements;

public sealed class AgreementsTests
{
    private const ulong Gb = 1_000_000_000, MonthS = 30UL * 24 * 60 * 60, GraceMs = 60_000;

    private static readonly Address Alice = User(5);
    private static readonly Address Bob = User(6);
    private static readonly Address SessionKey = User(18);

    [Fact]
    public void OpeningCostsThePriceAndTheRestComesBackAtOnce()
    {
        TestChain chain = new();
        Amount before = chain.Balance(Alice);
        Assert.Equal((Uint256)Amount.Nusa(2).BaseUnits, chain.Agreements(Bob, "quote", default, Gb, MonthS, 0UL).Values[0].Word);
        CallResult opened = chain.Agreements(Alice, "open", Amount.Nusa(5), Gb, MonthS, 0UL);
        Assert.True(opened.Succeeded, opened.Error?.ToString());
        Assert.Equal(before - Amount.Nusa(2), chain.Balance(Alice));
        Hash256 id = opened.Values[0].Hash;
        Assert.Equal(AgreementId.Of(ChainId, Alice, 1), id);
        IReadOnlyList<AbiValue> row = chain.Agreements(Bob, "agreement", default, id).Values[0].Items;
        ulong endMs = chain.Context.TimeMs + (MonthS * 1_000);
        Assert.Equal(Alice, row[1].Address);
        Assert.Equal([0, Gb, chain.Context.TimeMs, endMs, endMs + (GraceMs / 2), endMs + GraceMs], row.Skip(2).Take(6).Select(field => field.UInt64));
        Assert.Equal((Uint256)Amount.Nusa(2).BaseUnits, row[9].Word);
        Assert.Equal((Uint256)Amount.Nusa(2).BaseUnits, chain.Agreements(Bob, "totalEscrow").Values[0].Word);
        chain.NextBlock();
    }

    [Fact]
    public void SixPlusThreeCostsHalf()
    {
        TestChain chain = new();
        Assert.Equal((Uint256)Amount.Nusa(1).BaseUnits, chain.Agreements(Bob, "quote", default, Gb, MonthS, 1UL).Values[0].Word);
        Assert.True(chain.Agreements(Alice, "open", Amount.Nusa(1), Gb, MonthS, 1UL).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void WrongTermsAreRefused()
    {
        TestChain chain = new();
        Assert.Equal("DSDN-E-AGREEMENTS-QUOTA", chain.Agreements(Alice, "open", Amount.Nusa(5), 0UL, MonthS, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-QUOTA", chain.Agreements(Alice, "open", Amount.Nusa(5), (1UL << 50) + 1, MonthS, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-QUOTA", chain.Agreements(Alice, "open", Amount.Nusa(5), ulong.MaxValue, MonthS, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-DURATION", chain.Agreements(Alice, "open", Amount.Nusa(5), Gb, 9UL, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-DURATION", chain.Agreements(Alice, "open", Amount.Nusa(5), Gb, ulong.MaxValue, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-CODING", chain.Agreements(Alice, "open", Amount.Nusa(5), Gb, MonthS, 2UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-CODING", chain.Agreements(Alice, "quote", default, Gb, MonthS, 2UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-PAYMENT", chain.Agreements(Alice, "open", Amount.Nusa(2) - new Amount(1), Gb, MonthS, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-PAYMENT", chain.Agreements(Alice, "open", default, 1UL, 10UL, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-UNKNOWN", chain.Agreements(Alice, "agreement", default, Hash256.Zero).Error?.Code);
        Assert.Equal("DSDN-E-CALL-NOT-PAYABLE", chain.Agreements(Alice, "close", new Amount(1), Hash256.Zero).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void SmallestAgreementCostsARoundedUpBaseUnitAtLeast()
    {
        TestChain chain = new();
        Amount price = new(chain.Agreements(Alice, "quote", default, 1UL, 10UL, 0UL).Values[0].Word.ToUInt128());
        Assert.Equal(new Amount(7_717), price); // 2e18 * 10,000 ms / (1e9 * 2,592,000,000 ms) = 7,716.05
        Assert.True(chain.Agreements(Alice, "open", price, 1UL, 10UL, 0UL).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void ClosingEarlyRefundsWhatTheTimeDidNotCostAndKeepsTheRestAsOwed()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: MonthS);
        chain.NextBlock(MonthS * 1_000 / 4);
        Assert.Equal("DSDN-E-AGREEMENTS-NOT-OWNER", chain.Agreements(Bob, "close", default, id).Error?.Code);
        AbiValue[] quoted = chain.Agreements(Bob, "quoteClose", default, id).Values;
        Amount before = chain.Balance(Alice), refund = Amount.Gwei(1_500_000_000), owed = Amount.Gwei(500_000_000);
        CallResult closed = chain.Agreements(Alice, "close", default, id);
        Assert.Equal([(Uint256)refund.BaseUnits, (Uint256)owed.BaseUnits], closed.Values.Select(value => value.Word));
        Assert.Equal([(Uint256)refund.BaseUnits, (Uint256)owed.BaseUnits], quoted.Select(value => value.Word));
        Assert.Equal(before + refund, chain.Balance(Alice));
        Assert.Equal((Uint256)owed.BaseUnits, chain.Agreements(Bob, "totalEscrow").Values[0].Word);
        IReadOnlyList<AbiValue> row = chain.Agreements(Bob, "agreement", default, id).Values[0].Items;
        Assert.Equal((chain.Context.TimeMs, (Uint256)owed.BaseUnits, (Uint256)owed.BaseUnits, true), (row[5].UInt64, row[9].Word, row[10].Word, row[11].Bool));
        Assert.Equal("DSDN-E-AGREEMENTS-CLOSED", chain.Agreements(Alice, "close", default, id).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-CLOSED", chain.Agreements(Alice, "topUp", Amount.Nusa(1), id).Error?.Code);
        Assert.Equal(Uint256.Zero, chain.Agreements(Bob, "quoteClose", default, id).Values[0].Word);
        chain.NextBlock();
    }

    [Fact]
    public void ClosingInTheBlockOfTheOpeningRefundsEverything()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: MonthS);
        Assert.Equal((Uint256)Amount.Nusa(2).BaseUnits, chain.Agreements(Alice, "close", default, id).Values[0].Word);
        Assert.Equal(Uint256.Zero, chain.Agreements(Bob, "totalEscrow").Values[0].Word);
        chain.NextBlock();
    }

    [Fact]
    public void AfterTheTermNobodyGetsMoreThanTheDustBack()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: 10);
        Amount price = new(chain.Agreements(Bob, "totalEscrow").Values[0].Word.ToUInt128());
        Assert.True(chain.Agreements(Bob, "topUp", new Amount(1_000_000_000_001), id).Succeeded); // 1,296 ms cost 10^12
        ulong endMs = chain.Agreements(Bob, "agreement", default, id).Values[0].Items[5].UInt64;
        chain.NextBlock(endMs - chain.Context.TimeMs + (GraceMs / 2) - 1);
        Assert.Equal("DSDN-E-AGREEMENTS-NOT-OWNER", chain.Agreements(Bob, "close", default, id).Error?.Code);
        chain.NextBlock(1);
        Amount before = chain.Balance(Alice);
        AbiValue[] closed = chain.Agreements(Bob, "close", default, id).Values;
        Amount refund = new(closed[0].Word.ToUInt128()), owed = new(closed[1].Word.ToUInt128());
        Assert.Equal(before + refund, chain.Balance(Alice));
        Assert.Equal(price + new Amount(1_000_000_000_001), refund + owed);
        Assert.True(refund < new Amount(1_000_000_000_001));
        Assert.Equal(endMs, chain.Agreements(Bob, "agreement", default, id).Values[0].Items[5].UInt64);
        chain.NextBlock();
    }

    [Fact]
    public void TopUpBuysTimeAtTheOldPriceUntilHalfOfTheGraceIsOver()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: 100);
        ulong endMs = chain.Context.TimeMs + 100_000;
        Amount price = new(chain.Agreements(Bob, "quoteTopUp", default, id, 50UL).Values[0].Word.ToUInt128());
        Assert.Equal(endMs + 50_000, chain.Agreements(Bob, "topUp", price, id).Values[0].UInt64); // anyone may pay
        endMs += 50_000;
        Assert.Equal("DSDN-E-AGREEMENTS-NOTHING-ADDED", chain.Agreements(Bob, "topUp", default, id).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-NOTHING-ADDED", chain.Agreements(Bob, "topUp", new Amount(1), id).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-UNKNOWN", chain.Agreements(Bob, "topUp", price, Hash256.Zero).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-DURATION", chain.Agreements(Bob, "topUp", Amount.Nusa(900_000), id).Error?.Code);
        chain.NextBlock(endMs + (GraceMs / 2) - 1 - chain.Context.TimeMs);
        Assert.Equal(endMs + 50_000, chain.Agreements(Alice, "topUp", price, id).Values[0].UInt64);
        endMs += 50_000;
        chain.NextBlock(endMs + (GraceMs / 2) - chain.Context.TimeMs);
        Assert.Equal("DSDN-E-AGREEMENTS-EXPIRED", chain.Agreements(Alice, "topUp", price, id).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-EXPIRED", chain.Agreements(Alice, "quoteTopUp", default, id, 50UL).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void SessionsAreRegisteredReplacedAndRevokedPerAccount()
    {
        TestChain chain = new();
        ulong now = chain.Context.TimeMs;
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION", chain.Agreements(Alice, "registerSession", default, Address.Zero, 1UL, now + 1).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION", chain.Agreements(Alice, "registerSession", default, Alice, 1UL, now + 1).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION", chain.Agreements(Alice, "registerSession", default, SessionKey, 0UL, now + 1).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION", chain.Agreements(Alice, "registerSession", default, SessionKey, 4UL, now + 1).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION-EXPIRY", chain.Agreements(Alice, "registerSession", default, SessionKey, 1UL, now).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION-EXPIRY", chain.Agreements(Alice, "registerSession", default, SessionKey, 1UL, ulong.MaxValue).Error?.Code);
        Assert.True(chain.Agreements(Bob, "registerSession", default, SessionKey, 3UL, now + 10).Succeeded); // another account's does not stand in the way
        Assert.True(chain.Agreements(Alice, "registerSession", default, SessionKey, 1UL, now + 10).Succeeded);
        Assert.True(chain.Agreements(Alice, "registerSession", default, SessionKey, 2UL, now + 20).Succeeded);
        Assert.Equal([2UL, now + 20], chain.Agreements(Bob, "session", default, Alice, SessionKey).Values.Select(value => value.UInt64));
        Assert.Single(chain.Agreements(Bob, "sessionsOf", default, Alice, Address.Zero, 10UL).Values[0].Items);
        Assert.True(chain.Agreements(Alice, "revokeSession", default, SessionKey).Succeeded);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION-UNKNOWN", chain.Agreements(Alice, "revokeSession", default, SessionKey).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION-UNKNOWN", chain.Agreements(Alice, "session", default, Alice, SessionKey).Error?.Code);
        Assert.Equal([3UL, now + 10], chain.Agreements(Bob, "session", default, Bob, SessionKey).Values.Select(value => value.UInt64));
        chain.NextBlock();
    }

    [Fact]
    public void OnlyTheOwnerAsksTheChainToDelete()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: MonthS);
        AbiValue ids = AbiValue.OfList(Id(1), Id(2));
        Assert.Equal("DSDN-E-AGREEMENTS-NOT-OWNER", chain.Agreements(Bob, "requestDelete", default, id, 1UL, ids).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-UNKNOWN", chain.Agreements(Alice, "requestDelete", default, Id(9), 1UL, ids).Error?.Code);
        foreach ((ulong scope, AbiValue wrong) in new (ulong, AbiValue)[]
        {
            (0, ids), (3, ids), (1, AbiValue.OfList()), (1, AbiValue.OfList(Id(2), Id(1))), (1, AbiValue.OfList(Id(1), Id(1))),
            (1, AbiValue.OfList([.. Enumerable.Range(1, RequestDelete.IdsMax + 1).Select(i => (AbiValue)Id(i))])),
        })
            Assert.Equal("DSDN-E-AGREEMENTS-DELETION", chain.Agreements(Alice, "requestDelete", default, id, scope, wrong).Error?.Code);
        Assert.True(chain.Agreements(Alice, "requestDelete", default, id, 2UL, AbiValue.OfList([.. Enumerable.Range(1, RequestDelete.IdsMax).Select(i => (AbiValue)Id(i))])).Succeeded);
        Assert.True(chain.Agreements(Alice, "close", default, id).Succeeded);
        Assert.True(chain.Agreements(Alice, "requestDelete", default, id, 1UL, ids).Succeeded); // what is in its grace is still stored
        chain.NextBlock();
    }

    [Fact]
    public void DeletionsFillTheirHalfOfABlocksFeedAndNoMore()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: MonthS);
        chain.ComparesFailures = false;
        AbiValue ids = AbiValue.OfList([.. Enumerable.Range(1, RequestDelete.IdsMax).Select(i => (AbiValue)Id(i))]);
        int taken = 0;
        while (chain.Agreements(Alice, "requestDelete", default, id, 1UL, ids) is { Succeeded: true }) taken++;
        Assert.Equal((int)AgreementsLedger.DeletionBytesMax / (1 + 32 + 1 + 2 + (32 * RequestDelete.IdsMax)), taken);
        Assert.Equal("DSDN-E-AGREEMENTS-FEED-FULL", chain.Agreements(Alice, "requestDelete", default, id, 1UL, ids).Error?.Code);
        int opened = 0;
        while (chain.Agreements(Bob, "open", new Amount(7_717), 1UL, 10UL, 0UL) is { Succeeded: true }) opened++;
        Assert.True(opened > 1_000, $"{opened}");
        Assert.Equal("DSDN-E-AGREEMENTS-FEED-FULL", chain.Agreements(Alice, "close", default, id).Error?.Code);
        chain.NextBlock();
        Assert.True(chain.Agreements(Alice, "requestDelete", default, id, 1UL, ids).Succeeded);
        Assert.True(chain.Agreements(Alice, "close", default, id).Succeeded);
        chain.NextBlock();
    }

    [Fact]
    public void RecordsOfTheFeedAreWhatTheLogReads()
    {
        (TestChain chain, Hash256 id) = Opened(durationS: 100);
        ulong now = chain.Context.TimeMs;
        Assert.True(chain.Agreements(Alice, "registerSession", default, SessionKey, 3UL, now + 10).Succeeded);
        Assert.True(chain.Agreements(Alice, "requestDelete", default, id, 2UL, AbiValue.OfList(Id(1))).Succeeded);
        Assert.True(chain.Agreements(Alice, "revokeSession", default, SessionKey).Succeeded);
        chain.NextBlock(40);
        Assert.True(chain.Agreements(Alice, "close", default, id).Succeeded);
        FeedRecord[] records = [.. chain.Logs.Select(FeedRecord.Find).OfType<FeedRecord>()];
        EventBody[] expected = [
            new AgreementChanged(id, Alice, ChunkCoding.Replicas, Gb, now + 100_000, now + 100_000 + GraceMs, false),
            new SessionChanged(Alice, SessionKey, SessionScopes.All, now + 10),
            new DeletionForced(new DeleteRequested(id, DeleteScope.Files, [Id(1)])),
            new SessionChanged(Alice, SessionKey, SessionScopes.None, 0),
            new AgreementChanged(id, Alice, ChunkCoding.Replicas, Gb, now + 40, now + 40 + GraceMs, true)];
        Assert.Equal(expected.Select(body => Convert.ToHexString(body.Encode())), records.Select(record => Convert.ToHexString(record.Record.Span)));
        Assert.Equal([1, 2, 3, 4, 5], records.Select(record => record.Sequence));
        Assert.All(records, record => Assert.Equal(FeedChain.Agreements, record.Module));
        Hash256 feed = records.Aggregate(Hash256.Zero, (before, record) => FeedChain.Extend(before, record.Record.Span));
        Assert.Equal(feed, chain.Agreements(Bob, "feed").Values[1].Hash);
        Assert.Equal(FeedChain.FeedSlot(FeedChain.Agreements), RecordKey.Slot(AgreementsState.Feed.FlatKey(default)));
        Assert.Equal(FeedChain.SequenceSlot(FeedChain.Agreements), RecordKey.Slot(AgreementsState.FeedSequence.FlatKey(default)));
    }

    [Fact]
    public void PagesCoverEveryAgreementAndSessionOnce()
    {
        TestChain chain = new();
        for (ulong i = 1; i <= 9; i++) Assert.Equal(AgreementId.Of(ChainId, Alice, i), chain.Agreements(Alice, "open", new Amount(7_717), 1UL, 10UL, 0UL).Values[0].Hash);
        for (int i = 8; i < 17; i++) Assert.True(chain.Agreements(Alice, "registerSession", default, User(i), 1UL, chain.Context.TimeMs + 1).Succeeded);
        List<Hash256> agreements = [];
        ulong next = 0;
        do
        {
            AbiValue[] page = chain.Agreements(Bob, "agreementsOf", default, Alice, next, 4UL).Values;
            agreements.AddRange(page[0].Items.Select(item => item.Items[0].Hash));
            next = page[1].UInt64;
        }
        while (next != 0);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => AgreementId.Of(ChainId, Alice, (ulong)i)), agreements);
        List<Address> keys = [];
        Address from = Address.Zero;
        do
        {
            AbiValue[] page = chain.Agreements(Bob, "sessionsOf", default, Alice, from, 4UL).Values;
            keys.AddRange(page[0].Items.Select(item => item.Items[0].Address));
            from = page[1].Address;
        }
        while (!from.IsZero);
        Assert.Equal(Enumerable.Range(8, 9).Select(User).Order(), keys);
        foreach (ulong limit in (ulong[])[0, 101, ulong.MaxValue])
        {
            Assert.Equal("DSDN-E-AGREEMENTS-PAGE", chain.Agreements(Bob, "agreementsOf", default, Alice, 0UL, limit).Error?.Code);
            Assert.Equal("DSDN-E-AGREEMENTS-PAGE", chain.Agreements(Bob, "sessionsOf", default, Alice, Address.Zero, limit).Error?.Code);
        }
    }

    [Fact]
    public void FullPagesStayWithinTheirGas()
    {
        TestChain chain = new();
        for (int i = 0; i < 101; i++)
        {
            Assert.True(chain.Agreements(Alice, "open", new Amount(7_717), 1UL, 10UL, 0UL).Succeeded);
            Assert.True(chain.Agreements(Alice, "registerSession", default, new Address(Id(1 + i).Span[12..]), 1UL, chain.Context.TimeMs + 1).Succeeded);
        }
        Assert.Equal(100, chain.Agreements(Bob, "agreementsOf", default, Alice, 0UL, 100UL).Values[0].Items.Count);
        Assert.Equal(100, chain.Agreements(Bob, "sessionsOf", default, Alice, Address.Zero, 100UL).Values[0].Items.Count);
    }

    [Fact]
    public void ChainWithoutALogHasNothingToAgreeOn()
    {
        TestChain chain = new(hasLog: false);
        Assert.Equal("DSDN-E-AGREEMENTS-NONE", chain.Agreements(Alice, "open", Amount.Nusa(2), Gb, MonthS, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-NONE", chain.Agreements(Alice, "quote", default, Gb, MonthS, 0UL).Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-NONE", chain.Agreements(Alice, "params").Error?.Code);
        Assert.Equal("DSDN-E-AGREEMENTS-NONE", chain.Agreements(Alice, "registerSession", default, Bob, 1UL, ulong.MaxValue).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void ParametersHaveBounds()
    {
        Assert.Empty(new AgreementsParams().Faults());
        foreach (AgreementsParams wrong in new AgreementsParams[]
        {
            new() { CopiesPrice = Amount.Zero }, new() { CodedPrice = Amount.Gwei(1) - new Amount(1) }, new() { CopiesPrice = Amount.Nusa(10_001) }, new() { CodedPrice = Amount.Nusa(3) }, new() { DurationMinS = 0 },
            new() { DurationMaxS = 1 }, new() { QuotaBytesMax = 0 }, new() { QuotaBytesMax = (1UL << 50) + 1 }, new() { GraceMs = 0 }, new() { SessionMsMax = 0 },
        })
            Assert.NotEmpty(wrong.Faults());
        // The dearest agreement there can be, for the longest time, fits the arithmetic.
        Assert.NotEqual(Amount.Zero, StoragePrice.Of(Amount.Nusa(10_000), 1UL << 50, 100UL * 365 * 24 * 60 * 60 * 1_000));
        Assert.Equal((UInt128)0, StoragePrice.TimeFor(Amount.Nusa(10_000), 1UL << 50, new Amount(1)));
        Assert.True(StoragePrice.TimeFor(Amount.Gwei(1), 1, Amount.Nusa(300_000_000)) > ulong.MaxValue);
    }

    private static (TestChain Chain, Hash256 Id) Opened(ulong durationS)
    {
        TestChain chain = new();
        return (chain, chain.Agreements(Alice, "open", Amount.Nusa(2), Gb, durationS, 0UL).Values[0].Hash);
    }

    private static AbiValue IdValue(int number) => (Uint256)(ulong)number;

    private static Hash256 Id(int number) => IdValue(number).Hash;
}
