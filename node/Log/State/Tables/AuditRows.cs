using System.Buffers.Binary;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>An audit of a node: node 32 | epoch u64.</summary>
internal readonly record struct AuditKey(Hash256 Node, ulong Epoch) : ILogKey<AuditKey>
{
    public static int Bytes => Hash256.Size + 8;

    public static AuditKey Read(ReadOnlySpan<byte> bytes) => new(new Hash256(bytes[..32]), BinaryPrimitives.ReadUInt64BigEndian(bytes[32..]));

    public void Write(Span<byte> bytes)
    {
        Node.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[32..], Epoch);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(Node, seed ^ Epoch);

    public int CompareTo(AuditKey other)
    {
        int order = Node.CompareTo(other.Node);
        return order == 0 ? Epoch.CompareTo(other.Epoch) : order;
    }
}

/// <summary>
/// A node in the last audit it was in, then what all of them showed: epoch u64 | holdings root 32 | replicas u32 | bytes u64 | draws u16 | answers root 32 |
/// answered u64 | is judged u8 || judged audits u64 | silent in a row u32 | failed in a row u32 | since u64 | proven seq u64 | proven u64 | last faults u64 x 3, newest first.
/// </summary>
internal struct NodeAuditRow : ILogRow
{
    /// <summary>So many in a day start repair of what the node has (storage 3.4).</summary>
    public const int FaultsKept = 3;

    public ulong Epoch, Bytes, AnsweredMs, Judged, SinceMs, ProvenSeq, ProvenMs, FirstFaultMs, SecondFaultMs, ThirdFaultMs;
    public Hash256 HoldingsRoot, AnswersRoot;
    public uint Replicas, Silent, Failed;
    public ushort Draws;
    public bool IsJudged;

    public readonly void Write(int view, LogWriter writer) => writer
        .U64(Epoch).Hash(HoldingsRoot).U32(Replicas).U64(Bytes).U16(Draws).Hash(AnswersRoot).U64(AnsweredMs).U8(IsJudged ? (byte)1 : (byte)0)
        .U64(Judged).U32(Silent).U32(Failed).U64(SinceMs).U64(ProvenSeq).U64(ProvenMs).U64(FirstFaultMs).U64(SecondFaultMs).U64(ThirdFaultMs);

    public static NodeAuditRow Read(ref LogReader reader) => new()
    {
        Epoch = reader.U64(), HoldingsRoot = reader.Hash(), Replicas = reader.U32(), Bytes = reader.U64(), Draws = reader.U16(), AnswersRoot = reader.Hash(), AnsweredMs = reader.U64(),
        IsJudged = reader.U8(1) == 1, Judged = reader.U64(), Silent = reader.U32(), Failed = reader.U32(), SinceMs = reader.U64(), ProvenSeq = reader.U64(), ProvenMs = reader.U64(),
        FirstFaultMs = reader.U64(), SecondFaultMs = reader.U64(), ThirdFaultMs = reader.U64(),
    };
}

/// <summary>An audit that a node did not pass, as <see cref="AuditFault"/> is written.</summary>
internal struct AuditFaultRow : ILogRow
{
    public AuditFault Fault;

    public readonly void Write(int view, LogWriter writer) => Fault.Write(writer);
}

/// <summary>
/// A replica that was held when the open audit froze and is not any more: is excused u8 | generation u32 | length u64 | root 32. Without it nobody who
/// starts from a checkpoint could draw.
/// </summary>
internal struct DepartedRow : ILogRow
{
    /// <summary>Nobody expects the node to have it any more: deleted, replaced, struck.</summary>
    public bool IsExcused;

    public uint Generation;
    public ulong LengthBytes;
    public Hash256 Root;

    public readonly void Write(int view, LogWriter writer) => writer.U8(IsExcused ? (byte)1 : (byte)0).U32(Generation).U64(LengthBytes).Hash(Root);
}
