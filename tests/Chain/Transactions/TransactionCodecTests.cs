using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Transactions;

public sealed class TransactionCodecTests
{
    [Fact]
    public void OneMoreByteThanTheLimitIsOversized()
    {
        Assert.False(TransactionCodec.TryDecode(new byte[TransactionCodec.BytesMax + 1], out _, out TransactionError? error));
        Assert.Equal("oversized data: transaction size 131073, limit 131072", error.Message);
    }

    [Fact]
    public void EveryTruncationOfAValidTransactionIsAnError()
    {
        byte[] raw = Signed.Transfer(0, 5).Raw.ToArray();
        for (int length = 0; length < raw.Length; length++) Assert.False(TransactionCodec.TryDecode(raw.AsMemory(0, length), out _, out _));
    }

    [Fact]
    public void AnyFlippedBitGivesAnErrorOrAnotherTransactionThatEncodesToItself()
    {
        byte[] raw = Signed.Of(Signed.Draft(5) with { AccessList = [new AccessListEntry(Signed.Receiver, [Hash256.Zero])], Data = new byte[] { 1, 0 } }).Raw.ToArray();
        for (int bit = 0; bit < raw.Length * 8; bit++)
        {
            byte[] changed = (byte[])raw.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (!TransactionCodec.TryDecode(changed, out Transaction? transaction, out TransactionError? error))
            {
                Assert.NotEmpty(error.Message);
                continue;
            }
            if (transaction.Type == TransactionType.Legacy || transaction.V > Uint256.One) continue;
            Assert.Equal(Hex.Encode(changed), Hex.Encode(TransactionDraft.Of(transaction).WithSignature(transaction.R, transaction.S, (byte)transaction.V.ToUInt64()).Raw.Span));
        }
    }

    [Fact]
    public void RandomBytesGiveOnlyTypedErrors()
    {
        var random = new Random(20_26);
        byte[] heads = [0x01, 0x02, 0x03, 0x04, 0x7e, 0xc0, 0xf8, 0xf9, 0x80, 0x00];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] input = new byte[random.Next(0, 200)];
            random.NextBytes(input);
            if (input.Length > 0 && i % 2 == 0) input[0] = heads[random.Next(heads.Length)];
            if (input.Length > 1 && i % 4 == 0) input[1] = 0xf8;
            if (TransactionCodec.TryDecode(input, out Transaction? transaction, out TransactionError? error)) SenderRecovery.Recover(transaction, Signed.ChainId);
            else Assert.StartsWith("DSDN-E-TX-", error.Code);
        }
    }

    [Fact]
    public void SystemTransactionDecodesToItsHeightAndPhaseWithTheSystemSender()
    {
        Transaction made = SystemTransaction.Create(17847, 300, SystemPhase.End);
        Assert.Equal("0x7ec78245b782012c01", Hex.Encode(made.Raw.Span));
        Assert.True(SystemTransaction.TryDecode(made.Raw, out Transaction? read, out ulong height, out SystemPhase phase));
        Assert.Equal((300UL, SystemPhase.End, made.Hash), (height, phase, read.Hash));
        Assert.Null(SenderRecovery.Recover(read, 17847));
        Assert.Equal("0xfffffffffffffffffffffffffffffffffffffffe", read.Sender.ToString());
        Assert.False(SystemTransaction.TryDecode(Hex.Decode("0x7ec78245b782012c02"), out _, out _, out _));
    }
}
