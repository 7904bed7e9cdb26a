using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Shares;

namespace Dsdn.CelestiaClient.Costs;

/// <summary>What a day of the log costs: batches are published when they are full or old, whichever comes first.</summary>
/// <param name="UploadsPerDay">Each brings events of <paramref name="BytesPerUpload"/>.</param>
/// <param name="Nodes">Each reports hourly and on change: <paramref name="BytesPerNodeDay"/>.</param>
/// <param name="FlushBytes">A batch of so many bytes is full.</param>
/// <param name="FlushMs">A batch so old is published, however small.</param>
/// <param name="BatchOverheadBytes">Header, votes and signatures around a batch's events.</param>
public sealed record CostModel(
    ulong UploadsPerDay, ulong BytesPerUpload = 1_024, ulong Nodes = 9, ulong BytesPerNodeDay = 16_384, ulong FlushBytes = 65_536, ulong FlushMs = 300_000, ulong BatchOverheadBytes = 700)
{
    public const ulong DayMs = 86_400_000;

    /// <summary>One day at a price. Nothing is compressed here, so it is an upper bound for what compresses.</summary>
    public CostEstimate PerDay(GasPrice price)
    {
        UInt128 eventBytes = ((UInt128)UploadsPerDay * BytesPerUpload) + ((UInt128)Nodes * BytesPerNodeDay);
        UInt128 batches = eventBytes == 0 ? 0 : UInt128.Max(Up(eventBytes, FlushBytes), Up(DayMs, FlushMs));
        ulong bytes = batches == 0 ? 0 : (ulong)Up(eventBytes, batches) + BatchOverheadBytes;
        CostEstimate one = batches == 0 ? new CostEstimate(0, 0, 0, 0) : OfBlob(bytes, price);
        return one with { Transactions = batches, Utia = one.Utia * batches };
    }

    /// <summary>One transaction with one blob.</summary>
    /// <param name="bytes">At least 1.</param>
    public static CostEstimate OfBlob(ulong bytes, GasPrice price)
    {
        ulong gas = BlobGas.Of([ShareFormat.SharesNeeded((int)Math.Min(bytes, int.MaxValue / 2), ShareFormat.Version0)]);
        return new CostEstimate(1, bytes, gas, BlobGas.Fee(gas, price));
    }

    private static UInt128 Up(UInt128 value, UInt128 by) => (value + by - 1) / by;
}

/// <param name="BytesEach">Data of each transaction.</param>
/// <param name="GasEach">By the fixed formula.</param>
/// <param name="Utia">Of all of them.</param>
public readonly record struct CostEstimate(UInt128 Transactions, ulong BytesEach, ulong GasEach, UInt128 Utia);
