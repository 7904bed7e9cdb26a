using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Committee.Published;
using Dsdn.Modules.Nodes.Published;

namespace Dsdn.Modules.Slashing;

/// <summary>
/// reportStorage(nodeId, audit, anchor, leaf, proof): an audit that a node did not pass, as the log's state has it under an anchored root. Anyone may bring it;
/// what is fined follows from the leaf alone (docs/decisions/0030).
/// </summary>
internal readonly record struct ReportStorage(Hash256 NodeId, ulong Audit, ulong Anchor, ReadOnlyMemory<byte> Leaf, ReadOnlyMemory<byte> Proof) : IMessage<ReportStorage>
{
    /// <summary>A path of 32 steps, three rows, the registry's feed, the treasury.</summary>
    public const ulong GasMax = 420_000;

    public static ReportStorage Read(Arguments arguments) => new(arguments.Hash(0), arguments.UInt64(1), arguments.UInt64(2), arguments.Bytes(3), arguments.Bytes(4));

    public Outcome Check(in CallFacts call) => StateLeafProof.TryDecode(Leaf, Proof, out _) == LogFault.None ? Outcome.Done : SlashingErrors.WrongProof.With();

    public Outcome Execute(ModuleContext context)
    {
        if (NodeControl.Find(context, NodeId) is null) return SlashingErrors.UnknownNode.With(NodeId);
        StorageRow row = SlashingState.StorageReports.Find(context, new HashKey(NodeId)) ?? new StorageRow();
        if (Audit <= row.LastAudit) return SlashingErrors.AlreadyReported.With(NodeId, row.LastAudit);
        if (CommitteeControl.AnchoredRoot(context, Anchor) is not { } root) return SlashingErrors.UnknownAnchor.With(Anchor);
        StateLeafProof.TryDecode(Leaf, Proof, out StateLeafProof? proof);
        if (proof?.StateRoot() != root || AuditFaultLeaf.Read(proof, NodeId, Audit) is not { } fault) return SlashingErrors.WrongProof.With();
        StorageParams parameters = SlashingState.ReadStorageParams(context);
        if (!IsDue(fault, row, parameters)) return SlashingErrors.NotYet.With((ulong)fault.Kind, fault.InARow, fault.SinceMs);
        return Outcome.Return(StorageFines.Take(context, parameters, NodeId, row, Audit, fault));
    }

    /// <summary>Silent for the whole time since it began or was last reported; wrong so many times since then.</summary>
    private bool IsDue(AuditFault fault, StorageRow row, StorageParams parameters) => fault.Kind == AuditFaultKind.Silent
        ? fault.JudgedMs - Math.Min(fault.JudgedMs, Math.Max(fault.SinceMs, row.SilentUntilMs)) >= parameters.SilentMs
        : fault.InARow >= parameters.FailedInARow && Audit - row.LastFailedAudit >= parameters.FailedInARow;
}
