using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Blocks;

public sealed class BaseFeeTests
{
    [Theory]
    [InlineData(15_000_000, 8_000_000_000, 8_000_000_000)] // at the target it stays
    [InlineData(30_000_000, 8_000_000_000, 9_000_000_000)] // full: one eighth up
    [InlineData(0, 8_000_000_000, 7_000_000_000)] // empty: one eighth down
    [InlineData(15_000_001, 1_000_000_000, 1_000_000_008)] // 1e9 / 15e6 / 8, rounded down
    [InlineData(0, 1_000_000_000, 1_000_000_000)] // never below the floor
    [InlineData(0, 1_100_000_000, 1_000_000_000)]
    public void MovesByAtMostOneEighth(ulong gasUsed, ulong fee, ulong expected) =>
        Assert.Equal(new Amount(expected), BaseFee.Next(Samples.Header() with { GasUsed = gasUsed, BaseFeePerGas = new Amount(fee) }, Samples.Params()));

    [Fact]
    public void RisesByAtLeastOneUnitAboveTheTarget() =>
        Assert.Equal(
            new Amount(8),
            BaseFee.Next(Samples.Header() with { GasUsed = 15_000_001, BaseFeePerGas = new Amount(7) }, Samples.Params() with { BaseFeeFloor = Amount.Zero }));
}
