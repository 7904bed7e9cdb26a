using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>register(nodeId, proof, class, zone, tlsFingerprint), payable: the value is the stake. With stake and proof a node is Active at once (rulings 18).</summary>
internal readonly record struct Register(Hash256 NodeId, ReadOnlyMemory<byte> Proof, ulong Class, ulong Zone, Hash256 TlsFingerprint) : IMessage<Register>
{
    public static Register Read(Arguments arguments) =>
        new(arguments.Hash(0), arguments.Bytes(1), arguments.UInt64(2), arguments.UInt64(3), arguments.Hash(4));

    public Outcome Check(in CallFacts call)
    {
        if (Class > (ulong)NodeClass.DataCenter) return NodesErrors.InvalidClass.With(Class);
        if (Proof.Length != Ed25519.SignatureSize) return NodesErrors.InvalidProof.With(NodeId);
        return TlsFingerprint.IsZero ? NodesErrors.InvalidFingerprint.With() : Outcome.Done;
    }

    public Outcome Execute(ModuleContext context)
    {
        NodesParams parameters = NodesState.ReadParams(context);
        NodeClass nodeClass = (NodeClass)(Class & 0xff);
        Amount required = parameters.StakeMin(nodeClass);
        if (context.Value < required) return NodesErrors.InsufficientStake.With(required, context.Value);
        if (NodesState.Nodes.Find(context, new HashKey(NodeId)) is { } existing) return NodesErrors.AlreadyRegistered.With(NodeId, existing.Operator);
        ulong count = NodesState.Counts.Get(context, new AddressKey(context.Caller)).ToUInt64();
        if (count >= parameters.NodesPerOperatorMax) return NodesErrors.TooManyNodes.With(parameters.NodesPerOperatorMax);
        if (!context.IsPrimeOrderKey(NodeId.Span)) return NodesErrors.InvalidNodeId.With(NodeId);
        byte[] message = ProofOfPossession.NodeMessage(context.Block.ChainId, context.Caller, NodeId);
        if (!context.VerifyEd25519(NodeId.Span, message, Proof.Span)) return NodesErrors.InvalidProof.With(NodeId);

        NodesState.ByOperator.Set(context, new AddressHashKey(context.Caller, NodeId), Uint256.One);
        NodesState.Counts.Set(context, new AddressKey(context.Caller), (Uint256)(count + 1));
        NodeLedger.AddStaked(context, context.Value, default);
        NodeLedger.Store(context, NodeId, new NodeRow
        {
            Operator = context.Caller, Class = nodeClass, Status = NodeStatus.Active, Stake = context.Value, TlsFingerprint = TlsFingerprint,
            Zone = Zone, RegisteredMs = context.Block.TimeMs, StatusSinceMs = context.Block.TimeMs,
        });
        context.Emit(NodesEvents.Registered, NodeId, context.Caller, Class, Zone, context.Value, TlsFingerprint);
        return Outcome.Done;
    }
}
