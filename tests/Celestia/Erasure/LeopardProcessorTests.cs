using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Erasure;

public sealed class LeopardProcessorTests
{
    [Theory]
    [MemberData(nameof(OtherProcessor.Without), MemberType = typeof(OtherProcessor))]
    public void ParityIsTheSameWithoutTheInstructions(string setting) =>
        OtherProcessor.AssertPasses(setting, typeof(LeopardVectorTests).FullName!, typeof(Squares.SquareTests).FullName!);
}
