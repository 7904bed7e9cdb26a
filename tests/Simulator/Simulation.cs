using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Signing;
using Dsdn.Genesis;
using Dsdn.Simulator.Byzantine;
using Dsdn.Simulator.Checks;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator;

/// <param name="StateHash">State root of the last decided block.</param>
internal sealed record SimulationResult(
    ulong Seed, ulong Height, Hash256 StateHash, Hash256 BlockHash, string Trace, int Transactions, int Signatures, int Punished, ulong VirtualMs, ulong Events, FaultCounters Faults);

/// <summary>
/// A whole network from a seed, on one thread, in virtual time: four validators (and a follower in some seeds) of production
/// code under a mix of faults until most of the heights are decided; then all faults stop and every correct node has to get
/// to the last height in bounded time.
/// </summary>
internal sealed class Simulation
{
    private const int Validators = 4;
    private const ulong Heights = 20;
    private const ulong FaultyHeights = 15;
    private const ulong FaultyMsMax = 60_000;
    /// <summary>A run takes some 10,000.</summary>
    private const ulong EventsMax = 1_000_000;

    private const ulong HealingMsMax = 120_000;

    private readonly ulong _seed;
    private readonly FaultMix _mix;
    private readonly World _world;
    private readonly RandomCrashes _crashes;
    private readonly Machine _doomed;
    private readonly SeededRandom _random;
    private bool _isHealed;

    public Simulation(ulong seed, TestDoubles? doubles = null) : this(seed, FaultMix.Draw(seed), doubles ?? TestDoubles.None)
    {
    }

    public Simulation(ulong seed, FaultMix mix, TestDoubles doubles)
    {
        (_seed, _mix) = (seed, mix);
        _random = SeededRandom.Of(seed, "faults");
        _world = new World(SimulatedGenesis.Of(Validators), seed, mix.Core, doubles) { TakesSnapshots = mix.SyncsState };
        _crashes = (RandomCrashes)_world.Crashes;
        int doomed = _random.Below(Validators);
        for (int i = 0; i < Validators + (mix.HasFollower ? 1 : 0); i++) _world.Machines.Add(NewMachine(i, i == doomed));
        _doomed = _world.Machines[doomed];
        if (mix.HasTwin) _world.Machines.Add(Twin(_world.Machines[(doomed + 1) % Validators]));
        _doomed.Byzantine?.Attach(_world, _doomed, SeededRandom.Of(seed, "byzantine"));
    }

    /// <summary>Writes down what happens.</summary>
    public Action<string>? Log { set => _world.Log = value; }

    public SimulationResult Run()
    {
        _world.Note($"{_mix}");
        Begin();
        RunUntil(() => _world.Chain.Height >= FaultyHeights, FaultyMsMax);
        Heal();
        ulong goal = Math.Max(Heights, _world.Chain.Height + 2);
        RunUntil(() => Expected().All(machine => machine.Process is { } process && process.Decided.Header.Number >= goal), HealingMsMax);
        CheckProgress(goal);
        RunUntil(() => !_world.Evidence.IsOpen([.. Expected()]), HealingMsMax);
        if (_world.Evidence.IsOpen([.. Expected()])) throw new BrokenInvariant("somebody who signed twice is known, and no block says so");
        foreach (Machine machine in Expected())
        {
            if (machine.Process is not { } process) continue;
            _world.Chain.CheckReceipts(process);
            if (machine.SyncsState) ChainBook.CheckState(process);
        }
        if (Expected().FirstOrDefault(static machine => machine.Process is { } process && process.Services.Blocks.OldestBody <= 1)?.Process is { } any) _world.Chain.Replay(any);
        else throw new BrokenInvariant("nobody has all blocks any more");
        Block last = _world.Chain.Last;
        return new SimulationResult(
            _seed, _world.Chain.Height, last.Header.StateRoot, last.Hash, _world.Trace.ToString(), _world.Chain.Transactions, _world.Signatures.Count, _world.Evidence.Punished, _world.Time.NowMs, _world.Time.EventsDone, _world.Faults);
    }

    private Machine NewMachine(int index, bool isDoomed)
    {
        var clock = new MachineClock(_world.Time, GenesisTemplates.DevnetTimeMs + 1_000);
        if (_mix.ClocksAreOff) SetClock(clock, isDoomed);
        return new Machine(index, index < Validators ? SimulatedGenesis.OperatorOf(index) : Address.Zero, SimulatedGenesis.ConsensusSeedOf(index), clock)
        {
            Byzantine = isDoomed && _mix.Doom == Doom.Byzantine ? Behaviours.Of(_mix.Vice) : null,
            SyncsState = _mix.SyncsState && index >= Validators,
            SyncUs = (ulong)_random.Pick([100, 300, 1_000, 4_000]),
        };
    }

    /// <summary>Somebody set up a second machine with a validator's key, as if it had never signed.</summary>
    private Machine Twin(Machine validator)
    {
        var clock = new MachineClock(_world.Time, GenesisTemplates.DevnetTimeMs + 1_000);
        var twin = new Machine(_world.Machines.Count, validator.Operator, validator.ConsensusSeed, clock, new PeerId(Keccak.Hash("twin"u8)));
        twin.Record.Store(LastSign.Above(0));
        return twin;
    }

    /// <summary>Within the precision; only the one validator that may fail is further off.</summary>
    private void SetClock(MachineClock clock, bool isDoomed)
    {
        bool isFarOff = isDoomed && _mix.Doom == Doom.None && _random.OneIn(2);
        _world.Faults.Count(isFarOff ? Fault.ClockSkewedBeyondPrecision : Fault.ClockSkewed);
        clock.OffsetUs = (isFarOff ? 6 : 1) * _random.Between(-240_000, 240_000);
        if (!_random.OneIn(2)) return;
        _world.Faults.Count(Fault.ClockDrifts);
        clock.Drift = _random.Between(-200, 200);
    }

    private void Begin()
    {
        _world.Links.Open();
        _world.Links.Conditions = _mix.Conditions;
        _crashes.Chances = _mix.CrashChances;
        _crashes.May = machine => machine.IsCorrect;
        foreach (Machine machine in _world.Machines)
        {
            ulong at = (ulong)_random.Below(200_000);
            if (_mix.HasTwin && machine.Index == Validators)
            {
                at = (ulong)_random.Between(1_000_000, 6_000_000);
            }
            else if (!machine.IsValidator && (_random.OneIn(2) || machine.SyncsState))
            {
                at = (ulong)_random.Between(3_000_000, 15_000_000);
                _world.Faults.Count(Fault.LateFollower);
            }
            _world.Time.After(at, () => _world.Start(machine));
        }
        new Traffic(_world, SeededRandom.Of(_seed, "traffic")).Begin(countMax: 80, _mix.TrafficEveryMs);
        new Disasters(_world, _mix, _doomed, SeededRandom.Of(_seed, "disasters"), () => _isHealed).Begin();
    }

    private void Heal()
    {
        _isHealed = true;
        _crashes.Chances = 0;
        _world.Links.Heal();
        _world.Muffled = null;
        if (_mix.Doom == Doom.None) _doomed.Clock.OffsetUs = Math.Clamp(_doomed.Clock.OffsetUs, -240_000, 240_000);
        if (_mix.Doom == Doom.Isolated) _world.Links.Cut = (from, to) => from == _doomed.Index || to == _doomed.Index;
    }

    /// <summary>Those that must get on once the faults are over.</summary>
    private IEnumerable<Machine> Expected() => _world.Correct.Where(machine => machine != _doomed || _mix.Doom != Doom.Isolated);

    private void RunUntil(Func<bool> isDone, ulong milliseconds)
    {
        ulong end = _world.Time.NowUs + (milliseconds * 1_000);
        while (!isDone())
        {
            if (!_world.Time.TryStep(end)) return;
            if (_world.Time.EventsDone > EventsMax) throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"more than {EventsMax} events: machines answer each other without end"));
            _world.Memory.Check(_world);
        }
    }

    private void CheckProgress(ulong goal)
    {
        if (Expected().All(machine => machine.Process is { } process && process.Decided.Header.Number >= goal)) return;
        IEnumerable<string> lines = _world.Machines.Select(machine => machine.Process is { } process
            ? string.Create(CultureInfo.InvariantCulture, $"{machine} decided {process.Decided.Header.Number}, is at height {process.Position.Height} round {process.Position.Round} {process.Position.Step}{(machine.IsCorrect ? "" : $", {_mix.Vice}")}")
            : $"{machine} is {(machine.StateSync is null ? "down" : "syncing its state")}");
        throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"no progress to height {goal} within {HealingMsMax / 1_000} s after all faults ended: {string.Join("; ", lines)}"));
    }
}
