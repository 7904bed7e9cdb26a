using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

internal static class AgreementsInvariants
{
    private const int RowsMax = 1_000_000;

    public static readonly IReadOnlyList<Invariant> All = [
        new("balance is the sum of escrows", Books),
        new("an open agreement has its whole term in escrow, a closed one what it owes", Escrows),
        new("the index by owner holds exactly the agreements", Index)];

    private static IEnumerable<string> Books(ModuleContext context)
    {
        Amount rows = Amount.Zero;
        foreach ((_, AgreementRow row) in AgreementsState.Agreements.Page(context, [], null, RowsMax)) rows += row.Escrow;
        Amount booked = AgreementsState.Escrowed.GetAmount(context, default);
        if (rows != booked || context.Balance != booked) yield return $"balance {context.Balance}, booked {booked}, rows {rows}";
    }

    private static IEnumerable<string> Escrows(ModuleContext context)
    {
        foreach ((HashKey key, AgreementRow row) in AgreementsState.Agreements.Page(context, [], null, RowsMax))
        {
            Amount term = StoragePrice.Of(row.PricePerGbMonth, row.QuotaBytes, row.EndMs - row.OpenedMs);
            bool holds = row.IsClosed ? row.Escrow == row.Owed && row.Owed <= term : row.Owed.IsZero && row.Escrow >= term;
            if (!holds) yield return $"{key.Hash}: closed {row.IsClosed}, escrow {row.Escrow}, owed {row.Owed}, term {term}";
        }
    }

    private static IEnumerable<string> Index(ModuleContext context)
    {
        IReadOnlyList<(AddressNumberKey Key, Uint256 Id)> index = AgreementsState.ByOwner.Page(context, [], null, RowsMax);
        int rows = AgreementsState.Agreements.Page(context, [], null, RowsMax).Count;
        if (index.Count != rows) yield return $"{rows} agreements, {index.Count} in the index";
        foreach ((AddressNumberKey key, Uint256 word) in index)
        {
            Hash256 id = AbiValue.Of(word).Hash;
            AgreementRow? row = AgreementsState.Agreements.Find(context, new HashKey(id));
            if (row?.Owner != key.Address) yield return $"{key.Address} {key.Number}: {id}";
            if ((Uint256)key.Number > AgreementsState.Counts.Get(context, new AddressKey(key.Address))) yield return $"{key.Address}: {key.Number} was not counted";
        }
    }
}
