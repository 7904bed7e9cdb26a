using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Gossip;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

public sealed class PartTreeTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(50)]
    [InlineData(150)]
    public void EverybodyIsReachedInTwoStepsAndNobodyCarriesMuchMoreThanTheRoot(int validators)
    {
        Validator[] set = [.. Enumerable.Range(0, validators).Select(i => new Validator(AddressOf(i), new byte[32], 1, AddressOf(i)))];
        int others = validators - 1, root = Enumerable.Range(1, others).First(i => i * i >= others);
        int[] carried = new int[validators];
        for (int part = 0; part < 80; part++)
        {
            PartTree tree = PartTree.Of(HashOf(7), part, set, proposer: 3, directMax: 8);
            int[] parents = [.. Enumerable.Range(0, validators).Where(i => i != 3).Select(tree.ParentOf)];
            Assert.Equal(root, parents.Count(parent => parent < 0));
            Assert.All(parents.Where(parent => parent >= 0), parent => Assert.True(tree.ParentOf(parent) < 0));
            Assert.All(parents.Where(parent => parent >= 0).CountBy(parent => parent), parent => Assert.InRange(parent.Value, 1, root));
            foreach (int parent in parents.Where(parent => parent >= 0)) carried[parent]++;
        }
        int[] relayed = [.. carried.Where((_, i) => i != 3)];
        Assert.InRange(relayed.Max(), 1, (int)(relayed.Average() * 3) + 3);
    }

    [Fact]
    public void FewValidatorsAreServedByTheProposerAlone()
    {
        Validator[] set = [.. Enumerable.Range(0, 9).Select(i => new Validator(AddressOf(i), new byte[32], 1, AddressOf(i)))];
        PartTree tree = PartTree.Of(HashOf(7), 0, set, proposer: 0, directMax: 8);
        Assert.All(Enumerable.Range(1, 8), validator => Assert.Equal(-1, tree.ParentOf(validator)));
    }

    [Fact]
    public void AnotherPartHasAnotherOrder()
    {
        Validator[] set = [.. Enumerable.Range(0, 50).Select(i => new Validator(AddressOf(i), new byte[32], 1, AddressOf(i)))];
        string[] first = [.. Enumerable.Range(0, 8).Select(part => string.Join(' ', Enumerable.Range(0, 50).Where(i => PartTree.Of(HashOf(7), part, set, 0, 8).ParentOf(i) < 0)))];
        Assert.Equal(8, first.Distinct().Count());
    }
}
