using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

public sealed class SingleValidatorTests
{
    [Fact]
    public void AloneItDecidesInOneChainOfSteps()
    {
        var net = new TestNet(10);
        TendermintCore core = net.Core();
        Hash256 value = TestNet.Value("a");

        Assert.Contains(core.Step(net.Start(0)), effect => effect is CoreEffect.Build { Height: 1, Round: 0 });
        var proposal = core.Step(new CoreInput.ValueBuilt(1, 0, value, 10_000, TestNet.Parts(value), 10_001)).OfType<CoreEffect.SignProposal>().Single().Unsigned;
        IReadOnlyList<CoreEffect> effects = core.Step(new CoreInput.ProposalSigned(proposal, net.Scheme.Sign(proposal, TestNet.Key(0)).Signature, 10_002));
        Assert.Single(effects.OfType<CoreEffect.BroadcastProposal>());
        foreach (VoteKind kind in new[] { VoteKind.Prevote, VoteKind.Precommit })
        {
            Vote vote = effects.OfType<CoreEffect.SignVote>().Single().Unsigned;
            Assert.Equal((kind, value), (vote.Kind, vote.ValueId));
            effects = core.Step(new CoreInput.VoteSigned(vote, net.Scheme.Sign(vote, TestNet.Key(0)).Signature, 10_003));
        }

        CoreEffect.Decide decide = effects.OfType<CoreEffect.Decide>().Single();
        Assert.Equal((1UL, 0U, value), (decide.Certificate.Height, decide.Certificate.Round, decide.Certificate.BlockHash));
        Assert.Equal([1], decide.Certificate.Signers.ToArray());
        Assert.Single(decide.Certificate.Signatures);
        Assert.Equal(TestNet.Parts(value), decide.PartsRoot);
    }
}
