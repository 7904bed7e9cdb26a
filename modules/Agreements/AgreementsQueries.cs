using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

internal static class AgreementsQueries
{
    /// <summary>Rows of a page.</summary>
    public const int PageMax = 100;

    public static Outcome Agreement(ModuleContext context, Arguments arguments) =>
        AgreementsState.Agreements.Find(context, new HashKey(arguments.Hash(0))) is { } row
            ? Outcome.Return(Describe(arguments.Hash(0), row))
            : AgreementsErrors.UnknownAgreement.With(arguments.Hash(0));

    public static Outcome AgreementsOf(ModuleContext context, Arguments arguments)
    {
        if (!IsPage(arguments.UInt64(2), out int limit)) return AgreementsErrors.PageTooLarge.With(PageMax);
        IReadOnlyList<(AddressNumberKey Key, Uint256 Id)> found =
            AgreementsState.ByOwner.Page(context, arguments.Address(0).Span, new AddressNumberKey(arguments.Address(0), arguments.UInt64(1)), limit + 1);
        List<AbiValue> page = [];
        foreach ((_, Uint256 word) in found.Take(limit))
        {
            Hash256 id = AbiValue.Of(word).Hash;
            if (AgreementsState.Agreements.Find(context, new HashKey(id)) is { } row) page.Add(Describe(id, row));
        }
        return Outcome.Return(AbiValue.OfList([.. page]), found.Count > limit ? found[limit].Key.Number : 0);
    }

    public static Outcome Quote(ModuleContext context, Arguments arguments)
    {
        if (AgreementsState.Params.Find(context, default) is not { } parameters) return AgreementsErrors.NoAgreements.With();
        Open open = new(arguments.UInt64(0), arguments.UInt64(1), arguments.UInt64(2));
        if (open.Coding > (ulong)ChunkCoding.ReedSolomon) return AgreementsErrors.InvalidCoding.With(open.Coding);
        Outcome priced = open.Price(parameters, out Amount price);
        return priced.IsSuccess ? Outcome.Return(price) : priced;
    }

    public static Outcome QuoteTopUp(ModuleContext context, Arguments arguments)
    {
        if (AgreementsState.Params.Find(context, default) is not { } parameters) return AgreementsErrors.NoAgreements.With();
        if (AgreementsLedger.FindRenewable(context, arguments.Hash(0), out Outcome refusal) is not { } row) return refusal;
        ulong seconds = arguments.UInt64(1);
        return seconds == 0 || seconds > parameters.DurationMaxS
            ? AgreementsErrors.InvalidDuration.With(1UL, parameters.DurationMaxS)
            : Outcome.Return(StoragePrice.Of(row.PricePerGbMonth, row.QuotaBytes, seconds * 1_000));
    }

    public static Outcome QuoteClose(ModuleContext context, Arguments arguments)
    {
        if (AgreementsState.Agreements.Find(context, new HashKey(arguments.Hash(0))) is not { } row) return AgreementsErrors.UnknownAgreement.With(arguments.Hash(0));
        Amount owed = Close.OwedAt(row, context.Block.TimeMs);
        return Outcome.Return(row.Escrow - owed, owed);
    }

    public static Outcome Session(ModuleContext context, Arguments arguments) =>
        AgreementsState.Sessions.Find(context, new AddressPairKey(arguments.Address(0), arguments.Address(1))) is { } row
            ? Outcome.Return((ulong)row.Scopes, row.ExpiresMs)
            : AgreementsErrors.UnknownSession.With(arguments.Address(0), arguments.Address(1));

    public static Outcome SessionsOf(ModuleContext context, Arguments arguments)
    {
        if (!IsPage(arguments.UInt64(2), out int limit)) return AgreementsErrors.PageTooLarge.With(PageMax);
        IReadOnlyList<(AddressPairKey Key, SessionRow Row)> found =
            AgreementsState.Sessions.Page(context, arguments.Address(0).Span, new AddressPairKey(arguments.Address(0), arguments.Address(1)), limit + 1);
        AbiValue[] page = [.. found.Take(limit).Select(static one => AbiValue.OfList(one.Key.Second, (ulong)one.Row.Scopes, one.Row.ExpiresMs))];
        return Outcome.Return(AbiValue.OfList(page), found.Count > limit ? found[limit].Key.Second : Address.Zero);
    }

    public static Outcome TotalEscrow(ModuleContext context, Arguments arguments) => Outcome.Return(AgreementsState.Escrowed.GetAmount(context, default));

    public static Outcome Feed(ModuleContext context, Arguments arguments) =>
        Outcome.Return(AgreementsState.FeedSequence.Get(context, default), AgreementsState.Feed.Get(context, default));

    public static Outcome Params(ModuleContext context, Arguments arguments) =>
        AgreementsState.Params.Find(context, default) is { } p
            ? Outcome.Return(p.CopiesPrice, p.CodedPrice, p.DurationMinS, p.DurationMaxS, p.QuotaBytesMax, p.GraceMs, p.SessionMsMax)
            : AgreementsErrors.NoAgreements.With();

    private static AbiValue Describe(Hash256 id, AgreementRow row) => AbiValue.OfList(
        id, row.Owner, (ulong)row.Coding, row.QuotaBytes, row.OpenedMs, row.EndMs, row.RenewableMs, row.ReleaseMs, row.PricePerGbMonth, row.Escrow, row.Owed, row.IsClosed);

    private static bool IsPage(ulong asked, out int limit)
    {
        limit = (int)Math.Min(asked, PageMax + 1);
        return limit is >= 1 and <= PageMax;
    }
}
