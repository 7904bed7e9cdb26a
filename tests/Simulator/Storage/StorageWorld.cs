using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Tests.Kit;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>One seed: a network that stores, whose nodes, zones, disks and coordinator fail, until all is quiet again and everything that was promised is there.</summary>
internal sealed class StorageWorld
{
    /// <summary>After the last fault: to be called down, repaired, audited three times and swept.</summary>
    private const ulong QuietMs = 150_000;

    private const ulong TimeoutUs = 3_000_000, StepsMax = 3_000_000;

    private readonly SeededRandom _links;
    private readonly SortedDictionary<Hash256, StorageMachine> _byId = [];
    private readonly HashSet<UploadTicket> _signed = new(ReferenceEqualityComparer.Instance);

    public StorageWorld(ulong seed, StorageDoubles doubles)
    {
        (Plan, Doubles) = (StoragePlan.Draw(seed), doubles);
        _links = SeededRandom.Of(seed, "links");
        Book = new StorageBook(this);
        Coordinator = new StorageCoordinator(this);
        Machines = [.. Plan.Nodes.Select(node => new StorageMachine(this, node, Coordinator.Genesis))];
        foreach (StorageMachine machine in Machines) _byId[machine.Id] = machine;
        Users = [.. Enumerable.Range(0, Plan.Users).Select(user => new StorageUser(this, $"u{user}"))];
        Faults = new StorageFaults(this);
        Statistics.Nodes = Machines.Count;
        Statistics.Liars = Machines.Count(static machine => !machine.IsHonest);
        Statistics.Beyond = Plan.IsBeyond ? 1 : 0;
    }

    public StoragePlan Plan { get; }

    public StorageDoubles Doubles { get; }

    public VirtualTime Time { get; } = new();

    public StorageStatistics Statistics { get; } = new();

    public StorageBook Book { get; }

    public StorageCoordinator Coordinator { get; }

    public IReadOnlyList<StorageMachine> Machines { get; }

    public IReadOnlyList<StorageUser> Users { get; }

    public StorageFaults Faults { get; }

    public TraceHash Trace { get; } = new();

    public SortedDictionary<Hash256, StoredContent> Contents { get; } = [];

    public Action<string>? Log { get; init; }

    /// <summary>Of clocks that are right.</summary>
    public ulong NowMs => SampleLog.StartMs + Time.NowMs;

    public bool IsCalm => Time.NowMs >= Plan.CalmMs;

    /// <exception cref="BrokenInvariant">a rule did not hold</exception>
    public void Run()
    {
        foreach (StorageMachine machine in Machines) machine.Start();
        foreach (StorageUser user in Users) user.Begin();
        Faults.Begin();
        while (Time.TryStep((Plan.CalmMs + QuietMs) * 1_000))
            if (Time.EventsDone > StepsMax) throw new BrokenInvariant("it does not come to rest");
        Book.CheckEnd();
    }

    public void Say(string line) => Log?.Invoke(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Time.NowMs,8} {line}"));

    public StorageMachine MachineOf(in Hash256 id) => _byId[id];

    public StoredContent Keep(StoredContent content)
    {
        if (Contents.TryGetValue(content.Id, out StoredContent? known)) return known;
        return Contents[content.Id] = content;
    }

    /// <summary>Whether a message comes through now.</summary>
    /// <param name="from">Null: a user or the coordinator.</param>
    public bool Reaches(StorageMachine? from, StorageMachine to)
    {
        if (!to.IsUp || from is { IsUp: false }) return false;
        bool isCut = to.IsCut || from is { IsCut: true };
        if (isCut && !(from is { IsCut: true } && to.IsCut && from.Plan.Zone == to.Plan.Zone)) return false;
        return !((to.IsLossy || from is { IsLossy: true }) && _links.OneIn(2));
    }

    /// <summary>A call over the network; answered once, with null where nothing comes or nothing is given.</summary>
    public void Request<T>(StorageMachine? from, StorageMachine to, Action<StorageMachine, Action<T?>> serve, Action<T?> answer) where T : class
    {
        int life = from?.Life ?? 0;
        bool isAnswered = false;
        Time.After(TimeoutUs, () => Once(null));
        Time.After(Latency(from, to), () =>
        {
            if (Reaches(from, to)) serve(to, result => Time.After(Latency(from, to), () =>
            {
                if (Reaches(from, to)) Once(result);
            }));
        });

        void Once(T? result)
        {
            if (isAnswered || (from is not null && from.Life != life)) return;
            isAnswered = true;
            answer(result);
        }
    }

    /// <summary>Checked once: a ticket does not change.</summary>
    public bool IsSigned(UploadTicket ticket)
    {
        if (_signed.Contains(ticket)) return true;
        if (!ticket.HoldsFor(LogKeys.ChainId)) return false;
        _signed.Add(ticket);
        return true;
    }

    private ulong Latency(StorageMachine? from, StorageMachine to) => ((ulong)_links.Between(5, 150) + to.ExtraMs + (from?.ExtraMs ?? 0)) * 1_000;
}
