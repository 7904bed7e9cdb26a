using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>The sum of an agreement's reservations, kept beside its term. Agreements without a term have no quota.</summary>
internal static class ReservedQuota
{
    public static void Add(LogTables tables, in Hash256 agreement, ulong bytes)
    {
        int term = tables.Terms.Find(new IdKey(agreement));
        if (term != LogTables.None) tables.Terms.Row(term).ReservedBytes += bytes;
    }

    /// <summary>Of a reservation that ends, is used or is made anew.</summary>
    public static void Free(LogTables tables, int reservation)
    {
        int term = tables.Terms.Find(new IdKey(tables.Reservations.Key(reservation).First));
        if (term != LogTables.None) tables.Terms.Row(term).ReservedBytes -= tables.Reservations.Row(reservation).LengthBytes;
    }
}
