using System.Net;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.State;
using Dsdn.Services;

namespace Dsdn.Node.Queries;

/// <summary>Where the log says that a node is, and whether it thinks that it answers there.</summary>
public static class NodeAddresses
{
    /// <summary>Null: it never said. The TLS key is the one that the chain's registry has.</summary>
    public static ServiceAddress? Of(NodeEntry node, EndpointRole role) =>
        node.Stats?.Endpoints.FirstOrDefault(endpoint => endpoint.Role == role) is { } endpoint ? new ServiceAddress(HostOf(endpoint), endpoint.Port, null, node.Record.TlsFingerprint) : null;

    public static string HostOf(Endpoint endpoint)
    {
        var ip = new IPAddress(endpoint.Ip.Span);
        return (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString();
    }

    /// <summary>By the rule of the log: reads avoid the others (dataplane 1.17).</summary>
    public static bool IsReachable(NodeEntry node) => node.IsReachable;
}
