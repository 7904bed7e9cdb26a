using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Storing;

/// <summary>
/// What one node stores, fetches, gives up and says, out of the log's state and what its disk has; nobody orders it (decision 0029). Nothing is remembered that is not found again in one of
/// the two, so a node that was killed at any point comes to the same end. One owner; not for use by two threads.
/// </summary>
public sealed class StoringCore
{
    private readonly Hash256 _node;
    private readonly StoringOptions _options;
    private readonly FetchQueue _fetches;
    private readonly FetchPlanner _planner;
    private readonly StatsRule _stats;
    private readonly Dictionary<Hash256, ChunkDesk> _desks = [];
    private readonly SortedSet<Hash256> _toSettle = [], _toSettleLater = [], _onDisk = [];
    private readonly SortedSet<(ulong AtMs, StoredKey Key)> _timed = [];
    private readonly SortedSet<(ulong AtMs, Hash256 Chunk)> _waiting = [];
    private readonly List<StoringEffect> _effects = [];
    private NodeEntry? _self;
    private ulong _nowMs, _sweptMs, _graceMs;
    private bool _isOpen, _isFresh, _wasFresh, _wasActive, _wasLeaving;

    /// <param name="node">The key by which the chain knows it.</param>
    public StoringCore(in Hash256 node, StoringOptions options)
    {
        (_node, _options) = (node, options);
        _fetches = new FetchQueue(options);
        _planner = new FetchPlanner(node);
        _stats = new StatsRule(options);
    }

    /// <summary>Whether the log is followed closely enough to act on it.</summary>
    public bool IsFresh => _isFresh;

    public int Fetching => _fetches.Running;

    /// <summary>Copies and shards that are to be fetched, running ones too.</summary>
    public int ToFetch => _fetches.Count;

    /// <summary>Taken away, staged: what the disk lets go at a time that is known.</summary>
    public int Timed => _timed.Count;

    /// <summary>Facts that no batch shows yet.</summary>
    public int Waiting => _waiting.Count;

    /// <param name="state">As it is now; may be ahead of the input.</param>
    public IReadOnlyList<StoringEffect> Step(LogState state, StoringInput input)
    {
        _effects.Clear();
        _nowMs = input.NowMs;
        _self = state.Queries.Node(_node);
        _graceMs = state.Genesis.Storage.GraceMs(_self?.Record.Class ?? 0);
        _isFresh = state.LogTimeMs + _options.StaleMs >= _nowMs;
        switch (input)
        {
            case StoringInput.Opened opened: Open(state, opened); break;
            case StoringInput.Applied applied: _toSettle.UnionWith(applied.Touched); break;
            case StoringInput.Changed changed: Take(changed.Entry); break;
            case StoringInput.FetchEnded ended: End(ended); break;
            case StoringInput.Ticked ticked: Tick(state, ticked); break;
            default: throw new InvalidOperationException("an input without a step");
        }
        if (!_isOpen) return [.. _effects];
        SeeStanding(state);
        Settle(state);
        StartFetches(state);
        if (_toSettle.Count > 0) _effects.Add(new StoringEffect.StepAgain());
        return [.. _effects];
    }

    private bool IsActive => _self?.Record.IsActive == true;

    private bool IsLeaving => _self?.Record.IsLeaving == true;

    private void Open(LogState state, StoringInput.Opened opened)
    {
        _isOpen = true;
        foreach (DiskEntry entry in opened.Entries) Take(entry);
        LookAtAll(state);
    }

    /// <summary>What the disk says is what there is.</summary>
    private void Take(DiskEntry entry)
    {
        ChunkDesk desk = DeskOf(entry.Key.ChunkId);
        DiskRow? row = desk.Find(entry.Key);
        if (row is not null) _timed.Remove((row.AtMs, entry.Key));
        bool isInVain = row is { IsPending: true } && row.Standing == entry.Standing;
        if (entry.Standing == DiskStanding.None)
        {
            if (row is not null) desk.Disk.Remove(row);
        }
        else
        {
            if (row is null) desk.Disk.Add(row = new DiskRow(entry.Key));
            (row.Standing, row.AtMs, row.IsPending) = (entry.Standing, entry.AtMs, false);
            if (entry.Standing != DiskStanding.Stored) _timed.Add((entry.AtMs, entry.Key));
        }
        // What the disk did not do is asked of it again with the next tick.
        (isInVain ? _toSettleLater : _toSettle).Add(entry.Key.ChunkId);
    }

    private void End(StoringInput.FetchEnded ended)
    {
        if (_fetches.End(ended.Key, ended.Outcome, ended.Blamed, _nowMs) is { } item && ended.Outcome == FetchOutcome.Inconsistent)
            _effects.Add(new StoringEffect.ReportInconsistent(ended.Key.ChunkId, item.Slot));
        _toSettle.Add(ended.Key.ChunkId);
    }

    private void Tick(LogState state, StoringInput.Ticked ticked)
    {
        _toSettle.UnionWith(_toSettleLater);
        _toSettleLater.Clear();
        foreach ((ulong atMs, Hash256 chunk) in _waiting)
        {
            if (!IsOver(atMs, _options.SayAgainMs)) break;
            _toSettle.Add(chunk);
        }
        if (_isOpen && _isFresh) Sweep();
        if (_self is { } self && (IsActive || IsLeaving) && _stats.Next(self, state.LogTimeMs, ticked.Facts, _nowMs) is { } stats) _effects.Add(new StoringEffect.Submit(stats));
    }

    /// <summary>Only with a log that is followed: a staged chunk may have been declared meanwhile.</summary>
    private void Sweep()
    {
        List<StoredKey> due = [];
        foreach ((ulong atMs, StoredKey key) in _timed)
        {
            if (atMs > _nowMs) break;
            due.Add(key);
        }
        if (due.Count == 0 && !IsOver(_sweptMs, _options.SweepEveryMs)) return;
        _sweptMs = _nowMs;
        _effects.Add(new StoringEffect.Sweep(due));
    }

    /// <summary>What it may say and take on depends on what it is on the chain, and on whether the log is followed.</summary>
    private void SeeStanding(LogState state)
    {
        if (_wasActive == IsActive && _wasLeaving == IsLeaving && _wasFresh == _isFresh) return;
        (_wasActive, _wasLeaving, _wasFresh) = (IsActive, IsLeaving, _isFresh);
        LookAtAll(state);
    }

    private void LookAtAll(LogState state)
    {
        foreach (ReplicaEntry replica in state.Queries.ReplicasOf(_node)) _toSettle.Add(replica.ChunkId);
        _toSettle.UnionWith(_onDisk);
    }

    private void Settle(LogState state)
    {
        for (int i = 0; i < _options.SettledPerStep && _toSettle.Count > 0; i++)
        {
            Hash256 chunk = _toSettle.Min;
            _toSettle.Remove(chunk);
            Settle(state, chunk);
        }
    }

    private void Settle(LogState state, in Hash256 id)
    {
        LogQueries queries = state.Queries;
        IReadOnlyList<ReplicaEntry> replicas = queries.Replicas(id);
        bool isMine = false;
        foreach (ReplicaEntry replica in replicas) isMine |= replica.NodeId == _node;
        if (!isMine && !_desks.ContainsKey(id)) return;
        ChunkDesk desk = DeskOf(id);
        foreach (DiskRow row in desk.Disk) row.IsWanted = false;
        foreach (SaidFact fact in desk.Said) fact.IsNeeded = false;
        if (queries.Chunk(id) is { } chunk)
        {
            foreach (ReplicaEntry replica in replicas)
            {
                if (replica.NodeId != _node) continue;
                if (!chunk.IsDeleted && replica.Generation == chunk.Generation) Keep(queries, desk, chunk, replica, replicas);
                else LetGo(desk, replica);
            }
        }
        foreach (DiskRow row in desk.Disk)
        {
            if (row.IsWanted) continue;
            _fetches.Drop(row.Key);
            // A staged one expires by itself; what nobody asks for any more is kept for a while, since it may be asked for again.
            if (row.Standing == DiskStanding.Stored) Release(row);
        }
        for (int i = desk.Said.Count - 1; i >= 0; i--)
            if (!desk.Said[i].IsNeeded) Forget(desk, i);
        if (desk.IsEmpty) _desks.Remove(id);
        if (desk.Disk.Count > 0) _onDisk.Add(id);
        else _onDisk.Remove(id);
    }

    /// <summary>The log says that this node stores it, or is to.</summary>
    private void Keep(LogQueries queries, ChunkDesk desk, ChunkEntry chunk, in ReplicaEntry replica, IReadOnlyList<ReplicaEntry> replicas)
    {
        StoredKey key = StoredKey.Of(chunk.Id, chunk.Coding, replica.Slot, replica.Generation);
        DiskRow? row = desk.Find(key);
        if (row is not null) row.IsWanted = true;
        switch (row?.Standing ?? DiskStanding.None)
        {
            case DiskStanding.Staged: Do(row, new StoringEffect.Declare(key)); break;
            case DiskStanding.Deleted: Do(row, new StoringEffect.Restore(key)); break;
            case DiskStanding.Stored:
                _fetches.Drop(key);
                if (!replica.IsHeld) Say(desk, chunk.Id, replica, null, new ReplicaAdded(chunk.Id, replica.Generation, replica.Slot, FetchPlanner.RootOf(chunk, replica.Slot), StoredKey.BytesOf(chunk.Coding, chunk.LengthBytes), _nowMs));
                else if (IsLeaving && IsElsewhere(queries, replica, replicas)) SayRemoved(desk, replica, RemovalReason.Drained);
                break;
            default:
                if (replica.IsHeld) SayRemoved(desk, replica, RemovalReason.Lost);
                else if (IsActive && StoredKey.BytesOf(chunk.Coding, chunk.LengthBytes) > 0)
                {
                    _fetches.Want(key, replica.Slot, queries.Health(chunk.Id)?.Margin ?? 0);
                    // A slot of a node that is there is never struck: only its own word gives the chunk to a node with room.
                    if (_fetches.TryGiveUp(key)) SayRemoved(desk, replica, RemovalReason.Lost);
                }
                break;
        }
    }

    /// <summary>Of a chunk that was deleted, or of an older generation: when the bytes are gone, the log is told.</summary>
    private void LetGo(ChunkDesk desk, in ReplicaEntry replica)
    {
        DiskRow? row = desk.Find(replica.Slot, replica.Generation);
        if (row is null) SayRemoved(desk, replica, RemovalReason.Deleted);
        else if (row.Standing != DiskStanding.Deleted) Release(row);
        if (row is not null) row.IsWanted = true;
    }

    private void Release(DiskRow row)
    {
        if (_isFresh) Do(row, new StoringEffect.Delete(row.Key, _nowMs + _graceMs));
    }

    private void Do(DiskRow? row, StoringEffect effect)
    {
        if (row is null || row.IsPending) return;
        row.IsPending = true;
        _effects.Add(effect);
    }

    private void SayRemoved(ChunkDesk desk, in ReplicaEntry replica, RemovalReason reason) =>
        Say(desk, replica.ChunkId, replica, reason, new ReplicaRemoved(replica.ChunkId, replica.Generation, replica.Slot, reason));

    private void Say(ChunkDesk desk, in Hash256 chunk, in ReplicaEntry replica, RemovalReason? reason, EventBody body)
    {
        // A log that is behind may say the opposite already.
        bool maySay = _isFresh && (IsActive || (IsLeaving && reason is not null));
        if (!maySay) return;
        for (int i = 0; i < desk.Said.Count; i++)
        {
            SaidFact said = desk.Said[i];
            if (said.Slot != replica.Slot || said.Generation != replica.Generation) continue;
            said.IsNeeded = said.Reason == reason && !IsOver(said.AtMs, _options.SayAgainMs);
            if (said.IsNeeded) return;
            Forget(desk, i);
            break;
        }
        if (_waiting.Count >= _options.SaidMax)
        {
            _toSettleLater.Add(chunk);
            return;
        }
        desk.Said.Add(new SaidFact(chunk, replica.Generation, replica.Slot, reason, _nowMs) { IsNeeded = true });
        _waiting.Add((_nowMs, chunk));
        _effects.Add(new StoringEffect.Submit(body));
    }

    private void Forget(ChunkDesk desk, int index)
    {
        SaidFact fact = desk.Said[index];
        desk.Said.RemoveAt(index);
        foreach (SaidFact other in desk.Said)
            if (other.AtMs == fact.AtMs) return; // both wait under one entry
        _waiting.Remove((fact.AtMs, fact.ChunkId));
    }

    /// <summary>Another Active node has the slot of one that leaves.</summary>
    private bool IsElsewhere(LogQueries queries, in ReplicaEntry mine, IReadOnlyList<ReplicaEntry> replicas)
    {
        foreach (ReplicaEntry other in replicas)
            if (other.NodeId != _node && other.IsHeld && other.Slot == mine.Slot && other.Generation == mine.Generation && queries.Node(other.NodeId)?.Record.IsActive == true) return true;
        return false;
    }

    private void StartFetches(LogState state)
    {
        while (_isFresh && IsActive && _fetches.Take(_nowMs) is { } item)
        {
            StoredKey key = item.Key;
            FetchPlan? plan = IsStillAssigned(state.Queries, item, out ChunkEntry? chunk) && chunk is not null ? _planner.Plan(state.Queries, chunk, item) : null;
            if (plan is not null) _effects.Add(new StoringEffect.Fetch(plan));
            else _fetches.End(key, chunk is null ? FetchOutcome.Stored : FetchOutcome.Failed, [], _nowMs);
        }
    }

    /// <param name="chunk">Null where it is not assigned any more.</param>
    private bool IsStillAssigned(LogQueries queries, FetchItem item, out ChunkEntry? chunk)
    {
        chunk = queries.Chunk(item.Key.ChunkId);
        if (chunk is { IsDeleted: false } && chunk.Generation == item.Key.Generation && chunk.Coding == item.Key.Coding)
        {
            foreach (ReplicaEntry replica in queries.Replicas(item.Key.ChunkId))
                if (replica.NodeId == _node && replica.Slot == item.Slot && replica.Generation == chunk.Generation && !replica.IsHeld) return true;
        }
        chunk = null;
        return false;
    }

    private ChunkDesk DeskOf(in Hash256 chunk)
    {
        if (!_desks.TryGetValue(chunk, out ChunkDesk? desk)) _desks[chunk] = desk = new ChunkDesk();
        return desk;
    }

    /// <summary>Also where the clock was set back behind it.</summary>
    private bool IsOver(ulong sinceMs, ulong spanMs) => _nowMs < sinceMs || _nowMs - sinceMs >= spanMs;
}
