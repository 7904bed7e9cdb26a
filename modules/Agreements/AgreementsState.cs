using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Agreements;

/// <summary>An agreement to store. What was fixed when it was opened stays, whatever the parameters become.</summary>
internal sealed record AgreementRow : IRow<AgreementRow>
{
    public static ulong Version => 1;

    public required Address Owner { get; init; }
    public required ChunkCoding Coding { get; init; }
    public required ulong QuotaBytes { get; init; }
    public required ulong OpenedMs { get; init; }
    public required ulong EndMs { get; init; }

    /// <summary>Between the end and the moment when nobody has to store any more.</summary>
    public required ulong GraceMs { get; init; }

    /// <summary>Base units for 10^9 bytes over 30 days, redundancy included.</summary>
    public required Amount PricePerGbMonth { get; init; }

    /// <summary>What the module holds for it.</summary>
    public required Amount Escrow { get; init; }

    /// <summary>Of the escrow: what the time until it was closed cost. It waits for the receipts of those who stored.</summary>
    public Amount Owed { get; init; }

    public bool IsClosed { get; init; }

    public ulong ReleaseMs => EndMs + GraceMs;

    /// <summary>
    /// Until when the term can be made longer, and from when anyone may close it: half of the grace, so that the log knows of a longer
    /// term well before it lets go of what is stored.
    /// </summary>
    public ulong RenewableMs => EndMs + (GraceMs / 2);

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Owner);
        writer.Write((ulong)Coding);
        writer.Write(QuotaBytes);
        writer.Write(OpenedMs);
        writer.Write(EndMs);
        writer.Write(GraceMs);
        writer.Write(PricePerGbMonth);
        writer.Write(Escrow);
        writer.Write(Owed);
        writer.Write(IsClosed);
    }

    public static AgreementRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAddress(out Address owner);
        reader.TryReadUInt64(out ulong coding);
        reader.TryReadUInt64(out ulong quota);
        reader.TryReadUInt64(out ulong opened);
        reader.TryReadUInt64(out ulong end);
        reader.TryReadUInt64(out ulong grace);
        reader.TryReadAmount(out Amount price);
        reader.TryReadAmount(out Amount escrow);
        reader.TryReadAmount(out Amount owed);
        reader.TryReadBool(out bool isClosed);
        if (coding > (ulong)ChunkCoding.ReedSolomon) reader.Fail(RlpError.IntegerTooLarge);
        return new AgreementRow
        {
            Owner = owner, Coding = (ChunkCoding)(coding & 0xff), QuotaBytes = quota, OpenedMs = opened, EndMs = end, GraceMs = grace, PricePerGbMonth = price,
            Escrow = escrow, Owed = owed, IsClosed = isClosed,
        };
    }
}

/// <summary>A key that signs events of the log for an account.</summary>
internal sealed record SessionRow(SessionScopes Scopes, ulong ExpiresMs) : IRow<SessionRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write((ulong)Scopes);
        writer.Write(ExpiresMs);
    }

    public static SessionRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong scopes);
        reader.TryReadUInt64(out ulong expiresMs);
        if (scopes > (ulong)SessionScopes.All) reader.Fail(RlpError.IntegerTooLarge);
        return new SessionRow((SessionScopes)(scopes & 0xff), expiresMs);
    }
}

/// <summary>Every key of the module's state. Ids are never reused.</summary>
internal static class AgreementsState
{
    public const byte Module = FeedChain.Agreements;

    public static readonly RecordTable<SingleKey, AgreementsParams> Params = new(Module, 1, "params", "-", "parameters");

    public static readonly RecordTable<HashKey, AgreementRow> Agreements = new(Module, 2, "agreements", "agreement", "agreement");

    public static readonly ScalarTable<AddressNumberKey> ByOwner = new(Module, RecordKey.ScalarBit | 3, "byOwner", "owner, number from 1", "agreement");

    public static readonly ScalarTable<AddressKey> Counts = new(Module, RecordKey.ScalarBit | 4, "counts", "owner", "agreements ever opened");

    /// <summary>Sum of all escrows.</summary>
    public static readonly ScalarTable<SingleKey> Escrowed = new(Module, RecordKey.ScalarBit | 5, "escrowed", "-", "base units");

    public static readonly ScalarTable<SingleKey> Feed = new(Module, FeedChain.FeedTable, "feed", "-", "Keccak256(previous feed, record)");

    public static readonly ScalarTable<SingleKey> FeedSequence = new(Module, FeedChain.SequenceTable, "feedSequence", "-", "records in the feed");

    public static readonly RecordTable<AddressPairKey, SessionRow> Sessions = new(Module, 8, "sessions", "owner, key", "session");

    /// <summary>What the last block with a record put into the feed: height * 2^64 + bytes of deletions * 2^32 + bytes.</summary>
    public static readonly ScalarTable<SingleKey> FeedBytes = new(Module, RecordKey.ScalarBit | 9, "feedBytes", "-", "of the last block with a record");

    public static readonly IReadOnlyList<TableDeclaration> All = [
        Params.Declaration, Agreements.Declaration, ByOwner.Declaration, Counts.Declaration, Escrowed.Declaration, Feed.Declaration, FeedSequence.Declaration,
        Sessions.Declaration, FeedBytes.Declaration];
}
