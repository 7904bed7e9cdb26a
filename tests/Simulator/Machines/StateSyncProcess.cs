using Dsdn.Chain.Primitives;
using Dsdn.Consensus;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Sync;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;

namespace Dsdn.Simulator.Machines;

/// <summary>
/// One life of a node without a chain: the production state sync over the machine's store, and the loop of node/Sync around it.
/// Every write is a place where it can die. When it is done the machine starts a replica.
/// </summary>
internal sealed class StateSyncProcess : IProcess
{
    private const ulong TickUs = 100_000;
    private const ulong BanMs = 10 * 60 * 1_000;

    private readonly World _world;
    private readonly Machine _machine;
    private readonly StateSyncRun _run;
    private readonly PeerScore _score = new();
    private readonly (ulong Height, Hash256 Hash) _trusted;

    /// <param name="trusted">What the operator knows to be of the chain.</param>
    public StateSyncProcess(World world, Machine machine, (ulong Height, Hash256 Hash) trusted)
    {
        (_world, _machine, _trusted) = (world, machine, trusted);
        var store = new SimulatedStore(machine.Store, Die, Die);
        _run = new StateSyncRun(store, world.Genesis, StateSyncOptions.Default);
    }

    public bool IsAlive { get; private set; } = true;

    public ulong NowMs => _machine.Clock.WallMs;

    public IEnumerable<TableSize> Tables => _run.Tables;

    public void Start()
    {
        After(1, () => Carry(_run.Begin(_trusted.Height, _trusted.Hash, NowMs)));
        Tick();
    }

    public void Kill() => IsAlive = false;

    public void Post(ReplicaInput input) => Guard(() =>
    {
        switch (input)
        {
            case ReplicaInput.PeerUp up: Step(new StateSyncInput.PeerUp(up.Peer, NowMs)); break;
            case ReplicaInput.PeerGone gone: Step(new StateSyncInput.PeerGone(gone.Peer, NowMs)); break;
            case ReplicaInput.Undecodable undecodable: Penalize(undecodable.From, Offence.Malformed, undecodable.Detail); break;
            case ReplicaInput.Received received when StateSyncRun.IsAnswer(received.Message): Step(new StateSyncInput.Received(received.From, received.Message, NowMs)); break;
        }
    });

    public void After(ulong microseconds, Action action) => _world.Time.After(microseconds, () => Guard(action));

    private void Guard(Action action)
    {
        if (!IsAlive) return;
        try
        {
            action();
        }
        catch (SimulatedCrash)
        {
            _world.Crashed(_machine);
        }
    }

    private void Tick() => After(TickUs, () =>
    {
        Step(new StateSyncInput.Tick(NowMs));
        Tick();
    });

    private void Step(StateSyncInput input)
    {
        if (!IsAlive) return;
        Carry(_run.Step(input, NowMs));
        if (_run.End is { } end) _world.Synced(_machine, end);
    }

    private void Carry(IReadOnlyList<StateSyncEffect> effects)
    {
        foreach (StateSyncEffect effect in effects)
        {
            if (effect is StateSyncEffect.Send send) _world.Sent(_machine, send.Peer, send.Message);
            else if (effect is StateSyncEffect.Penalize penalize) Penalize(penalize.Peer, penalize.Offence, penalize.Detail);
        }
    }

    private void Penalize(PeerId peer, Offence offence, string detail)
    {
        if (_score.Note(peer, offence, NowMs) is { } until) _world.Banned(_machine, new ReplicaEffect.Ban(peer, offence, detail, Math.Max(until, NowMs + BanMs)));
    }

    private void Die()
    {
        if (_world.Crashes.Here(_machine, Fault.CrashInStateSync)) throw new SimulatedCrash();
    }
}
