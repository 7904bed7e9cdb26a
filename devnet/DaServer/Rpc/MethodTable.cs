using System.Diagnostics.CodeAnalysis;
using Dsdn.Celestia.Rpc;

namespace Dsdn.DaServer.Rpc;

/// <summary>The methods of one version: those of <see cref="RpcMethod.Of"/>, those that only operators call, and devnet.*, which no real node has.</summary>
internal sealed class MethodTable
{
    public const string AuthNewWithExpiry = "node.AuthNewWithExpiry", PeerInfo = "p2p.Info", Peers = "p2p.Peers", NatStatus = "p2p.NATStatus",
        TupleRoot = "blobstream.GetDataRootTupleRoot", TupleProof = "blobstream.GetDataRootTupleInclusionProof", SetFault = "devnet.SetFault",
        ClearFaults = "devnet.ClearFaults", Faults = "devnet.Faults", ProduceBlock = "devnet.ProduceBlock";

    /// <summary>Any number of parameters.</summary>
    public const int AnyCount = -1;

    private readonly Dictionary<string, (RpcMethod Method, Handler Handler)> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RpcMethod> _declared = new(StringComparer.Ordinal);

    public MethodTable(DaNode node)
    {
        foreach (RpcMethod method in (RpcMethod[])[.. RpcMethod.Of(node.Preset.Version), .. Others]) _declared.Add(method.Name, method);
        new BlobMethods(node).AddTo(this);
        new HeaderMethods(node).AddTo(this);
        new ShareMethods(node).AddTo(this);
        new StateMethods(node).AddTo(this);
        new NodeMethods(node).AddTo(this);
        new DevnetMethods(node).AddTo(this);
        if (_methods.Count != _declared.Count) throw new InvalidOperationException($"not bound: {string.Join(", ", _declared.Keys.Except(_methods.Keys))}");
    }

    public static bool IsOwn(string method) => method.StartsWith("devnet.", StringComparison.Ordinal);

    /// <summary>A method that this version does not have is not bound.</summary>
    public void Bind(string name, Handler handler)
    {
        if (_declared.TryGetValue(name, out RpcMethod? method)) _methods.Add(name, (method, handler));
    }

    public bool TryFind(string name, [NotNullWhen(true)] out RpcMethod? method, [NotNullWhen(true)] out Handler? handler)
    {
        bool isFound = _methods.TryGetValue(name, out (RpcMethod Method, Handler Handler) entry);
        (method, handler) = entry;
        return isFound;
    }

    private static IReadOnlyList<RpcMethod> Others =>
    [
        new(AuthNewWithExpiry, RpcPermission.Admin, 2), new(PeerInfo, RpcPermission.Admin, 0), new(Peers, RpcPermission.Admin, 0), new(NatStatus, RpcPermission.Admin, 0),
        new(TupleRoot, RpcPermission.Read, 2), new(TupleProof, RpcPermission.Read, 3),
        new(SetFault, RpcPermission.Admin, 1), new(ClearFaults, RpcPermission.Admin, AnyCount), new(Faults, RpcPermission.Admin, 0), new(ProduceBlock, RpcPermission.Admin, 0),
    ];
}
