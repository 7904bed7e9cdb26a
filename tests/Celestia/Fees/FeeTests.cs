using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Tests.Fees;

public sealed class FeeTests
{
    [Theory]
    [InlineData(1_000, 3, 87_988, 352)]
    [InlineData(10_000, 21, 161_716, 647)]
    [InlineData(100_000, 208, 927_668, 3_711)]
    [InlineData(1 << 20, 2_176, 8_988_596, 35_955)]
    [InlineData(2 << 20, 4_351, 17_897_396, 71_590)]
    [InlineData(7 << 20, 15_229, 62_453_684, 249_815)]
    public void GasAndFeeOfOneBlob(int bytes, int shares, ulong gas, ulong fee)
    {
        Assert.Equal(shares, ShareFormat.SharesNeeded(bytes, ShareFormat.Version0));
        Assert.Equal(gas, BlobGas.Of([shares]));
        Assert.Equal(fee, BlobGas.Fee(gas, GasPrice.Default));
    }

    [Theory]
    [InlineData("0.004", 4_000_000, "0.004")]
    [InlineData("0", 0, "0")]
    [InlineData("1", 1_000_000_000, "1")]
    [InlineData("1e-06", 1_000, "0.000001")]
    [InlineData("1.5E-8", 15, "0.000000015")]
    [InlineData("2.5e1", 25_000_000_000, "25")]
    [InlineData("0.0000000019", 1, "0.000000001")]
    [InlineData("4e-12", 0, "0")]
    [InlineData("18446744073.709551615", ulong.MaxValue, "18446744073.709551615")]
    public void PricesAreReadFromJsonNumbers(string text, ulong nano, string written)
    {
        Assert.True(GasPrice.TryParse(text, out GasPrice price));
        Assert.Equal(nano, price.NanoUtia);
        Assert.Equal(written, price.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e")]
    [InlineData("1e99")]
    [InlineData("1e30")]
    [InlineData("0x5")]
    [InlineData("18446744073.709551616")]
    [InlineData("NaN")]
    public void TextsThatAreNoPricesAreRefused(string text) => Assert.False(GasPrice.TryParse(text, out _));
}
