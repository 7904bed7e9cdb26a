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

/// <summary>coding u8 | length u64 | expires u64 | seq u64.</summary>
internal struct ReservationRow : ILogRow
{
    public ChunkCoding Coding;
    public ulong LengthBytes, ExpiresMs, Seq;

    public readonly void Write(int view, LogWriter writer) => writer.U8((byte)Coding).U64(LengthBytes).U64(ExpiresMs).U64(Seq);
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
