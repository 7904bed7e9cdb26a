using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Coordination;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Simulator.Storage;

/// <summary>As much of the chain as nodes need: the registry, and blocks that the log anchors.</summary>
internal sealed class StorageChain
{
    public const byte Active = NodeRecord.StatusActive, Quarantined = NodeRecord.StatusQuarantined, Banned = 3, Leaving = NodeRecord.StatusLeaving;

    private readonly ChainSide _chain = new();
    private readonly SortedDictionary<string, NodeRecord> _rows = new(StringComparer.Ordinal);
    private bool _isChanged;

    public Dsdn.Chain.Blocks.ValidatorSet Validators => _chain.Validators;

    /// <summary>Proven and not in the log yet.</summary>
    public ChainFacts? Facts { get; private set; }

    /// <summary>Whether there is anything that the log does not know.</summary>
    public bool HasNews => _isChanged || Facts is not null;

    public byte StatusOf(string node) => _rows[node].Status;

    public void Register(NodePlan node, ushort zone) => Set(node.Name, new NodeRecord(
        LogKeys.AddressOf(node.Operator), node.Class, Active, Amount.Nusa(500), LogKeys.Word("tls " + node.Name), zone, 1_000, 1_000, 0, 0, 0, HasLeft: false));

    public void Change(string node, byte status, ulong nowMs, bool hasLeft = false) => Set(node, _rows[node] with { Status = status, StatusSinceMs = nowMs, HasLeft = hasLeft });

    /// <summary>What the next batch takes over: the next block with all records since the last one, until a batch has it.</summary>
    public ChainFacts Next(LogState state)
    {
        if (Facts is { } known) return known;
        (ChainAnchor anchor, LogEvent[] derived) = _chain.Next();
        _isChanged = false;
        return Facts = new ChainFacts(state.Chain, anchor, [.. derived.Select(static entry => new DerivedRecord(FeedChain.Nodes, entry.Nonce, entry.Body))]);
    }

    public void Taken() => Facts = null;

    private void Set(string node, NodeRecord row)
    {
        _rows[node] = row;
        _isChanged = true;
        _chain.Record(FeedChain.Nodes, EventKind.NodeUpdated, new NodeChanged(LogKeys.PublicKey(node), row, EventKind.NodeUpdated).Encode());
    }
}
