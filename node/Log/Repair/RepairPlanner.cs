using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.Repair;

/// <summary>
/// What the committee has to decide about chunks now, most pressing first (dataplane 1.17). Everything follows from the state and the log time; the index only spares looking at
/// every chunk each time, and is made anew when a process starts. One owner, that of the state.
/// </summary>
public sealed class RepairPlanner
{
    /// <summary>Of one batch: they take about half of its body.</summary>
    private const int EventsMax = 1_024;

    /// <summary>Chunks that are looked at for one batch: a large node that goes down takes several, and other events do not wait for it.</summary>
    private const int ExaminedMax = 4_096;

    private readonly LogState _state;
    private readonly LogTables _tables;
    private readonly ChunkDiagnosis _diagnosis;
    private readonly SortedDictionary<int, RepairFinding> _findings = [];
    private readonly SortedSet<RepairRank> _due = [];
    private readonly SortedSet<(ulong AtMs, int Chunk)> _later = [];
    private readonly SortedSet<int> _stuck = [], _open = [];
    private readonly SortedDictionary<Hash256, bool> _absent = [];
    private ulong _placeable, _nextGoneMs, _bytes;
    private int _queue;

    /// <summary>Looks at every chunk once.</summary>
    public RepairPlanner(LogState state)
    {
        (_state, _tables, _diagnosis) = (state, state.Tables, new ChunkDiagnosis(state.Tables));
        SeeNodes(state.LogTimeMs);
        _open.Clear();
        for (int chunk = 0; chunk < _tables.Chunks.Count; chunk++) Examine(chunk, state.LogTimeMs);
    }

    public RepairStatus Status => new(_queue, _bytes, _findings.Count, _stuck.Count, _absent.Count(static node => !node.Value));

    /// <summary>The log time at which there is something to decide, as far as it is known: 0 where there is now.</summary>
    public ulong NextMs => _due.Count > 0 || _open.Count > 0 ? 0 : Math.Min(_nextGoneMs, _later.Count > 0 ? _later.Min.AtMs : ulong.MaxValue);

    /// <summary>A batch is part of the state.</summary>
    public void Applied(AppliedBatch batch)
    {
        foreach (Hash256 chunk in batch.Touched)
            if (_tables.Chunks.Find(new IdKey(chunk)) is not LogTables.None and var slot) _open.Add(slot);
        if (HasNodeNews(batch)) _nextGoneMs = 0;
    }

    /// <summary>
    /// Events for the next batch, in front of all others: they are checked against the state as it is now. What does not become part of it is proposed again a round later.
    /// </summary>
    /// <param name="nowMs">Log time of the batch.</param>
    public IReadOnlyList<EventBody> Plan(ulong nowMs)
    {
        SeeNodes(nowMs);
        while (_later.Count > 0 && _later.Min.AtMs <= nowMs)
        {
            _open.Add(_later.Min.Chunk);
            _later.Remove(_later.Min);
        }
        ulong placeable = _diagnosis.Places.Nodes(nowMs).Version;
        if (placeable != _placeable) _open.UnionWith(_stuck);
        _placeable = placeable;
        for (int examined = 0; examined < ExaminedMax && _open.Count > 0; examined++)
        {
            int chunk = _open.Min;
            _open.Remove(chunk);
            Examine(chunk, nowMs);
        }
        return Take(nowMs);
    }

    private static bool HasNodeNews(AppliedBatch batch)
    {
        foreach (AppliedEvent entry in batch.Events)
            if (entry is { IsApplied: true, Kind: EventKind.LivenessBitmap or (>= EventKind.NodeRegistered and <= EventKind.NodeUpdated) }) return true;
        return false;
    }

    private List<EventBody> Take(ulong nowMs)
    {
        List<EventBody> events = [];
        while (_due.Count > 0 && events.Count < EventsMax)
        {
            int chunk = _due.Min.Chunk;
            events.AddRange(_diagnosis.Due(chunk, _state.Seq, nowMs));
            Put(chunk, _findings[chunk] with { Step = RepairStep.Time, AtMs = nowMs + _tables.Storage.RoundMs });
        }
        return events;
    }

    /// <summary>Which nodes are gone or leave: the chunks of those of whom that is news are looked at.</summary>
    private void SeeNodes(ulong nowMs)
    {
        if (_nextGoneMs > nowMs) return;
        _nextGoneMs = ulong.MaxValue;
        foreach (int slot in _tables.Nodes.SortedSlots())
        {
            Hash256 id = _tables.Nodes.Key(slot).Id;
            ulong goneMs = _diagnosis.Loss.GoneAtMs(id);
            bool isLeaving = _diagnosis.Loss.IsLeaving(id), isGone = goneMs <= nowMs;
            if (goneMs > nowMs) _nextGoneMs = Math.Min(_nextGoneMs, goneMs);
            bool wasAbsent = _absent.TryGetValue(id, out bool wasLeaving);
            // A leaving node that is gone counts as gone: what it has cannot be fetched from it any more.
            bool isAbsent = isGone || isLeaving, staysLeaving = isLeaving && !isGone;
            if (isAbsent == wasAbsent && (!isAbsent || staysLeaving == wasLeaving)) continue;
            if (isAbsent) _absent[id] = staysLeaving;
            else _absent.Remove(id);
            OpenChunksOf(id);
        }
    }

    private void OpenChunksOf(in Hash256 node)
    {
        int holder = _tables.Holders.Find(new IdKey(node));
        if (holder == LogTables.None) return;
        for (int replica = _tables.Holders.Row(holder).FirstReplica; replica != LogTables.None; replica = _tables.Replicas.Row(replica).NextOfNode)
            if (_tables.Chunks.Find(new IdKey(_tables.Replicas.Key(replica).Chunk)) is not LogTables.None and var chunk) _open.Add(chunk);
    }

    private void Examine(int chunk, ulong nowMs) => Put(chunk, _diagnosis.Examine(chunk, nowMs));

    private void Put(int chunk, RepairFinding? found)
    {
        if (_findings.Remove(chunk, out RepairFinding before)) Count(chunk, before, isThere: false);
        if (found is not { } now) return;
        _findings[chunk] = now;
        Count(chunk, now, isThere: true);
    }

    private void Count(int chunk, RepairFinding finding, bool isThere)
    {
        Change(_due, new RepairRank(finding.Margin, finding.Bytes, chunk), finding.Step == RepairStep.Batch, isThere);
        Change(_later, (finding.AtMs, chunk), finding.AtMs != 0, isThere);
        Change(_stuck, chunk, finding.Step == RepairStep.Room, isThere);
        if (finding.Step == RepairStep.Nodes) return;
        _queue += isThere ? 1 : -1;
        _bytes = isThere ? _bytes + finding.Bytes : _bytes - finding.Bytes;
    }

    private static void Change<T>(SortedSet<T> set, T item, bool isOfIt, bool isThere)
    {
        if (!isOfIt) return;
        if (isThere) set.Add(item);
        else set.Remove(item);
    }
}
