using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>
/// The last audit that was opened: epoch u64 | at seq u64 | opened u64 | anchor height u64 | beacon height u64 | beacon 32 | seeded u64.
/// </summary>
/// <param name="AtSeq">The batch that opened it: holdings are those from before its place in the batch.</param>
/// <param name="OpenedMs">Log time.</param>
/// <param name="AnchorHeight">The last anchored block then.</param>
/// <param name="BeaconHeight">Of the first anchored block that is late enough; 0 while none is.</param>
/// <param name="Beacon">Its mixHash.</param>
/// <param name="SeededMs">Log time of the seed, from which deadlines count; 0 before it.</param>
public sealed record AuditStatus(ulong Epoch, ulong AtSeq, ulong OpenedMs, ulong AnchorHeight, ulong BeaconHeight, Hash256 Beacon, ulong SeededMs)
{
    public bool IsSeeded => SeededMs != 0;

    internal void Write(LogWriter writer) => writer.U64(Epoch).U64(AtSeq).U64(OpenedMs).U64(AnchorHeight).U64(BeaconHeight).Hash(Beacon).U64(SeededMs);

    internal static AuditStatus Read(ref LogReader reader) =>
        new(reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.Hash(), reader.U64());
}
