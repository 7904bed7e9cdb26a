using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

public sealed class NetworkTests
{
    /// <summary>Never two values at one height, never two signatures for one place; and once the network heals, heights are decided.</summary>
    [Theory]
    [InlineData(1, 0, 3)]
    [InlineData(4, 0, 10)]
    [InlineData(4, 1, 20)]
    [InlineData(7, 2, 10)]
    public void CorrectValidatorsAgreeAlwaysAndDecideOnceTheNetworkHeals(int validators, int faulty, int seeds)
    {
        for (int seed = 0; seed < seeds; seed++)
        {
            var network = new SimulatedNetwork(validators, faulty, seed, healAfterMs: 20_000);
            network.RunUntil(20_000);
            int before = network.Decided.Count;
            network.RunUntil(60_000);
            ulong[] heights = [.. network.Nodes.Select(node => node.Height)];
            Assert.True(heights.Min() >= (ulong)before + 5, $"seed {seed}: {before} heights before healing, then {string.Join(' ', heights)}");
        }
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    public void AFreshCoreThatIsFedTheSameInputsGivesTheSameEffects(int validators, int faulty)
    {
        for (int seed = 100; seed < 103; seed++)
        {
            var network = new SimulatedNetwork(validators, faulty, seed, healAfterMs: 10_000);
            network.RunUntil(20_000);
            foreach (SimulatedNode node in network.Nodes)
            {
                var fresh = network.Net.Core();
                Assert.Equal(node.Effects, node.Inputs.SelectMany(fresh.Step).Select(EffectText.Of));
            }
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        IReadOnlyList<string>[] runs = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            var network = new SimulatedNetwork(4, 1, seed: 7, healAfterMs: 10_000);
            network.RunUntil(20_000);
            return network.Nodes[0].Effects;
        })];
        Assert.Equal(runs[0], runs[1]);
    }
}
