using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>Every write beside genesis passes here: row, sum of escrows, feed.</summary>
internal static class AgreementsLedger
{
    /// <summary>
    /// Bytes of records in one block. The log takes over whole blocks, and all records of one must fit a batch beside those of the other
    /// modules; without a bound, one block full of them could never be taken over.
    /// </summary>
    public const ulong FeedBytesMax = 256 * 1024;

    /// <summary>Of these, deletions: their records are the largest for the gas, and must not keep others from opening agreements.</summary>
    public const ulong DeletionBytesMax = FeedBytesMax / 2;

    /// <summary>Writes the row, books what came into escrow and what left it, and tells the log.</summary>
    /// <returns>False where the feed is full in this block.</returns>
    public static bool Store(ModuleContext context, Hash256 id, AgreementRow row, Amount added, Amount removed)
    {
        AgreementsState.Agreements.Set(context, new HashKey(id), row);
        AgreementsState.Escrowed.Set(context, default, AgreementsState.Escrowed.GetAmount(context, default) + added - removed);
        return ExtendFeed(context, new AgreementChanged(id, row.Owner, row.Coding, row.QuotaBytes, row.EndMs, row.ReleaseMs, row.IsClosed));
    }

    /// <summary>feed = Keccak256(feed before | record) (rulings 36).</summary>
    /// <returns>False, with nothing done, where the feed is full in this block.</returns>
    public static bool ExtendFeed(ModuleContext context, EventBody body)
    {
        byte[] record = body.Encode();
        if (!Take(context, (ulong)record.Length, body is DeletionForced)) return false;
        byte[] preimage = new byte[Hash256.Size + record.Length];
        AgreementsState.Feed.Get(context, default).WriteBigEndian(preimage);
        record.CopyTo(preimage, Hash256.Size);
        Hash256 feed = context.Keccak256(preimage);
        ulong sequence = AgreementsState.FeedSequence.Get(context, default).ToUInt64() + 1;
        AgreementsState.Feed.Set(context, default, Uint256.FromBigEndian(feed.Span));
        AgreementsState.FeedSequence.Set(context, default, (Uint256)sequence);
        context.Emit(AgreementsEvents.FeedExtended, sequence, feed, record);
        return true;
    }

    /// <summary>The agreement while it can still be made longer; otherwise the error to give.</summary>
    public static AgreementRow? FindRenewable(ModuleContext context, Hash256 id, out Outcome refusal)
    {
        if (AgreementsState.Agreements.Find(context, new HashKey(id)) is not { } row) refusal = AgreementsErrors.UnknownAgreement.With(id);
        else if (row.IsClosed) refusal = AgreementsErrors.AgreementClosed.With(id);
        else if (context.Block.TimeMs >= row.RenewableMs) refusal = AgreementsErrors.AgreementExpired.With(id, row.RenewableMs);
        else
        {
            refusal = Outcome.Done;
            return row;
        }
        return null;
    }

    private static bool Take(ModuleContext context, ulong bytes, bool isDeletion)
    {
        UInt128 word = AgreementsState.FeedBytes.Get(context, default).ToUInt128();
        ulong used = (ulong)(word >> 64) == context.Block.Height ? (ulong)(word & ulong.MaxValue) : 0;
        ulong all = (used & uint.MaxValue) + bytes, deletions = (used >> 32) + (isDeletion ? bytes : 0);
        if (all > FeedBytesMax || deletions > DeletionBytesMax) return false;
        AgreementsState.FeedBytes.Set(context, default, (Uint256)new UInt128(context.Block.Height, (deletions << 32) | all));
        return true;
    }
}
