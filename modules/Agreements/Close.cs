using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>
/// close(agreement): by the owner at any time, by anyone once it can no longer be made longer. The owner gets back what the time so
/// far did not cost; that stays in escrow, owed to those who stored.
/// </summary>
internal readonly record struct Close(Hash256 Agreement) : IMessage<Close>
{
    private static readonly MoveReason Refund = MoveReason.Of("agreement-refund");

    public static Close Read(Arguments arguments) => new(arguments.Hash(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (AgreementsState.Agreements.Find(context, new HashKey(Agreement)) is not { } row) return AgreementsErrors.UnknownAgreement.With(Agreement);
        if (row.IsClosed) return AgreementsErrors.AgreementClosed.With(Agreement);
        if (row.Owner != context.Caller && context.Block.TimeMs < row.RenewableMs) return AgreementsErrors.NotOwner.With(Agreement, row.Owner);
        Amount owed = OwedAt(row, context.Block.TimeMs), refund = row.Escrow - owed;
        row = row with { EndMs = Math.Min(row.EndMs, context.Block.TimeMs), Escrow = owed, Owed = owed, IsClosed = true };
        if (!AgreementsLedger.Store(context, Agreement, row, Amount.Zero, refund)) return AgreementsErrors.FeedFull.With(AgreementsLedger.FeedBytesMax);
        context.Pay(row.Owner, refund, Refund);
        context.Emit(AgreementsEvents.Closed, Agreement, row.Owner, refund, owed);
        return Outcome.Return(refund, owed);
    }

    /// <summary>What the time up to now cost, rounded up; never more than is there.</summary>
    public static Amount OwedAt(AgreementRow row, ulong nowMs) => row.IsClosed
        ? row.Owed
        : Amount.Min(row.Escrow, StoragePrice.Of(row.PricePerGbMonth, row.QuotaBytes, Math.Min(nowMs, row.EndMs) - row.OpenedMs));
}
