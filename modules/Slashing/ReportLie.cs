using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Nodes.Published;

namespace Dsdn.Modules.Slashing;

/// <summary>reportLie(nodeId, first, second): two answers that the node signed for one leaf of one audit, and that show other bytes. The signatures are all the proof.</summary>
internal readonly record struct ReportLie(Hash256 NodeId, ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second) : IMessage<ReportLie>
{
    public static readonly ulong GasMax = ReportStorage.GasMax + (2 * GasSchedule.Default.Ed25519Verify);

    private const int BytesMax = 4_096;

    public static ReportLie Read(Arguments arguments) => new(arguments.Hash(0), arguments.Bytes(1), arguments.Bytes(2));

    public Outcome Check(in CallFacts call) => First.Length <= BytesMax && Second.Length <= BytesMax ? Outcome.Done : SlashingErrors.WrongProof.With();

    public Outcome Execute(ModuleContext context)
    {
        if (NodeControl.Find(context, NodeId) is null) return SlashingErrors.UnknownNode.With(NodeId);
        bool isRead = SignedAnswer.TryDecode(context.Block.ChainId, First, out SignedAnswer? first) == LogFault.None
            & SignedAnswer.TryDecode(context.Block.ChainId, Second, out SignedAnswer? second) == LogFault.None;
        if (!isRead || first is null || second is null || first.Heading.NodeId != NodeId) return SlashingErrors.WrongProof.With();
        StorageRow row = SlashingState.StorageReports.Find(context, new HashKey(NodeId)) ?? new StorageRow();
        if (first.Heading.Epoch <= row.LastLie) return SlashingErrors.AlreadyReported.With(NodeId, row.LastLie);
        if (AnswerConflict.Check(first, second, context.VerifyEd25519) != LogFault.None) return SlashingErrors.WrongProof.With();
        return Outcome.Return(StorageFines.TakeLie(context, SlashingState.ReadStorageParams(context), NodeId, row, first.Heading.Epoch));
    }
}
