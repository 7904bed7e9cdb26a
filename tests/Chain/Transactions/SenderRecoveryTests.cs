using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Transactions;

public sealed class SenderRecoveryTests
{
    private static readonly Uint256 Order = Uint256.FromBigEndian(Hex.Decode("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));

    [Theory]
    [InlineData(TransactionType.Legacy)]
    [InlineData(TransactionType.AccessList)]
    [InlineData(TransactionType.DynamicFee)]
    public void SenderIsTheSigner(TransactionType type)
    {
        Transaction decoded = Decode(Signed.Of(Signed.Draft(1) with { Type = type }, key: 3));
        Assert.Null(SenderRecovery.Recover(decoded, Signed.ChainId));
        Assert.Equal(Signed.AddressOf(3), decoded.Sender);
    }

    [Theory]
    [InlineData(TransactionType.Legacy)]
    [InlineData(TransactionType.AccessList)]
    [InlineData(TransactionType.DynamicFee)]
    public void AnotherChainIsRefusedByName(TransactionType type) =>
        Assert.Equal(
            "invalid sender: invalid chain id for signer: have 1 want 17847",
            SenderRecovery.Recover(Decode(Signed.Of(Signed.Draft(1) with { Type = type, ChainId = 1 })), Signed.ChainId)?.Message);

    [Theory]
    [InlineData(TransactionType.Legacy)]
    [InlineData(TransactionType.DynamicFee)]
    public void MirroredHighSIsRefusedThoughTheCurveAcceptsIt(TransactionType type)
    {
        TransactionDraft draft = Signed.Draft(1) with { Type = type };
        Transaction good = Signed.Of(draft);
        byte parity = type == TransactionType.Legacy ? (byte)((good.V.ToUInt64() - 35) % 2) : (byte)good.V.ToUInt64();
        Transaction mirrored = draft.WithSignature(good.R, Order - good.S, (byte)(1 - parity));
        Assert.Equal("invalid sender: invalid transaction v, r, s values", SenderRecovery.Recover(mirrored, Signed.ChainId)?.Message);
    }

    [Fact]
    public void ZeroAndOrderAreNoSignatureValues()
    {
        TransactionDraft draft = Signed.Draft(1);
        Transaction good = Signed.Of(draft);
        byte parity = (byte)good.V.ToUInt64();
        foreach ((Uint256 r, Uint256 s) in new[] { (Uint256.Zero, good.S), (good.R, Uint256.Zero), (Order, good.S), (good.R, Order) })
            Assert.Equal("DSDN-E-TX-SIGNATURE", SenderRecovery.Recover(draft.WithSignature(r, s, parity), Signed.ChainId)?.Code);
    }

    [Fact]
    public void ChainIdOfALegacyTransactionMayFillSixtyFourBits()
    {
        Transaction decoded = Decode(Signed.Of(Signed.Draft(1) with { Type = TransactionType.Legacy, ChainId = ulong.MaxValue }));
        Assert.Equal(ulong.MaxValue, decoded.ChainId);
        Assert.Null(SenderRecovery.Recover(decoded, ulong.MaxValue));
    }

    private static Transaction Decode(Transaction signed)
    {
        Assert.True(TransactionCodec.TryDecode(signed.Raw, out Transaction? decoded, out TransactionError? error), error?.Message);
        return decoded;
    }
}
