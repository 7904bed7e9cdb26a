using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>Parameters of the module; in state, given by genesis, bounded field by field.</summary>
public sealed record AgreementsParams : IRow<AgreementsParams>
{
    private const ulong DayMs = 24UL * 60 * 60 * 1000;

    public static ulong Version => 1;

    /// <summary>Of 10^9 bytes over 30 days in three copies: $0.10 at $0.05 (rulings 43).</summary>
    public Amount CopiesPrice { get; init; } = Amount.Nusa(2);

    /// <summary>Of the same in 6+3 shards, which take 1.5 bytes a byte instead of 3.</summary>
    public Amount CodedPrice { get; init; } = Amount.Nusa(1);

    public ulong DurationMinS { get; init; } = 10;

    /// <summary>Of what is left of the term, also after a top-up: 10 years.</summary>
    public ulong DurationMaxS { get; init; } = 10UL * 365 * 24 * 60 * 60;

    /// <summary>1 PiB.</summary>
    public ulong QuotaBytesMax { get; init; } = 1UL << 50;

    /// <summary>From the end of an agreement until nobody has to store for it any more: 7 days; devnet 60 seconds.</summary>
    public ulong GraceMs { get; init; } = 7 * DayMs;

    public ulong SessionMsMax { get; init; } = 365 * DayMs;

    public Amount PriceOf(ChunkCoding coding) => coding == ChunkCoding.ReedSolomon ? CodedPrice : CopiesPrice;

    public IEnumerable<string> Faults()
    {
        if (CopiesPrice < Amount.Gwei(1) || CopiesPrice > Amount.Nusa(10_000)) yield return "copiesPrice: 1 gwei to 10,000 NUSA";
        if (CodedPrice < Amount.Gwei(1) || CodedPrice > CopiesPrice) yield return "codedPrice: 1 gwei to copiesPrice";
        if (DurationMinS is < 1 or > 30UL * 24 * 60 * 60) yield return "durationMinS: 1 second to 30 days";
        if (DurationMaxS < DurationMinS || DurationMaxS > 100UL * 365 * 24 * 60 * 60) yield return "durationMaxS: durationMinS to 100 years";
        if (QuotaBytesMax is < 1 or > 1UL << 50) yield return "quotaBytesMax: 1 byte to 1 PiB";
        if (GraceMs is < 1_000 or > 90 * DayMs) yield return "graceMs: 1 second to 90 days";
        if (SessionMsMax is < 1_000 or > 3_650 * DayMs) yield return "sessionMsMax: 1 second to 3,650 days";
    }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(CopiesPrice);
        writer.Write(CodedPrice);
        writer.Write(DurationMinS);
        writer.Write(DurationMaxS);
        writer.Write(QuotaBytesMax);
        writer.Write(GraceMs);
        writer.Write(SessionMsMax);
    }

    public static AgreementsParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadAmount(out Amount copiesPrice);
        reader.TryReadAmount(out Amount codedPrice);
        reader.TryReadUInt64(out ulong durationMinS);
        reader.TryReadUInt64(out ulong durationMaxS);
        reader.TryReadUInt64(out ulong quotaBytesMax);
        reader.TryReadUInt64(out ulong graceMs);
        reader.TryReadUInt64(out ulong sessionMsMax);
        return new AgreementsParams
        {
            CopiesPrice = copiesPrice, CodedPrice = codedPrice, DurationMinS = durationMinS, DurationMaxS = durationMaxS, QuotaBytesMax = quotaBytesMax,
            GraceMs = graceMs, SessionMsMax = sessionMsMax,
        };
    }
}
