using Dsdn.Chain.Log.Audits;

namespace Dsdn.Log.State.Tables;

/// <summary>
/// The tables of the state. Numbers are part of the format of leaves: never renumber. Below 64 is the data part: what users own and where
/// it lies, with nothing in it that depends on time, order or tiers. The rest is the operations part.
/// </summary>
public enum LogTableId : byte
{
    Node = 1,
    Agreement = 2,
    Chunk = 3,
    Reference = 4,
    Replica = 5,

    Head = 64,
    ChainBlock = 65,
    DaSet = 66,
    LastCheckpoint = 67,
    LastAnchor = 68,
    Fallback = 69,
    Reconciliation = 70,
    LivenessRound = 71,
    Feeds = 72,
    Committee = 73,
    NodeRow = 74,
    NodeStats = 75,
    Liveness = 76,
    Nonce = 77,
    Reservation = 78,
    ChunkPosition = 79,
    Tally = 80,
    Roots = 81,
    AgreementTerm = 82,
    Session = 83,

    Audit = 96,
    NodeAudit = 97,
    AuditFault = AuditFaultLeaf.Table,
    ReplicaPosition = 99,
    Departed = 100,
}

/// <summary>Which root a table is under.</summary>
public enum LogPart : byte
{
    Data = 1,
    Operations = 2,
}

/// <summary>What follows from the number of a table.</summary>
public static class LogTableIds
{
    private const byte FirstOfOperations = 64;

    public static LogPart Part(this LogTableId table) => (byte)table < FirstOfOperations ? LogPart.Data : LogPart.Operations;
}
