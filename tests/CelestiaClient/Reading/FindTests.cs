using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Tests.Doubles;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Tests.Reading;

public sealed class FindTests
{
    private static readonly Blob First = TestChain.Blob(700, 1), Second = TestChain.Blob(700, 2), Third = TestChain.Blob(700, 3);
    private static readonly Hash256 FirstId = ShareCommitment.Of(First), SecondId = ShareCommitment.Of(Second), ThirdId = ShareCommitment.Of(Third);

    private static Task<FindOutcome> FindAsync(CelestiaNode client, ulong from, ulong to, params Hash256[] ids) => client.FindAsync(TestChain.Own, ids, from, to, CancellationToken.None);

    [Fact]
    public async Task EachIsFoundAtItsLowestHeightAndTheRestProvedAbsent()
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong one = node.Chain.Add(First), two = node.Chain.Add(Second, First);
        await using CelestiaNode client = Clients.Of(node);
        FindOutcome outcome = await FindAsync(client, 1, two, FirstId, SecondId, ThirdId);
        Assert.Equal((one, two), (outcome.Found[FirstId], outcome.Found[SecondId]));
        Assert.Equal([ThirdId], outcome.ProvenAbsent);
        Assert.True(outcome.IsConclusive);
    }

    [Fact]
    public async Task UnreadableHeightLeavesAbsenceOpenAndIsNamed()
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong one = node.Chain.Add(First);
        node.Lie = request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() == 2 ? TestReply.Error(request, "header: syncing in progress: localHeadHeight: 1, requestedHeight: 2") : null;
        await using CelestiaNode client = Clients.Of(node);
        FindOutcome outcome = await FindAsync(client, 1, one, FirstId, ThirdId);
        Assert.Equal(one, outcome.Found[FirstId]);
        Assert.Empty(outcome.ProvenAbsent);
        (ulong height, DaFailure failure) = Assert.Single(outcome.UnknownHeights);
        Assert.Equal((2UL, "DSDN-E-DA-CALL-SYNCING"), (height, failure.Code));
    }

    [Fact]
    public async Task SearchEndsWhenAllAreFound()
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong one = node.Chain.Add(First);
        for (int i = 0; i < 5; i++) node.Chain.Add();
        await using CelestiaNode client = Clients.Of(node);
        FindOutcome outcome = await FindAsync(client, one, node.Chain.Height, FirstId);
        Assert.Equal(one, outcome.SearchedTo);
        Assert.Empty(outcome.ProvenAbsent);
    }

    [Fact]
    public async Task SearchEndsWhenTheSourceIsDown()
    {
        await using var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1"], AccessToken.None) with { RetryCount = 0 });
        FindOutcome outcome = await FindAsync(client, 1, 10_000, FirstId);
        Assert.Equal(FindOutcome.UnknownHeightsMax, outcome.UnknownHeights.Count);
        Assert.False(outcome.IsConclusive);
    }

    [Theory]
    [InlineData(0UL, 5UL)]
    [InlineData(6UL, 5UL)]
    [InlineData(1UL, 100_001UL)]
    public async Task ImpossibleRangeIsUnknownAndNeverAbsent(ulong from, ulong to)
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        FindOutcome outcome = await FindAsync(client, from, to, FirstId);
        Assert.Empty(outcome.ProvenAbsent);
        Assert.Equal(DaCodes.Range, Assert.Single(outcome.UnknownHeights).Failure.Code);
    }
}
