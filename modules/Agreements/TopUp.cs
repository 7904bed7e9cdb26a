using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>
/// topUp(agreement), payable: the term becomes longer by the whole milliseconds that the value pays for at the agreement's own price,
/// counted from its end. Anyone may pay; a refund is the owner's.
/// </summary>
internal readonly record struct TopUp(Hash256 Agreement) : IMessage<TopUp>
{
    public static TopUp Read(Arguments arguments) => new(arguments.Hash(0));

    public Outcome Check(in CallFacts call) => call.Value.IsZero ? AgreementsErrors.NothingAdded.With(Agreement) : Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (AgreementsState.Params.Find(context, default) is not { } parameters) return AgreementsErrors.NoAgreements.With();
        if (AgreementsLedger.FindRenewable(context, Agreement, out Outcome refusal) is not { } row) return refusal;
        UInt128 addedMs = StoragePrice.TimeFor(row.PricePerGbMonth, row.QuotaBytes, context.Value);
        if (addedMs == 0) return AgreementsErrors.NothingAdded.With(Agreement);
        ulong latestMs = context.Block.TimeMs + (parameters.DurationMaxS * 1_000);
        if (row.EndMs > latestMs || addedMs > latestMs - row.EndMs) return AgreementsErrors.InvalidDuration.With(parameters.DurationMinS, parameters.DurationMaxS);
        row = row with { EndMs = row.EndMs + (ulong)addedMs, Escrow = row.Escrow + context.Value };
        if (!AgreementsLedger.Store(context, Agreement, row, context.Value, Amount.Zero)) return AgreementsErrors.FeedFull.With(AgreementsLedger.FeedBytesMax);
        context.Emit(AgreementsEvents.Extended, Agreement, context.Caller, row.EndMs, context.Value);
        return Outcome.Return(row.EndMs);
    }
}
