using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;

namespace Dsdn.Consensus.Tests.Signing;

/// <summary>Which messages under a validator's key another machine must have made (chain-decisions 1.11).</summary>
public sealed class SeenSignatureTests
{
    private static readonly Hash256 Block = Keccak.Hash("block"u8), Other = Keccak.Hash("other"u8);

    private static readonly LastSign Record = SigningRules.After(LastSign.None, 7, 1, SignStep.Prevote, Bytes(7, 1, Block), new byte[64]);

    [Theory]
    [InlineData(7, 1, SignStep.Precommit, true)]
    [InlineData(7, 2, SignStep.Proposal, true)]
    [InlineData(8, 0, SignStep.Proposal, true)]
    [InlineData(7, 1, SignStep.Proposal, false)]
    [InlineData(7, 0, SignStep.Precommit, false)]
    [InlineData(6, 9, SignStep.Precommit, false)]
    public void WhatLiesAboveTheRecordIsForeignAndWhatLiesBelowSaysNothing(ulong height, uint round, SignStep step, bool isForeign) =>
        Assert.Equal(isForeign, new SeenSignature(height, round, step, Bytes(height, round, Block), false).IsForeignTo(Record));

    [Fact]
    public void AtTheRecordOnlyOtherBytesAreForeign()
    {
        Assert.False(new SeenSignature(7, 1, SignStep.Prevote, Bytes(7, 1, Block), false).IsForeignTo(Record));
        Assert.True(new SeenSignature(7, 1, SignStep.Prevote, Bytes(7, 1, Other), false).IsForeignTo(Record));
    }

    [Fact]
    public void AContradictionIsForeignWhereverItLies() => Assert.True(new SeenSignature(6, 0, SignStep.Prevote, Bytes(6, 0, Other), true).IsForeignTo(Record));

    [Fact]
    public void AnEmptyRecordSaysNothingAndARaisedOneNothingBelow()
    {
        var seen = new SeenSignature(900, 0, SignStep.Prevote, Bytes(900, 0, Block), false);
        Assert.False(seen.IsForeignTo(LastSign.None));
        Assert.False(seen.IsForeignTo(LastSign.Above(900)));
        Assert.True(seen.IsForeignTo(LastSign.Above(899)));
        Assert.True(seen.IsForeignTo(LastSign.Above(0)));
    }

    private static byte[] Bytes(ulong height, uint round, Hash256 block) => SignBytes.Prevote(1, Hash256.Zero, height, round, -1, block);
}
