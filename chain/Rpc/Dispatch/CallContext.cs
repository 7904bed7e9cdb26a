using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.WebSockets;

namespace Dsdn.Chain.Rpc.Dispatch;

/// <summary>What a method works with; one a connection, used by one call at a time.</summary>
internal sealed class CallContext(RpcNode node, WebSocketSession? session)
{
    public RpcNode Node { get; } = node;

    /// <summary>Null over HTTP.</summary>
    public WebSocketSession? Session { get; } = session;

    /// <summary>The one consistent version this call reads, taken when it starts.</summary>
    public ChainHead Head { get; set; } = node.Chain.Head;

    public IChainView Chain => Node.Chain;

    public RpcOptions Options => Node.Options;

    /// <summary>Ends when the caller has gone or the server stops.</summary>
    public CancellationToken Cancelled { get; set; }

    /// <summary>The calls of the body being worked on.</summary>
    public List<RpcCall> Calls { get; } = [];
}
