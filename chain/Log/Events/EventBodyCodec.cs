using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>From the bytes of a body to what they say, by the kind.</summary>
public static class EventBodyCodec
{
    /// <param name="seq">The batch the event stands in: kinds are active from a batch on.</param>
    /// <param name="body">Null where it is refused.</param>
    public static LogFault TryDecode(LogEvent entry, ulong seq, out EventBody? body)
    {
        body = null;
        if (EventKinds.Find(entry.Kind) is not { } info) return LogFault.KindUnknown;
        if (!info.IsActiveAt(seq)) return LogFault.KindNotActive;
        LogReader reader = new(entry.Body);
        EventBody read = Read(ref reader, entry.Kind);
        if (reader.End() is not LogFault.None and var fault) return fault;
        body = read;
        return LogFault.None;
    }

    private static EventBody Read(ref LogReader reader, EventKind kind) => kind switch
    {
        EventKind.NodeRegistered or EventKind.NodeStatus or EventKind.StakeChanged or EventKind.NodeUpdated => NodeChanged.Read(ref reader, kind),
        EventKind.CommitteeRotated => CommitteeRotated.Read(ref reader),
        EventKind.LogAnchored => LogAnchored.Read(ref reader),
        EventKind.AgreementChanged => AgreementChanged.Read(ref reader),
        EventKind.SessionChanged => SessionChanged.Read(ref reader),
        EventKind.DeletionForced => DeletionForced.Read(ref reader),
        EventKind.NodeStats => NodeStats.Read(ref reader),
        EventKind.ReplicaAdded => ReplicaAdded.Read(ref reader),
        EventKind.ReplicaRemoved => ReplicaRemoved.Read(ref reader),
        EventKind.AgreementUse => AgreementUse.Read(ref reader),
        EventKind.ChunkDeclared => ChunkDeclared.Read(ref reader),
        EventKind.DeleteRequested => DeleteRequested.Read(ref reader),
        EventKind.ChainAnchor => ChainAnchor.Read(ref reader),
        EventKind.PlacementDecided => PlacementDecided.Read(ref reader),
        EventKind.ReplicaLost => ReplicaLost.Read(ref reader),
        EventKind.LivenessBitmap => LivenessBitmap.Read(ref reader),
        EventKind.Checkpoint => Checkpoint.Read(ref reader),
        EventKind.FallbackActivated => FallbackActivated.Read(ref reader),
        EventKind.FallbackDeactivated => FallbackDeactivated.Read(ref reader),
        EventKind.ReconciliationStarted => ReconciliationStarted.Read(ref reader),
        EventKind.AuditAnswerRoot => AuditAnswerRoot.Read(ref reader),
        EventKind.AuditOpened => AuditOpened.Read(ref reader),
        EventKind.AuditSeed => AuditSeed.Read(ref reader),
        EventKind.AuditVerdict => AuditVerdict.Read(ref reader),
        EventKind.ReconciliationCompleted => ReconciliationCompleted.Read(ref reader),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)), // the table calls no other kind active
    };
}
