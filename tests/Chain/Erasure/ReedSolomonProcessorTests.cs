namespace Dsdn.Chain.Tests.Erasure;

public sealed class ReedSolomonProcessorTests
{
    [Theory]
    [MemberData(nameof(OtherProcessor.Without), MemberType = typeof(OtherProcessor))]
    public void ShardsAreTheSameWithoutTheInstructions(string setting) => OtherProcessor.AssertPasses(setting, typeof(ReedSolomonTests).FullName!);
}
