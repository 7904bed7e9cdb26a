using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>open(quotaBytes, durationS, coding), payable: at the price of the parameters as they are now; what is above it comes back at once.</summary>
internal readonly record struct Open(ulong QuotaBytes, ulong DurationS, ulong Coding) : IMessage<Open>
{
    private static readonly MoveReason Change = MoveReason.Of("agreement-change");

    public static Open Read(Arguments arguments) => new(arguments.UInt64(0), arguments.UInt64(1), arguments.UInt64(2));

    public Outcome Check(in CallFacts call) => Coding > (ulong)ChunkCoding.ReedSolomon ? AgreementsErrors.InvalidCoding.With(Coding) : Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (AgreementsState.Params.Find(context, default) is not { } parameters) return AgreementsErrors.NoAgreements.With();
        Outcome priced = Price(parameters, out Amount price);
        if (!priced.IsSuccess) return priced;
        if (context.Value < price) return AgreementsErrors.InsufficientPayment.With(price, context.Value);
        ulong number = AgreementsState.Counts.Get(context, new AddressKey(context.Caller)).ToUInt64() + 1;
        Hash256 id = AgreementId.Of(context.Block.ChainId, context.Caller, number);
        AgreementRow row = new()
        {
            Owner = context.Caller, Coding = (ChunkCoding)(Coding & 0xff), QuotaBytes = QuotaBytes, OpenedMs = context.Block.TimeMs,
            EndMs = context.Block.TimeMs + (DurationS * 1_000), GraceMs = parameters.GraceMs, PricePerGbMonth = parameters.PriceOf((ChunkCoding)(Coding & 0xff)), Escrow = price,
        };
        AgreementsState.Counts.Set(context, new AddressKey(context.Caller), (Uint256)number);
        AgreementsState.ByOwner.Set(context, new AddressNumberKey(context.Caller, number), Uint256.FromBigEndian(id.Span));
        if (!AgreementsLedger.Store(context, id, row, price, Amount.Zero)) return AgreementsErrors.FeedFull.With(AgreementsLedger.FeedBytesMax);
        context.Emit(AgreementsEvents.Opened, id, row.Owner, Coding, QuotaBytes, row.EndMs, price);
        context.Pay(context.Caller, context.Value - price, Change);
        return Outcome.Return(id);
    }

    /// <summary>What the term costs, or why there is none such.</summary>
    public Outcome Price(AgreementsParams parameters, out Amount price)
    {
        price = Amount.Zero;
        if (QuotaBytes == 0 || QuotaBytes > parameters.QuotaBytesMax) return AgreementsErrors.InvalidQuota.With(QuotaBytes, parameters.QuotaBytesMax);
        if (DurationS < parameters.DurationMinS || DurationS > parameters.DurationMaxS) return AgreementsErrors.InvalidDuration.With(parameters.DurationMinS, parameters.DurationMaxS);
        price = StoragePrice.Of(parameters.PriceOf((ChunkCoding)(Coding & 0xff)), QuotaBytes, DurationS * 1_000);
        return Outcome.Done;
    }
}
