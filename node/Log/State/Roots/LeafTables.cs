using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Roots;

/// <summary>What the leaves of each table look like.</summary>
public static class LeafTables
{
    /// <summary>Width of the keys: they are concatenated without lengths. 0 for tables of one row; -1 for a number that is no table.</summary>
    public static int KeyBytes(LogTableId table) => table switch
    {
        LogTableId.Node or LogTableId.NodeRow or LogTableId.NodeStats or LogTableId.Liveness or LogTableId.Agreement or LogTableId.Chunk or LogTableId.ChunkPosition or LogTableId.NodeAudit or LogTableId.AgreementTerm => IdKey.Bytes,
        LogTableId.Reference or LogTableId.Reservation => TripleKey.Bytes,
        LogTableId.Replica or LogTableId.ReplicaPosition or LogTableId.Departed => ReplicaKey.Bytes,
        LogTableId.AuditFault => AuditKey.Bytes,
        LogTableId.Session => SessionKey.Bytes,
        LogTableId.Nonce => LaneKey.Bytes,
        LogTableId.Tally => TallyKey.Bytes,
        LogTableId.Committee or LogTableId.Roots => NumberKey.Bytes,
        >= LogTableId.Head and <= LogTableId.Feeds or LogTableId.Audit => 0,
        _ => -1,
    };
}
