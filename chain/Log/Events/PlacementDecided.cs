using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <param name="Zone">Of the node, at the state the placement was computed from.</param>
public readonly record struct PlacedReplica(byte Slot, Hash256 NodeId, ushort Zone)
{
    internal const int Bytes = 1 + Hash256.Size + 2;
}

/// <summary>
/// Where a declared chunk lies: the result of the placement rule at the state after batch <see cref="AtSeq"/> (rulings 29):
/// chunk 32 | agreement 32 | generation u32 | coding u8 | at seq u64 | count u8 by slot ascending of slot u8 | node 32 | zone u16.
/// </summary>
/// <param name="AtSeq">Where the reservation was logged.</param>
/// <param name="Replicas">One a slot of the coding, each of another node.</param>
public sealed record PlacementDecided(
    Hash256 ChunkId, Hash256 AgreementId, uint Generation, ChunkCoding Coding, ulong AtSeq, IReadOnlyList<PlacedReplica> Replicas) : EventBody
{
    public override EventKind Kind => EventKind.PlacementDecided;

    internal static EventBody Read(ref LogReader reader)
    {
        Hash256 chunk = reader.Hash(), agreement = reader.Hash();
        uint generation = reader.U32();
        ChunkCoding coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon);
        ulong seq = reader.U64();
        PlacedReplica[] replicas = new PlacedReplica[reader.Count8(coding.Slots(), PlacedReplica.Bytes)];
        HashSet<Hash256> nodes = [];
        for (int i = 0; i < replicas.Length; i++)
        {
            replicas[i] = new PlacedReplica(reader.U8(), reader.Hash(), reader.U16());
            if (replicas[i].Slot >= coding.Slots() || (i > 0 && replicas[i].Slot <= replicas[i - 1].Slot) || !nodes.Add(replicas[i].NodeId)) reader.Fail(LogFault.Value);
        }
        if (replicas.Length == 0) reader.Fail(LogFault.Value);
        return new PlacementDecided(chunk, agreement, generation, coding, seq, replicas);
    }

    internal override void Write(LogWriter writer)
    {
        writer.Hash(ChunkId).Hash(AgreementId).U32(Generation).U8((byte)Coding).U64(AtSeq).U8(checked((byte)Replicas.Count));
        foreach (PlacedReplica replica in Replicas) writer.U8(replica.Slot).Hash(replica.NodeId).U16(replica.Zone);
    }
}
