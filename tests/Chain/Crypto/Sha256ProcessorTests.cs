namespace Dsdn.Chain.Tests.Crypto;

public sealed class Sha256ProcessorTests
{
    [Theory]
    [MemberData(nameof(OtherProcessor.Without), MemberType = typeof(OtherProcessor))]
    public void DigestsAreTheSameWithoutTheInstructions(string setting) => OtherProcessor.AssertPasses(setting, typeof(Sha256TreeTests).FullName!);
}
