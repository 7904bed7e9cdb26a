using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;

namespace Dsdn.CelestiaClient.Costs;

/// <summary>What was published under a namespace in a range of heights, proved, and what it costs by the formula.</summary>
/// <param name="UnknownHeights">Heights that could not be read: nothing of them is counted.</param>
/// <param name="Utia">As if each blob had a transaction of its own, which is the most that it can have cost at that price.</param>
public sealed record Spending(ulong From, ulong To, ulong SpanMs, ulong Blobs, ulong Bytes, UInt128 Utia, ulong UnknownHeights)
{
    /// <summary>The same going on for a day; null where the range is too short to say.</summary>
    public UInt128? UtiaPerDay => SpanMs == 0 ? null : Utia * CostModel.DayMs / SpanMs;
}

/// <summary>Reads what has been published instead of guessing it.</summary>
public static class SpendingObserver
{
    /// <param name="seen">After each height.</param>
    public static async Task<Spending> RunAsync(CelestiaNode node, Namespace name, ulong from, ulong to, GasPrice price, Action<ulong>? seen, CancellationToken cancel)
    {
        ulong blobs = 0, bytes = 0, unknown = 0, firstMs = 0, lastMs = 0;
        UInt128 utia = 0;
        for (ulong height = from; height <= to; height++)
        {
            NamespaceReading reading = await node.ReadAsync(height, name, cancel);
            ulong? time = reading switch
            {
                NamespaceReading.Present present => present.Header.Header.Time.UnixMs,
                NamespaceReading.ProvenAbsent absent => absent.Header.Header.Time.UnixMs,
                _ => null,
            };
            if (time is { } ms) (firstMs, lastMs) = (firstMs == 0 ? ms : firstMs, ms);
            else unknown++;
            foreach (VerifiedBlob blob in reading is NamespaceReading.Present held ? held.Blobs : [])
            {
                blobs++;
                bytes += (ulong)blob.Blob.Data.Length;
                utia += BlobGas.Fee(BlobGas.Of([blob.Blob.ShareCount]), price);
            }
            seen?.Invoke(height);
        }
        // Each block stands for the time until the next one.
        ulong span = lastMs <= firstMs ? 0 : (lastMs - firstMs) * (to - from + 1) / (to - from);
        return new Spending(from, to, span, blobs, bytes, utia, unknown);
    }
}
