using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>
/// Quota times time times price, through 256 bits. Who pays pays the rounding up, so that what an agreement holds always covers its
/// whole term; what rounding left over is the owner's again when it is closed.
/// </summary>
internal static class StoragePrice
{
    /// <summary>Byte-milliseconds of a GB-month: 10^9 bytes over 30 days.</summary>
    private static readonly UInt128 GbMonth = (UInt128)1_000_000_000 * (30UL * 24 * 60 * 60 * 1000);

    /// <summary>What the time costs, rounded up.</summary>
    public static Amount Of(Amount perGbMonth, ulong quotaBytes, ulong ms) => perGbMonth.MulDiv((UInt128)quotaBytes * ms, GbMonth, Rounding.Up);

    /// <summary>The whole milliseconds that an amount pays for.</summary>
    public static UInt128 TimeFor(Amount perGbMonth, ulong quotaBytes, Amount paid) =>
        paid.MulDiv(GbMonth, perGbMonth.BaseUnits * quotaBytes, Rounding.Down).BaseUnits;
}
