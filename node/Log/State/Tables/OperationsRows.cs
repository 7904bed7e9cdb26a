using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>seq u64 | log time u64 | body of the last NodeStats as it was.</summary>
internal struct StatsRow : ILogRow
{
    public NodeStats? Stats;
    public ReadOnlyMemory<byte> Body;
    public ulong Seq, LogTimeMs;

    public readonly void Write(int view, LogWriter writer) => writer.U64(Seq).U64(LogTimeMs).Bytes(Body.Span);
}

/// <summary>round last reached u64 | rounds missed since u32 | log time of the first of them u64, 0 where none is missed.</summary>
internal struct LivenessRow : ILogRow
{
    public ulong ReachedRound, DownSinceMs;
    public uint Missed;

    public readonly void Write(int view, LogWriter writer) => writer.U64(ReachedRound).U32(Missed).U64(DownSinceMs);
}

/// <summary>The last counter used in a lane: u64.</summary>
internal struct LaneRow : ILogRow
{
    public ulong Counter;

    public readonly void Write(int view, LogWriter writer) => writer.U64(Counter);
}

/// <summary>coding u8 | length u64 | expires u64 | seq u64 | count u8 of slot u8 | node 32 | zone u16.</summary>
internal struct ReservationRow : ILogRow
{
    public ChunkCoding Coding;
    public ulong LengthBytes, ExpiresMs, Seq;

    /// <summary>Where the chunk is to lie, by slot; none where it was live.</summary>
    public PlacedReplica[]? Places;

    public readonly void Write(int view, LogWriter writer)
    {
        writer.U8((byte)Coding).U64(LengthBytes).U64(ExpiresMs).U64(Seq).U8(checked((byte)(Places?.Length ?? 0)));
        foreach (PlacedReplica place in Places ?? []) writer.U8(place.Slot).Hash(place.NodeId).U16(place.Zone);
    }

    public static ReservationRow Read(ref LogReader reader)
    {
        ReservationRow row = new() { Coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon), LengthBytes = reader.U64(), ExpiresMs = reader.U64(), Seq = reader.U64() };
        row.Places = new PlacedReplica[reader.U8((byte)row.Coding.Slots())];
        for (int i = 0; i < row.Places.Length; i++) row.Places[i] = new PlacedReplica(reader.U8((byte)(row.Coding.Slots() - 1)), reader.Hash(), reader.U16());
        return row;
    }
}

/// <summary>
/// What the chain says of an agreement beside its owner: coding u8 | quota u64 | end u64 | release u64 | is closed u8. In the operations
/// part, since it names times.
/// </summary>
internal struct TermRow : ILogRow
{
    public ChunkCoding Coding;
    public ulong QuotaBytes, EndMs, ReleaseMs;
    public bool IsClosed;

    /// <summary>Of the reservations that there are; in no leaf, since it follows from theirs.</summary>
    public UInt128 ReservedBytes;

    public readonly void Write(int view, LogWriter writer) => writer.U8((byte)Coding).U64(QuotaBytes).U64(EndMs).U64(ReleaseMs).U8(IsClosed ? (byte)1 : (byte)0);
}

/// <summary>What a session key may sign, and until when: scopes u8 | expires u64.</summary>
internal struct SessionRow : ILogRow
{
    public SessionScopes Scopes;
    public ulong ExpiresMs;

    public readonly void Write(int view, LogWriter writer) => writer.U8((byte)Scopes).U64(ExpiresMs);
}

/// <summary>How often: u64.</summary>
internal struct TallyRow : ILogRow
{
    public ulong Count;

    public readonly void Write(int view, LogWriter writer) => writer.U64(Count);
}

/// <summary>The committee of an epoch as it is hashed.</summary>
internal struct CommitteeRow : ILogRow
{
    public Committee? Committee;

    public readonly void Write(int view, LogWriter writer) =>
        writer.Bytes(CommitteeCodec.Encode(Committee ?? throw new InvalidOperationException("an epoch without a committee")));
}

/// <summary>The roots after a batch where checkpoints are taken: core hash 32 | data root 32 | operations root 32.</summary>
internal struct RootsRow : ILogRow
{
    public Hash256 CoreHash, Data, Operations;

    public readonly void Write(int view, LogWriter writer) => writer.Hash(CoreHash).Hash(Data).Hash(Operations);
}
