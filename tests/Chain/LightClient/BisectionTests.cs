using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.LightClient;

public sealed class BisectionTests
{
    private static readonly ulong Now = LightChain.TimeOf(600);

    private static BisectionStep Run(Bisection bisection, Func<ulong, LightBlock?> supplier, out int asked)
    {
        asked = 0;
        BisectionStep step = bisection.Begin();
        while (step is BisectionStep.Need need)
        {
            asked++;
            Assert.InRange(asked, 1, 1_000);
            step = bisection.Give(supplier(need.Height), Now);
        }
        return step;
    }

    private static Bisection To(LightChain chain, ulong target) => new(1, chain[1].Hash, target, LightChain.Options);

    [Fact]
    public void ASetThatStaysIsCrossedInOneStep()
    {
        var chain = new LightChain(500, _ => [1, 2, 3, 4]);
        BisectionStep.Verified verified = Assert.IsType<BisectionStep.Verified>(Run(To(chain, 500), chain.Find, out int asked));
        Assert.Equal(500UL, verified.Block.Height);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void ASetThatIsReplacedOneByOneIsFollowedThroughAsFewBlocksAsItTakes()
    {
        var chain = new LightChain(300, height => [.. Enumerable.Range((int)(height / 20) + 1, 6)]);
        BisectionStep.Verified verified = Assert.IsType<BisectionStep.Verified>(Run(To(chain, 300), chain.Find, out int asked));
        Assert.Equal(300UL, verified.Block.Height);
        Assert.InRange(asked, 5, 40);
        for (int i = 1; i < verified.Trace.Count; i++) Assert.True(LightVerifier.Verify(verified.Trace[i - 1], verified.Trace[i], LightChain.Options, Now).IsValid);
    }

    [Fact]
    public void ASetThatIsReplacedAtOnceIsCrossedAtExactlyThatHeight()
    {
        var chain = new LightChain(100, height => height <= 57 ? [1, 2, 3, 4] : [5, 6, 7, 8]);
        BisectionStep.Verified verified = Assert.IsType<BisectionStep.Verified>(Run(To(chain, 100), chain.Find, out _));
        Assert.Contains(verified.Trace, block => block.Height == 57); // the one that names the new set
    }

    [Fact]
    public void TheNewestIsWhatTheSupplierHas()
    {
        var chain = new LightChain(40, _ => [1, 2, 3, 4]);
        Assert.Equal(40UL, Assert.IsType<BisectionStep.Verified>(Run(To(chain, 0), chain.Find, out _)).Block.Height);
        var single = new LightChain(1, _ => [1, 2, 3, 4]);
        Assert.Equal(1UL, Assert.IsType<BisectionStep.Verified>(Run(To(single, 0), single.Find, out _)).Block.Height);
    }

    [Fact]
    public void ASupplierWithoutTheBlockOrWithAnotherHeightFails()
    {
        var chain = new LightChain(40, _ => [1, 2, 3, 4]);
        Assert.Equal(LightFault.Unavailable, Assert.IsType<BisectionStep.Failed>(Run(To(chain, 41), chain.Find, out _)).Verdict.Fault);
        Assert.Equal(LightFault.Malformed, Assert.IsType<BisectionStep.Failed>(Run(To(chain, 30), height => chain.Find(height == 30 ? 31 : height), out _)).Verdict.Fault);
    }

    [Fact]
    public void AnotherTrustedHashFails()
    {
        var chain = new LightChain(3, _ => [1, 2, 3, 4]);
        var other = new LightChain(3, _ => [5, 6, 7, 8]);
        Assert.Equal(LightFault.WrongHash, Assert.IsType<BisectionStep.Failed>(Run(To(chain, 3), other.Find, out _)).Verdict.Fault);
    }

    [Fact]
    public void AMadeUpChainFromAnotherSetIsFoundOutWhateverTheHeight()
    {
        var chain = new LightChain(100, _ => [1, 2, 3, 4]);
        var forged = new LightChain(100, _ => [5, 6, 7, 8]);
        LightBlock? Supply(ulong height) => height == 1 ? chain[1] : forged.Find(height);
        BisectionStep.Failed failed = Assert.IsType<BisectionStep.Failed>(Run(To(chain, 100), Supply, out _));
        Assert.Equal(2UL, failed.AtHeight); // down to the block whose set the trusted one names
    }

    [Fact]
    public void TwoCertificatesOfOneHeightAreAnAttackThatNamesWhoSignedBoth()
    {
        var chain = new LightChain(20, _ => [1, 2, 3, 4]);
        var fork = new LightChain(20, _ => [1, 2, 3, 4], fork: 10);
        LightClientAttack attack = Assert.IsType<LightClientAttack>(LightClientAttack.Detect(chain[5], chain[20], fork[20], LightChain.Options, Now));
        Assert.Equal(4, attack.Guilty.Count);
        Assert.False(attack.IsLunatic);
        Assert.Null(LightClientAttack.Detect(chain[5], chain[20], chain[20], LightChain.Options, Now));
        Assert.Null(LightClientAttack.Detect(chain[5], chain[20], new LightChain(20, _ => [7, 8, 9])[20], LightChain.Options, Now));
    }

    [Fact]
    public void AWitnessWithAnotherSetIsALunaticAttack()
    {
        var chain = new LightChain(20, _ => [1, 2, 3, 4]);
        LightBlock lunatic = LightChain.Make(20, Hash256.Zero, LightChain.Set(1, 2, 9), LightChain.Set(1, 2, 9), 0);
        LightClientAttack attack = Assert.IsType<LightClientAttack>(LightClientAttack.Detect(chain[5], chain[20], lunatic, LightChain.Options, Now));
        Assert.True(attack.IsLunatic);
        Assert.Equal([Address.FromNumber(1), Address.FromNumber(2)], attack.Guilty);
    }
}
