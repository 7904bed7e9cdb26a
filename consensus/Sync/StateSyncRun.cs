using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Snapshots;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>
/// State sync with the store that it fills: what a shell drives with peers and time until <see cref="End"/>. Then the store opens
/// with <see cref="ChainOpening"/>; before, it opens as no chain. Not thread-safe; a step writes to the store and, at the end, rebuilds
/// the tree, which takes seconds.
/// </summary>
public sealed class StateSyncRun
{
    private readonly IKeyValueStore _store;
    private readonly GenesisBlock _genesis;
    private readonly StateSyncCore _core;
    private SnapshotImport? _import;

    /// <param name="store">Empty, or with an import that an earlier run began.</param>
    public StateSyncRun(IKeyValueStore store, GenesisBlock genesis, StateSyncOptions options)
    {
        (_store, _genesis) = (store, genesis);
        _core = new StateSyncCore(LightOptions.Of(genesis.ChainId, genesis.Block.Hash, genesis.Parameters.UnbondingMs), genesis.Parameters.EpochBlocks, options);
    }

    /// <summary><see cref="StateSyncEffect.Done"/> or <see cref="StateSyncEffect.Failed"/>; null while it goes on.</summary>
    public StateSyncEffect? End { get; private set; }

    /// <summary>For checks and operators: no item count is ever above its bound.</summary>
    public IEnumerable<TableSize> Tables => _core.Tables;

    /// <summary>True for a store without a chain, which may be filled; one with a chain goes on by block sync.</summary>
    public static bool IsPossible(IKeyValueStore store) => new Chain.Storage.ChainStore(store).Height is null;

    /// <summary>Messages of these kinds are for <see cref="StateSyncInput.Received"/>; nothing else that peers say is.</summary>
    public static bool IsAnswer(PeerMessage message) => message is PeerMessage.Snapshots or PeerMessage.LightBlockReply or PeerMessage.SnapshotChunk;

    /// <returns>Send and Penalize, in order: for the shell.</returns>
    public IReadOnlyList<StateSyncEffect> Begin(ulong trustedHeight, Hash256 trustedHash, ulong nowMs) =>
        Step(new StateSyncInput.Began(trustedHeight, trustedHash, SnapshotImport.Begun(_store), nowMs), nowMs);

    /// <param name="input">Peers, their messages, or time.</param>
    /// <returns>Send and Penalize, in order: for the shell.</returns>
    /// <exception cref="StorageException">the store failed</exception>
    public IReadOnlyList<StateSyncEffect> Step(StateSyncInput input, ulong nowMs)
    {
        var outward = new List<StateSyncEffect>();
        var inputs = new Queue<StateSyncInput>();
        inputs.Enqueue(input);
        while (inputs.TryDequeue(out StateSyncInput? next))
        {
            foreach (StateSyncEffect effect in _core.Step(next))
            {
                if (effect is StateSyncEffect.Done or StateSyncEffect.Failed) End = effect;
                else if (Carry(effect, nowMs) is { } answer) inputs.Enqueue(answer);
                else outward.Add(effect);
            }
        }
        return outward;
    }

    private StateSyncInput? Carry(StateSyncEffect effect, ulong nowMs)
    {
        switch (effect)
        {
            case StateSyncEffect.OpenImport open:
                _import = SnapshotImport.Open(_store, open.Manifest);
                return new StateSyncInput.ImportOpened([.. _import.Missing], nowMs);
            case StateSyncEffect.AddChunk add:
                return new StateSyncInput.ChunkAdded(add.Chunk, Import.Add(add.Chunk, add.Bytes.Span), nowMs);
            case StateSyncEffect.Finish finish:
                SnapshotFault fault = ChainSnapshot.Finish(Import, _store, _genesis, finish.Trusted, finish.Seeds, out string detail);
                return new StateSyncInput.Finished(fault, detail, nowMs);
            default:
                return null;
        }
    }

    private SnapshotImport Import => _import ?? throw new InvalidOperationException("opened before");
}
