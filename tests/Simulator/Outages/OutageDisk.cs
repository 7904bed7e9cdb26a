using Dsdn.Chain.Log.Availability;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Outages;

/// <summary>
/// What survives a crash of the coordinator: the archive and its pointers, each on disk when the call returns, the emergency store, and
/// the outbox's two files, of which a power failure tears what was not synced.
/// </summary>
internal sealed class OutageDisk
{
    private readonly SortedDictionary<ulong, List<PointerFacts>> _pointers = [];
    private readonly FaultCounters _writes = new();

    public WalDevice First { get; } = new();

    public WalDevice Second { get; } = new();

    /// <summary>Wraps a file before it is given to the outbox; for mutations.</summary>
    public Func<IOutboxDevice, IOutboxDevice> Wrap { get; init; } = static device => device;

    /// <summary>Archived batches: 1 to this.</summary>
    public ulong Head { get; private set; }

    public HashSet<ulong> EmergencyCopies { get; } = [];

    /// <summary>Ids of announcements by the batch that holds them.</summary>
    public List<(ulong Seq, ulong Id)> Announced { get; } = [];

    public ulong TornOrLost => (ulong)_writes.All.Sum(static fault => fault.Count);

    public ulong Archive() => ++Head;

    public IReadOnlyList<PointerFacts> Pointers(ulong seq) => _pointers.TryGetValue(seq, out List<PointerFacts>? pointers) ? pointers : [];

    /// <exception cref="BrokenInvariant">a canonical pointer that is not the first, or a first one that is not canonical</exception>
    public void PutPointer(ulong seq, in PointerFacts facts, bool isCanonical)
    {
        if (seq == 0 || seq > Head) throw new BrokenInvariant($"a pointer of batch {seq}, which does not exist");
        if (!_pointers.TryGetValue(seq, out List<PointerFacts>? pointers)) _pointers.Add(seq, pointers = []);
        if (pointers.Count == 0 && !isCanonical) throw new BrokenInvariant($"the first pointer of batch {seq}, {facts.Tier}, is not canonical");
        if (pointers.Count > 0 && isCanonical && pointers[0] != facts) throw new BrokenInvariant($"batch {seq} has a second canonical pointer, {facts.Tier} after {pointers[0].Tier}");
        if (!pointers.Contains(facts)) pointers.Add(facts);
    }

    public bool IsOnCelestia(ulong seq) => Pointers(seq).Any(static pointer => pointer.Tier == DaTier.Celestia);

    public OutboxJournal OpenOutbox() => OutboxJournal.Open(Wrap(First), Wrap(Second));

    public void PowerFails(SeededRandom random)
    {
        First.PowerFails(random, Aftermath.Some, _writes);
        Second.PowerFails(random, Aftermath.Some, _writes);
    }
}
