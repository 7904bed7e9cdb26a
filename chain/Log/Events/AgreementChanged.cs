using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// An agreement as the chain has it now: the body is the record of the Agreements feed as it is, type u8 = 1 | agreement 32 | owner 20 |
/// coding u8 | quota u64 | end u64 | release u64 | is closed u8.
/// </summary>
/// <param name="QuotaBytes">Of chunks, each as often as it is referenced.</param>
/// <param name="EndMs">Nothing new is reserved or declared from this log time on.</param>
/// <param name="ReleaseMs">From this log time on nothing has to be stored for it. Not before the end.</param>
/// <param name="IsClosed">Its end does not move any more.</param>
public sealed record AgreementChanged(Hash256 AgreementId, Address Owner, ChunkCoding Coding, ulong QuotaBytes, ulong EndMs, ulong ReleaseMs, bool IsClosed) : EventBody
{
    /// <summary>Tells the records of one feed apart.</summary>
    public const byte RecordType = 1;

    public override EventKind Kind => EventKind.AgreementChanged;

    internal static EventBody Read(ref LogReader reader)
    {
        if (reader.U8() != RecordType) reader.Fail(LogFault.Value);
        AgreementChanged read = new(
            reader.Hash(), reader.Address(), (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon), reader.U64(), reader.U64(), reader.U64(), reader.U8(max: 1) == 1);
        if (read.ReleaseMs < read.EndMs) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer) =>
        writer.U8(RecordType).Hash(AgreementId).Address(Owner).U8((byte)Coding).U64(QuotaBytes).U64(EndMs).U64(ReleaseMs).U8(IsClosed ? (byte)1 : (byte)0);
}
