using Dsdn.Celestia.Fees;
using Dsdn.CelestiaClient.Costs;

namespace Dsdn.CelestiaClient.Tests;

public sealed class CostModelTests
{
    [Theory]
    [InlineData(1_000UL, 87_988UL, 352UL)]
    [InlineData(10_000UL, 161_716UL, 647UL)]
    [InlineData(2_097_152UL, 17_897_396UL, 71_590UL)]
    [InlineData(7_340_032UL, 62_453_684UL, 249_815UL)]
    public void BlobCostsByTheFixedFormula(ulong bytes, ulong gas, ulong utia)
    {
        CostEstimate cost = CostModel.OfBlob(bytes, GasPrice.Default);
        Assert.Equal((gas, (UInt128)utia), (cost.GasEach, cost.Utia));
    }

    [Fact]
    public void FewUploadsArePublishedByAgeAndManyBySize()
    {
        CostEstimate few = new CostModel(10).PerDay(GasPrice.Default), many = new CostModel(1_000_000).PerDay(GasPrice.Default);
        Assert.Equal(288U, few.Transactions);
        Assert.True(many.Transactions > 10_000 && many.BytesEach <= 65_536 + 700);
        Assert.Equal(0U, new CostModel(0, Nodes: 0).PerDay(GasPrice.Default).Utia);
    }

    /// <summary>The goal: at most 1 TIA a day for 10,000 uploads, with nine nodes.</summary>
    [Fact]
    public void TenThousandUploadsStayUnderOneTia() => Assert.True(new CostModel(10_000).PerDay(GasPrice.Default).Utia < DaBalance.UtiaPerTia);
}
