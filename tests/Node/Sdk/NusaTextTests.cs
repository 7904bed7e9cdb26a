using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Dsdn.Node.Tests.Sdk;

public sealed class NusaTextTests
{
    [Theory]
    [InlineData("1", "1000000000000000000")]
    [InlineData("1.5", "1500000000000000000")]
    [InlineData("1.5nusa", "1500000000000000000")]
    [InlineData(" 1.5 NUSA ", "1500000000000000000")]
    [InlineData("100gwei", "100000000000")]
    [InlineData("0.000000001gwei", "1")]
    [InlineData("7wei", "7")]
    [InlineData("0.000000000000000001", "1")]
    [InlineData("1.500000000000000000000", "1500000000000000000")]
    [InlineData("300_000_000", "300000000000000000000000000")]
    [InlineData("0", "0")]
    [InlineData("340282366920938463463374607431768211455wei", "340282366920938463463374607431768211455")]
    public void AmountIsReadExactly(string text, string baseUnits) => Assert.Equal(baseUnits, NusaText.Parse(text).ToString());

    [Theory]
    [InlineData("", ErrorCodes.AmountSyntax)]
    [InlineData(".", ErrorCodes.AmountSyntax)]
    [InlineData(".5", ErrorCodes.AmountSyntax)]
    [InlineData("5.", ErrorCodes.AmountSyntax)]
    [InlineData("1.2.3", ErrorCodes.AmountSyntax)]
    [InlineData("1,5", ErrorCodes.AmountSyntax)]
    [InlineData("1.000,5nusa", ErrorCodes.AmountSyntax)]
    [InlineData("-1", ErrorCodes.AmountSyntax)]
    [InlineData("+1", ErrorCodes.AmountSyntax)]
    [InlineData("nusa", ErrorCodes.AmountSyntax)]
    [InlineData("_1", ErrorCodes.AmountSyntax)]
    [InlineData("1__0", ErrorCodes.AmountSyntax)]
    [InlineData("1e18", ErrorCodes.AmountUnit)]
    [InlineData("1eth", ErrorCodes.AmountUnit)]
    [InlineData("0x10", ErrorCodes.AmountUnit)]
    [InlineData("1.0000000000000000001", ErrorCodes.AmountDecimals)]
    [InlineData("1.5wei", ErrorCodes.AmountDecimals)]
    [InlineData("340282366920938463463374607431768211456wei", ErrorCodes.AmountRange)]
    [InlineData("340282366920938463464", ErrorCodes.AmountRange)]
    [InlineData("٣", ErrorCodes.AmountSyntax)]
    public void OtherTextIsRefusedWithItsCode(string text, string code)
    {
        Assert.False(NusaText.TryParse(text, out _, out ClientError? error));
        Assert.Equal(code, error.Code);
        Assert.Equal(ErrorClass.Usage, error.Class);
    }

    [Fact]
    public void EveryAmountReadsBackAsWritten() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), ArbMap.Default.ArbFor<ulong>(), (high, low) =>
    {
        var amount = new Amount(new UInt128(high, low));
        return NusaText.Parse(NusaText.Decimal(amount)) == amount && NusaText.Parse(amount.BaseUnits.ToString(CultureInfo.InvariantCulture) + "wei") == amount
            && NusaText.Parse(NusaText.ShowGasPrice(amount)) == amount;
    }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void AmountIsShownShort()
    {
        Assert.Equal("1.5 NUSA", NusaText.Show(NusaText.Parse("1.50")));
        Assert.Equal("0 NUSA", NusaText.Show(Amount.Zero));
        Assert.Equal("0.000000000000000001 NUSA", NusaText.Show(new Amount(1)));
        Assert.Equal("1.25 gwei", NusaText.ShowGasPrice(new Amount(1_250_000_000)));
    }
}
