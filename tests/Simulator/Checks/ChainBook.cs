using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.State.Verification;
using Dsdn.Modules;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Checks;

/// <summary>
/// What correct nodes decided, ever. Checked at each decision: one block a height on all of them, a certificate of more than
/// two thirds with right signatures, every module's invariants and the supply; at each opening: what was durably decided is
/// still there. At the end: an independent replay from genesis gives the same blocks, receipts and state.
/// </summary>
internal sealed class ChainBook(GenesisBlock genesis, Action<Block> first)
{
    private readonly List<(Block Block, Certificate Certificate)> _decided = [];
    private readonly Dictionary<int, ulong> _durable = [];
    private readonly Dictionary<ulong, Hash256> _snapshots = [];

    /// <summary>The highest height that any correct node decided.</summary>
    public ulong Height => (ulong)_decided.Count;

    public int Transactions => _decided.Sum(static decided => decided.Block.Transactions.Count);

    public Hash256 HashOf(ulong height) => height == 0 ? genesis.Block.Hash : _decided[(int)height - 1].Block.Hash;

    /// <summary>A decided one.</summary>
    public Block Block(ulong height) => _decided[(int)height - 1].Block;

    public Block Last => _decided.Count == 0 ? genesis.Block : _decided[^1].Block;

    public void Committed(Machine machine, Block block, Certificate certificate, ValidatorSet deciders, IStateView state, bool durable)
    {
        ulong height = block.Header.Number;
        if (CertificateRules.Check(certificate, height, block.Hash, deciders) is { } what) throw Broken(machine, height, $"committed on a certificate that does not hold: {what}");
        if (height > Height + 1) throw Broken(machine, height, $"skipped a height: only {Height} were decided");
        if (height == Height + 1)
        {
            if (CertificateRules.CheckSignatures(certificate, genesis.ChainId, genesis.Block.Hash, deciders) is { } signature) throw Broken(machine, height, $"committed on a forged certificate: {signature}");
            IReadOnlyList<string> broken = DsdnModules.Kernel().CheckInvariants(state);
            if (broken.Count > 0) throw Broken(machine, height, string.Join("; ", broken));
            _decided.Add((block, certificate));
            first(block);
        }
        if (HashOf(height) != block.Hash) throw Broken(machine, height, $"decided {block.Hash}, others {HashOf(height)}: the network is split");
        if (durable) _durable[machine.Index] = height;
    }

    /// <summary>The disk of the machine was replaced by an older one or an empty one.</summary>
    public void Forgot(Machine machine) => _durable.Remove(machine.Index);

    public void Opened(Machine machine, Replica process)
    {
        Block head = process.Decided;
        ulong height = head.Header.Number;
        if (height < _durable.GetValueOrDefault(machine.Index)) throw Broken(machine, height, $"block {_durable[machine.Index]} was durably decided and is lost");
        // The process that wrote its last block may have died before it could say so.
        if (height > 0) Committed(machine, head, process.Certificate ?? throw Broken(machine, height, "opened without a certificate"), process.Deciders, process.Services.State.Head, durable: false);
    }

    /// <summary>Everything that a correct node has is what a replay from genesis gives.</summary>
    public void Replay(Replica node)
    {
        using var scratch = new MemoryStore();
        if (ChainReplay.FromGenesis(node.Services, genesis, scratch) is { } divergence)
            throw Broken(node.Machine, divergence.Height, $"replay differs: {divergence.Code} {divergence.Detail}");
    }

    /// <summary>Every transaction that had a receipt somewhere has the same place on this node.</summary>
    public void CheckReceipts(Replica node)
    {
        ulong head = node.Services.Blocks.Height ?? 0;
        foreach ((Block block, _) in _decided)
        {
            if (block.Header.Number > head) return;
            if (block.Header.Number < node.Services.Blocks.OldestBody) continue; // it synced its state
            for (int i = 0; i < block.Transactions.Count; i++)
            {
                Hash256 hash = block.Transactions[i].Hash;
                if (node.Services.Blocks.Locate(hash) is not { } place || place.BlockNumber != block.Header.Number || place.Index != (uint)i)
                    throw Broken(node.Machine, block.Header.Number, $"transaction {hash} had a receipt and is not there");
            }
        }
    }

    /// <summary>Every node that takes a snapshot of one height takes the same, or nobody could restore from several.</summary>
    public void Snapped(Machine machine, SnapshotManifest manifest)
    {
        if (_snapshots.TryAdd(manifest.Height, manifest.Hash)) return;
        if (_snapshots[manifest.Height] != manifest.Hash) throw Broken(machine, manifest.Height, "its snapshot is not that of the others");
    }

    /// <summary>Flat tables and tree of a restored state give its root.</summary>
    public static void CheckState(Replica node)
    {
        StateVerification verification = StateVerifier.Verify(node.Machine.Store);
        if (!verification.IsSound) throw Broken(node.Machine, verification.Height, $"its restored state is not sound: {verification.Faults.FirstOrDefault()}");
    }

    private static BrokenInvariant Broken(Machine machine, ulong height, string what) => new(string.Create(CultureInfo.InvariantCulture, $"{machine} height {height}: {what}"));
}
