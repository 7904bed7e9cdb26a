using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Chain.View;
using Dsdn.Modules;

namespace Dsdn.Node.Operations;

/// <summary>What `dsdn state verify` found.</summary>
/// <param name="ChainHeight">Of the last block; the state's own is in <paramref name="State"/>.</param>
/// <param name="HeaderRoot">The state root that the last block names; null where its header is missing.</param>
/// <param name="Faults">Those of the state, then of its place in the chain.</param>
public sealed record StateCheck(StateVerification State, ulong? ChainHeight, Hash256? HeaderRoot, IReadOnlyList<StateFault> Faults)
{
    public bool IsSound => Faults.Count == 0 && State.IsSound;

    /// <summary>Recomputes the state root from the flat tables and compares it with the tree, the head row and the last header.</summary>
    /// <exception cref="StorageException">there is no state, or the store cannot be read</exception>
    public static StateCheck Run(IKeyValueStore store)
    {
        StateVerification state = StateVerifier.Verify(store);
        var faults = new List<StateFault>(state.Faults);
        if (state.ComputedRoot != state.StoredRoot) faults.Add(new StateFault("root", $"the tables give {state.ComputedRoot}, the state says {state.StoredRoot}"));
        var blocks = new ChainStore(store);
        ulong? height = blocks.Height;
        Hash256? header = null;
        if (height is not { } last)
        {
            faults.Add(new StateFault("chain", "there is a state but no block"));
        }
        else
        {
            header = blocks.ReadHeader(last)?.Header.StateRoot;
            if (state.Height != last) faults.Add(new StateFault("height", $"the state is at {state.Height}, the last block is {last}"));
            if (header is null) faults.Add(new StateFault($"block {last}", "the header is missing"));
            else if (header != state.ComputedRoot) faults.Add(new StateFault($"block {last}", $"the header names root {header}, the tables give {state.ComputedRoot}"));
        }
        return new StateCheck(state, height, header, faults);
    }

    /// <summary>Executes every block again from genesis, in a store that exists only meanwhile.</summary>
    /// <param name="scratchParent">Where that store's folder is made; it takes as much space as the chain.</param>
    /// <param name="progress">Told each height that was found equal.</param>
    /// <returns>The first divergence; null if there is none.</returns>
    /// <exception cref="StorageException">there is no chain, or a store cannot be read or written</exception>
    public static ReplayDivergence? Replay(IKeyValueReader store, ChainStore blocks, GenesisBlock genesis, string scratchParent, Action<ulong> progress)
    {
        string scratch = Path.Combine(scratchParent, "replay.tmp");
        if (Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true); // of a run that was killed; the folder's lock keeps others out
        try
        {
            using RocksDbStore replayed = RocksDbStore.Open(scratch);
            return ChainReplay.FromGenesis(store, blocks, genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount), replayed, progress);
        }
        finally
        {
            if (Directory.Exists(scratch)) Directory.Delete(scratch, recursive: true);
        }
    }
}
