using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// Which nodes the committee reached: round u64 | registry u64 | count u32 | bitmap. Bit i of byte i/8 stands for node i of all
/// nodes that were Active after that change of the registry, by id ascending.
/// </summary>
/// <param name="Round">One more than in the bitmap before.</param>
/// <param name="RegistrySequence">The last record of the Nodes feed that the committee had applied.</param>
/// <param name="Count">Nodes that the bitmap speaks of.</param>
/// <param name="Alive">No bit behind the last node.</param>
public sealed record LivenessBitmap(ulong Round, ulong RegistrySequence, uint Count, ReadOnlyMemory<byte> Alive) : EventBody
{
    public override EventKind Kind => EventKind.LivenessBitmap;

    public bool IsAlive(int node) => (Alive.Span[node / 8] & (1 << (node % 8))) != 0;

    internal static EventBody Read(ref LogReader reader)
    {
        ulong round = reader.U64(), registry = reader.U64();
        uint count = reader.U32();
        if (count > LogLimits.NodesMax) reader.Fail(LogFault.TooLong);
        ReadOnlyMemory<byte> alive = reader.Fault == LogFault.None ? reader.Bytes(Bitmap.BytesFor((int)count)) : default;
        if (reader.Fault == LogFault.None && !Bitmap.IsCanonical(alive.Span, (int)count)) reader.Fail(LogFault.Bitmap);
        return new LivenessBitmap(round, registry, count, alive);
    }

    internal override void Write(LogWriter writer) =>
        writer.U64(Round).U64(RegistrySequence).U32(Count).Fixed(Alive.Span, Bitmap.BytesFor(checked((int)Count)));
}
