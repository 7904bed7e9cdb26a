using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Genesis;
using Dsdn.Simulator.Byzantine;
using Dsdn.Simulator.Checks;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Forks;

/// <summary>
/// Half of the power lies: each of two validators of four runs twice under one key, once with each of the two correct ones, which do not
/// hear each other. So both halves can decide. The liars either sign whatever each half asks, or never two messages for one place:
/// then they have to forget, in a later round of one half, what they precommitted in the other.
/// </summary>
internal sealed class ForkSimulation
{
    private const int Validators = 4;
    private const int Correct = 2;
    private const ulong RunMs = 20_000;

    private readonly World _world;
    private readonly ForkBook _forks;
    private readonly Machine[] _correct;

    /// <param name="loses">Votes that nobody keeps: for a test of the check itself.</param>
    public ForkSimulation(ulong seed, Func<SignedVote, bool>? loses = null)
    {
        SeededRandom random = SeededRandom.Of(seed, "fork");
        IsAmnesia = random.OneIn(2);
        _world = new World(SimulatedGenesis.Of(Validators), seed, CoreOptions.Default with { IntervalMs = 100, IdleIntervalMs = 200 }, TestDoubles.None);
        _forks = new ForkBook(_world.Genesis.ChainId, _world.Genesis.Block.Hash, _world.MachineOf) { Loses = loses };
        _world.Forks = _forks;
        for (int i = 0; i < Validators; i++) Add(i, half: i < Correct ? i : 0);
        for (int i = Correct; i < Validators; i++) Add(i, half: 1);
        _correct = [.. _world.Correct];
        int[] halves = [.. _world.Machines.Select(static machine => machine.Half)];
        bool areHonestLinked = random.OneIn(4);
        _world.Links.Open();
        _world.Links.Conditions = LinkConditions.Calm with { JitterUs = random.Pick([2_000, 20_000, 80_000]), LossPerMille = random.Pick([0, 5, 30]), Reorders = random.OneIn(2) };
        _world.Links.Cut = (from, to) => halves[from] != halves[to] && !(areHonestLinked && from < Correct && to < Correct);
        foreach (Machine machine in _world.Machines)
        {
            ulong at = (ulong)random.Below(200_000) + (machine.Half == 1 ? (ulong)random.Below(2) * 500_000 : 0);
            _world.Time.After(at, () => _world.Start(machine));
        }
    }

    /// <summary>The liars sign one message for each place.</summary>
    public bool IsAmnesia { get; }

    public ForkBook Run()
    {
        ulong end = _world.Time.NowUs + (RunMs * 1_000);
        while (!_correct.All(static machine => machine.Process is { Decided.Header.Number: > 0 }) && _world.Time.TryStep(end))
        {
        }
        _forks.Audit();
        return _forks;
    }

    private void Add(int validator, int half)
    {
        int index = _world.Machines.Count;
        bool isLiar = validator >= Correct;
        byte[] seed = SimulatedGenesis.ConsensusSeedOf(validator);
        PeerId? peer = index < Validators ? null : new PeerId(Keccak.Hash([(byte)index]));
        Machine? first = _world.Machines.Find(machine => machine.Operator == SimulatedGenesis.OperatorOf(validator));
        _world.Machines.Add(new Machine(index, SimulatedGenesis.OperatorOf(validator), seed, new MachineClock(_world.Time, GenesisTemplates.DevnetTimeMs + 1_000), peer)
        {
            Half = half,
            Byzantine = isLiar ? new TwoFaced() : null,
            Signer = isLiar && IsAmnesia ? first?.Signer ?? new OnePlaceSigner(seed) : null,
            FirstRound = isLiar && IsAmnesia && half == 1 ? 1U : 0,
        });
    }

    /// <summary>Runs the node as it is; only its key signs anything.</summary>
    private sealed class TwoFaced : Behaviour;
}
