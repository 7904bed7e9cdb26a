using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// Who may do what against the state (dataplane 1.1, docs/log-state.md). An event that its author may not post leaves no trace but the count
/// of its reason; one that its author may post uses up its nonce whether or not it finds what it speaks of, so that nobody can keep it for a
/// state in which it would mean something else.
/// </summary>
internal sealed class Reducer(LogTables tables, AuditTimes audits, bool hasAgreements)
{
    private readonly NodeRules _nodes = new(tables);
    private readonly OwnerRules _owners = new(tables);
    private readonly AgreementRules _agreements = new(tables, hasAgreements);
    private readonly CommitteeRules _committee = new(tables);
    private readonly ChainRules _chain = new(tables);
    private readonly AuditRules _audits = new(tables, audits);

    /// <summary>Whether the event would count now. Changes nothing.</summary>
    public LogFault Check(CheckedEvent read, BatchScope scope)
    {
        LogFault fault = CheckAuthor(read, scope);
        return fault == LogFault.None ? CheckBody(read, scope) : fault;
    }

    /// <summary>Applies the event, or says why not.</summary>
    public LogFault Take(CheckedEvent read, BatchScope scope)
    {
        LogFault fault = CheckAuthor(read, scope);
        if (fault != LogFault.None) return fault;
        if (IsCounted(read.Event.AuthorType)) UseNonce(read.Event);
        fault = CheckBody(read, scope);
        if (fault == LogFault.None) Change(read, scope);
        return fault;
    }

    /// <summary>Before the events of a batch: what ends with its log time.</summary>
    public void ReleaseEnded(BatchScope scope) => _agreements.ReleaseEnded(scope);

    /// <summary>Whether a checkpoint would count after the last one.</summary>
    public bool IsNext(Checkpoint checkpoint, Checkpoint? last, LogRootsAt? rootsBefore) => _committee.IsNext(checkpoint, last, rootsBefore);

    /// <summary>After all events of a batch that anchored a block.</summary>
    public void Follow(Dsdn.Chain.LightClient.LightBlock anchored) => _audits.Follow(anchored);

    private LogFault CheckAuthor(CheckedEvent read, BatchScope scope)
    {
        LogFault fault = read.Event.AuthorType switch
        {
            AuthorType.Node => _nodes.CheckAuthor(read),
            AuthorType.Account when !hasAgreements => _owners.CheckAuthor(read),
            AuthorType.Account or AuthorType.Session => _agreements.CheckAuthor(read, scope),
            _ => LogFault.None, // proven by the anchor beside it, or signed with the batch
        };
        return fault == LogFault.None && IsCounted(read.Event.AuthorType) && !IsFresh(read.Event) ? LogFault.NonceUsed : fault;
    }

    private LogFault CheckBody(CheckedEvent read, BatchScope scope) => read.Body switch
    {
        NodeStats => LogFault.None,
        ReplicaAdded added => _nodes.Check(added, read.Event.Author),
        ReplicaRemoved removed => _nodes.Check(removed, read.Event.Author),
        AgreementUse use => _agreements.Check(use, scope) is not LogFault.None and var refused ? refused : _owners.Check(use, read.Event, scope),
        ChunkDeclared declared => _agreements.CheckOpen(declared.AgreementId, scope) is not LogFault.None and var ended ? ended : _owners.Check(declared, scope),
        DeleteRequested delete => _owners.Check(delete),
        PlacementDecided placed => _committee.Check(placed, scope),
        ReplicaLost lost => _committee.Check(lost, scope),
        LivenessBitmap bitmap => _committee.Check(bitmap, scope),
        Checkpoint checkpoint => _committee.Check(checkpoint, scope),
        AuditOpened opened => _audits.Check(opened, scope),
        AuditSeed seed => _audits.Check(seed),
        AuditAnswerRoot answered => _audits.Check(answered, read.Event.Author, scope),
        AuditVerdict verdict => _audits.Check(verdict, scope),
        FallbackActivated activated => _committee.Check(activated),
        FallbackDeactivated => _committee.CheckDeactivation(),
        ReconciliationStarted => _committee.CheckReconciliation(isToRun: true),
        ReconciliationCompleted => _committee.CheckReconciliation(isToRun: false),
        CommitteeRotated rotated => _chain.Check(rotated, scope),
        DeletionForced forced => _owners.Check(forced.Request),
        NodeChanged or LogAnchored or ChainAnchor or AgreementChanged or SessionChanged => LogFault.None,
        _ => throw new InvalidOperationException($"no rule for {read.Body.Kind}"),
    };

    private void Change(CheckedEvent read, BatchScope scope)
    {
        switch (read.Body)
        {
            case NodeStats stats: _nodes.Apply(stats, read.Event, scope); break;
            case ReplicaAdded added: _nodes.Apply(added, read.Event.Author, scope); break;
            case ReplicaRemoved removed: _nodes.Apply(removed, read.Event.Author); break;
            case AgreementUse use: _owners.Apply(use, read.Event, scope); break;
            case ChunkDeclared declared: _owners.Apply(declared, scope); break;
            case DeleteRequested delete: _owners.Apply(delete, scope); break;
            case PlacementDecided placed: _committee.Apply(placed, scope); break;
            case ReplicaLost lost: _committee.Apply(lost); break;
            case LivenessBitmap bitmap: _committee.Apply(bitmap, scope); break;
            case Checkpoint checkpoint: tables.LastCheckpoint = checkpoint; break;
            case AuditOpened opened: _audits.Apply(opened, scope); break;
            case AuditSeed seed: _audits.Apply(seed, scope); break;
            case AuditAnswerRoot answered: _audits.Apply(answered, read.Event.Author, scope); break;
            case AuditVerdict verdict: _audits.Apply(verdict, scope); break;
            case FallbackActivated activated: _committee.Apply(activated, scope); break;
            case FallbackDeactivated ended: _committee.Apply(ended, scope); break;
            case ReconciliationStarted started: _committee.Apply(started, scope); break;
            case ReconciliationCompleted completed: _committee.Apply(completed, scope); break;
            case NodeChanged changed: _chain.Apply(changed); break;
            case CommitteeRotated rotated: _chain.Apply(rotated); break;
            case AgreementChanged changed: _agreements.Apply(changed); break;
            case SessionChanged changed: _agreements.Apply(changed); break;
            case DeletionForced forced: _owners.Apply(forced.Request, scope); break;
            case LogAnchored anchored: tables.LastAnchor = anchored.Anchor; break;
            case ChainAnchor: break; // the state takes over the block for the batch as a whole
            default: throw new InvalidOperationException($"no rule for {read.Body.Kind}");
        }
    }

    /// <summary>Those who sign count their events themselves; the numbers of the others follow from where the events stand.</summary>
    private static bool IsCounted(AuthorType type) => type is AuthorType.Node or AuthorType.Account or AuthorType.Session;

    private static LaneKey Lane(LogEvent entry) => new(entry.AuthorType, entry.Author, new AuthorNonce(entry.Nonce).Lane);

    private bool IsFresh(LogEvent entry)
    {
        int slot = tables.Lanes.Find(Lane(entry));
        return slot == LogTables.None || new AuthorNonce(entry.Nonce).Counter > tables.Lanes.Row(slot).Counter;
    }

    private void UseNonce(LogEvent entry)
    {
        int slot = tables.Lanes.FindOrAdd(Lane(entry));
        tables.Lanes.Edit(slot).Counter = new AuthorNonce(entry.Nonce).Counter;
    }
}
