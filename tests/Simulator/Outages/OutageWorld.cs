using Dsdn.Log.Routing;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>One seed: a coordinator that dies and comes back, a Celestia with its weather, a quorum that comes and goes, until all is over and everything has landed.</summary>
internal sealed class OutageWorld
{
    /// <summary>After the last fault: what waits may have to outlast a mempool, and a small rate of blocks.</summary>
    private const ulong RestMs = 12UL * 60 * 60 * 1_000;

    private readonly SeededRandom _crashes;
    private OutageCoordinator? _coordinator;

    public OutageWorld(ulong seed, OutageDoubles doubles)
    {
        Plan = OutagePlan.Draw(seed);
        Doubles = doubles;
        Random = SeededRandom.Of(seed, "coordinator");
        _crashes = SeededRandom.Of(seed, "crashes");
        Options = RouterOptions.Default with { PendingCountMax = (ulong)Plan.PendingMax };
        Celestia = new OutageCelestia(seed, Plan, Time, Statistics);
        Book = new OutageBook(Celestia, Disk, Plan.PendingMax, Statistics);
    }

    public VirtualTime Time { get; } = new();

    public OutageStatistics Statistics { get; } = new();

    public OutageDisk Disk { get; } = new();

    public OutageCelestia Celestia { get; }

    public OutageBook Book { get; }

    public OutagePlan Plan { get; }

    public OutageDoubles Doubles { get; }

    public RouterOptions Options { get; }

    public SeededRandom Random { get; }

    public Action<string>? Log { get; init; }

    public bool IsProducing => Time.NowMs < Plan.EndMs;

    /// <exception cref="BrokenInvariant">a rule did not hold</exception>
    public void Run()
    {
        if (Log is not null)
        {
            foreach (Spell spell in Plan.Spells) Say($"{spell.FromMs,10} weather {spell.Weather}");
            foreach ((ulong from, bool isUp) in Plan.Quorum) Say($"{from,10} quorum {(isUp ? "up" : "down")}");
        }
        Start();
        if (Plan.OrdersPerHour > 0) GiveOrder();
        Time.After(Plan.EndMs * 1_000, TakeOrdersBack);
        while (_coordinator is not { IsIdle: true } || IsProducing)
        {
            if (!Time.TryStep((Plan.EndMs + RestMs) * 1_000)) throw new BrokenInvariant($"not at rest {RestMs} ms after the last fault: {_coordinator?.Router.Metrics}");
        }
        Book.CheckEnd(_coordinator.Router);
        Statistics.TornWrites = (long)Disk.TornOrLost;
    }

    public void Say(string line) => Log?.Invoke(line);

    /// <exception cref="SimulatedCrash">now</exception>
    public void MayCrash()
    {
        // Rare enough that something is done between two of them: steps are many.
        if (IsProducing && Plan.CrashPerMille > 0 && _crashes.Below(1_000_000) < Plan.CrashPerMille * 40) throw new SimulatedCrash();
    }

    /// <summary>Does something of the process, which may die of it.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (SimulatedCrash)
        {
            _coordinator?.Die();
            _coordinator = null;
            Statistics.Crashes++;
            Say($"{Time.NowMs,10} dies");
            if (_crashes.OneIn(2))
            {
                Statistics.PowerFailures++;
                Disk.PowerFails(_crashes);
            }
            Time.After((ulong)_crashes.Between(100, _crashes.OneIn(10) ? 900_000 : 20_000) * 1_000, Start);
        }
    }

    private void Start() => Guard(() =>
    {
        _coordinator = new OutageCoordinator(this);
        _coordinator.Begin();
    });

    private void TakeOrdersBack()
    {
        if (_coordinator is null) Time.After(1_000_000, TakeOrdersBack);
        else Guard(() => _coordinator.Order(null));
    }

    private void GiveOrder() => Time.After((ulong)Random.Between(1, 2 * 60 / Plan.OrdersPerHour) * 60_000_000, () =>
    {
        if (!IsProducing) return;
        Statistics.Orders++;
        RouterMode? mode = Random.Pick<RouterMode?>([null, null, RouterMode.Healthy, RouterMode.Degraded, RouterMode.Emergency]);
        Guard(() => _coordinator?.Order(mode));
        GiveOrder();
    });
}
