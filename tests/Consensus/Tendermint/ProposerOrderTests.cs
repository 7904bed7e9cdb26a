using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

public sealed class ProposerOrderTests
{
    private static readonly ValidatorSet Four = new([.. Enumerable.Range(1, 4).Select(i => new Validator(Address.FromNumber((ushort)i), new byte[32], (ulong)(5 - i) * 10, Address.FromNumber((ushort)i)))]);

    [Fact]
    public void ADeadProposerReturnsOnlyAfterAllOthersWereTried()
    {
        ProposerOrder order = ProposerOrder.Draw(Four, Keccak.OfEmpty, 7);
        Address[] first = [.. Enumerable.Range(0, 4).Select(round => order.OfRound((uint)round))];
        Assert.Equal(4, first.Distinct().Count());
        Assert.Equal(first, Enumerable.Range(4, 4).Select(round => order.OfRound((uint)round)));
    }

    [Fact]
    public void RoundZeroIsDrawnByPower()
    {
        int strongest = Enumerable.Range(1, 4_000).Count(height => ProposerOrder.Draw(Four, Keccak.OfEmpty, (ulong)height).OfRound(0) == Address.FromNumber(1));
        Assert.InRange(strongest, 1_480, 1_720); // 40 of 100 power: 1,600 expected, deviation 31
    }
}
