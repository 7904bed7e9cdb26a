using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Blocks;

public sealed class ReceiptCodecTests
{
    private static readonly Receipt WithLogs = Make(TransactionType.DynamicFee, [
        new LogEntry(Address.FromNumber(0x800), [Samples.Hash(1), Samples.Hash(2)], new byte[] { 1, 2, 3 }),
        new LogEntry(Address.FromNumber(0x801), [], default),
    ]);

    [Theory]
    [InlineData(TransactionType.Legacy)]
    [InlineData(TransactionType.AccessList)]
    [InlineData(TransactionType.DynamicFee)]
    [InlineData(TransactionType.System)]
    public void ReceiptComesBackWithItsOwnGasFromTheCumulative(TransactionType type)
    {
        Receipt receipt = WithLogs with { Type = type };
        byte[] encoded = ReceiptCodec.Encode(receipt);
        Assert.Equal(type == TransactionType.Legacy ? 0xf9 : (byte)type, encoded[0]);
        Assert.True(ReceiptCodec.TryDecode(encoded, 30_000, out Receipt? read));
        Assert.Equal((25_000UL, 55_000UL, true), (read.GasUsed, read.CumulativeGasUsed, read.Succeeded));
        Assert.Equal(Hex.Encode(encoded), Hex.Encode(ReceiptCodec.Encode(read)));
    }

    [Fact]
    public void BloomThatIsNotOfTheLogsIsRefused() =>
        Assert.False(ReceiptCodec.TryDecode(ReceiptCodec.Encode(WithLogs with { LogsBloom = Bloom.Empty }), 0, out _));

    [Fact]
    public void FiveTopicsAreRefused() =>
        Assert.False(ReceiptCodec.TryDecode(
            ReceiptCodec.Encode(Make(TransactionType.Legacy, [new LogEntry(Address.Zero, [.. Enumerable.Range(0, 5).Select(i => Samples.Hash((byte)i))], default)])), 0, out _));

    [Fact]
    public void TruncatedReceiptsAreRefused()
    {
        byte[] encoded = ReceiptCodec.Encode(WithLogs);
        for (int length = 0; length < encoded.Length; length++) Assert.False(ReceiptCodec.TryDecode(encoded.AsSpan(0, length), 0, out _));
    }

    private static Receipt Make(TransactionType type, IReadOnlyList<LogEntry> logs) => new(type, true, 25_000, 55_000, Bloom.Of(logs), logs);
}
