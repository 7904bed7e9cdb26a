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

    /// <summary>geth's words (rlp/decode.go) for what hand-made transactions get wrong most.</summary>
    [Theory]
    [InlineData("0x", "typed transaction too short")]
    [InlineData("0x02", "typed transaction too short")]
    [InlineData("0x05c0", "transaction type not supported")]
    [InlineData("0x00c0", "transaction type not supported")]
    [InlineData("0x80", "rlp: expected input list for types.LegacyTx")]
    [InlineData("0xc0", "rlp: too few elements for types.LegacyTx")]
    [InlineData("0x02c0c0", "rlp: input contains more than one value")]
    [InlineData("0x02c3808080", "rlp: too few elements for types.DynamicFeeTx")]
    [InlineData("0x02cd8080808080808080c080808080", "rlp: input list has too many elements for types.DynamicFeeTx")]
    [InlineData("0x02c100", "rlp: non-canonical integer (leading zero bytes) for *big.Int, decoding into (types.DynamicFeeTx).ChainID")]
    [InlineData("0x02c1c0", "rlp: expected input string or byte for *big.Int, decoding into (types.DynamicFeeTx).ChainID")]
    [InlineData("0x02ca89010000000000000000", "invalid sender: invalid chain id for signer: have 18446744073709551616")]
    [InlineData("0x02cb8089010000000000000000", "rlp: input string too long for uint64, decoding into (types.DynamicFeeTx).Nonce")]
    [InlineData("0x02c780808080808101", "rlp: non-canonical size information, decoding into (types.DynamicFeeTx).To")]
    [InlineData("0x02c780808080808201", "rlp: element is larger than containing list, decoding into (types.DynamicFeeTx).To")]
    [InlineData("0x02c88080808080820101", "rlp: input string too short for common.Address, decoding into (types.DynamicFeeTx).To")]
    [InlineData("0x02da8080808080940000000000000000000000000000000000000000", "rlp: too few elements for types.DynamicFeeTx")]
    [InlineData("0x02db808080808095000000000000000000000000000000000000000000", "rlp: input string too long for common.Address, decoding into (types.DynamicFeeTx).To")]
    [InlineData("0x03c180", "missing sidecar in blob transaction")]
    [InlineData("0x03c1c0", "transaction type not supported")]
    [InlineData("0x04cb8080808080808080c0c1c0", "transaction type not supported")]
    [InlineData("0x04cb8080808080808080c0c080", "set code tx must have at least one authorization tuple")]
    public void MalformedTransactionIsRefusedInTheWordsOfGeth(string raw, string message)
    {
        Assert.False(TransactionCodec.TryDecode(Hex.Decode(raw), out _, out TransactionError? error));
        Assert.Equal(message, error.Message);
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
