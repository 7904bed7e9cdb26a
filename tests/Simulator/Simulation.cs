using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Genesis;
using Dsdn.Modules;

namespace Dsdn.Simulator;

/// <summary>A rule that must hold in every run did not.</summary>
internal sealed class BrokenInvariant(string what) : Exception(what);

/// <param name="StateHash">State root of the last decided block.</param>
internal sealed record SimulationResult(ulong Seed, ulong Height, Hash256 StateHash, Hash256 BlockHash, int Transactions, int Refused, int Crashes, ulong VirtualMs);

/// <summary>
/// A whole network from a seed, on one thread, in virtual time. For now the network is one validator: random traffic, random
/// kills between any two effects and around every write, and after each block the checks below.
/// Checked: no two signatures at one height and round; a decided block is never lost or changed; the reopened state has the
/// root of its header; every module's invariants, conservation of supply among them.
/// </summary>
internal sealed class Simulation(ulong seed)
{
    private const ulong Heights = 20;
    private const int CrashEvery = 12;
    private const int RoundsMax = 1_000;

    private readonly SeededRandom _random = new(seed);
    private readonly CrashingStore _disk = new(new MemoryStore());
    private readonly GenesisBlock _genesis = GenesisBuilder.Build(GenesisTemplates.Devnet());
    private readonly DurableSigner _signer = new(DevnetKeys.ConsensusSeed(0));
    private readonly List<Hash256> _decided = [];
    private ulong _nowMs = GenesisTemplates.DevnetTimeMs;
    private int _transactions, _refused, _crashes;

    public SimulationResult Run()
    {
        var traffic = new Traffic(_random, _genesis.ChainId);
        SimulatedValidator validator = Open();
        for (int round = 0; validator.Decided.Header.Number < Heights; round++)
        {
            if (round == RoundsMax) throw new BrokenInvariant($"no progress: height {validator.Decided.Header.Number} after {RoundsMax} rounds");
            try
            {
                Round(validator, traffic);
            }
            catch (SimulatedCrash)
            {
                _crashes++;
                _nowMs += (ulong)_random.Below(5_000);
                validator = Open();
            }
        }
        Block last = validator.Decided;
        return new SimulationResult(seed, last.Header.Number, last.Header.StateRoot, last.Hash, _transactions, _refused, _crashes, _nowMs - GenesisTemplates.DevnetTimeMs);
    }

    private SimulatedValidator Open()
    {
        _disk.Next = CrashPoint.None;
        var validator = new SimulatedValidator(_genesis, _disk, _signer, DevnetKeys.Operator(0), _nowMs);
        Check(validator);
        return validator;
    }

    private void Round(SimulatedValidator validator, Traffic traffic)
    {
        int count = _random.Below(12);
        for (int i = 0; i < count; i++)
        {
            _transactions++;
            if (validator.Submit(traffic.Next(validator), _nowMs).Rejection is not null) _refused++;
        }
        _nowMs += (ulong)(900 + _random.Below(300));
        validator.Wake(_nowMs);
        MaybeCrash();
        ulong before = validator.Decided.Header.Number;
        while (validator.Advance(_nowMs)) MaybeCrash();
        if (validator.Decided.Header.Number != before) Check(validator);
    }

    /// <summary>Kills now, or at the next write (before it reaches the disk, or just after).</summary>
    private void MaybeCrash()
    {
        if (!_random.OneIn(CrashEvery)) return;
        int way = _random.Below(3);
        if (way == 0) throw new SimulatedCrash();
        _disk.Next = way == 1 ? CrashPoint.BeforeWrite : CrashPoint.AfterWrite;
    }

    private void Check(SimulatedValidator validator)
    {
        Block block = validator.Decided;
        int height = (int)block.Header.Number;
        if (height + 1 < _decided.Count) throw new BrokenInvariant($"block {_decided.Count - 1} was decided and is lost: height {height}");
        if (height + 1 == _decided.Count && _decided[height] != block.Hash) throw new BrokenInvariant($"block {height} was {_decided[height]} and is {block.Hash}");
        while (_decided.Count <= height) _decided.Add(block.Hash);
        IReadOnlyList<string> broken = DsdnModules.Kernel().CheckInvariants(validator.State);
        if (broken.Count > 0) throw new BrokenInvariant($"height {height}: {string.Join("; ", broken)}");
    }
}
