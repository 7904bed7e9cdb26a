using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>update(nodeId, zone, tlsFingerprint): a node moved, or renewed its TLS key.</summary>
internal readonly record struct Update(Hash256 NodeId, ulong Zone, Hash256 TlsFingerprint) : IMessage<Update>
{
    public static Update Read(Arguments arguments) => new(arguments.Hash(0), arguments.UInt64(1), arguments.Hash(2));

    public Outcome Check(in CallFacts call) => TlsFingerprint.IsZero ? NodesErrors.InvalidFingerprint.With() : Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (NodeLedger.FindOwn(context, NodeId, out Outcome refusal) is not { } node) return refusal;
        if (node.Status == NodeStatus.Banned) return NodesErrors.WrongStatus.With(NodeId, (ulong)node.Status);
        NodeLedger.Store(context, NodeId, node with { Zone = Zone, TlsFingerprint = TlsFingerprint });
        context.Emit(NodesEvents.Updated, NodeId, Zone, TlsFingerprint);
        return Outcome.Done;
    }
}
