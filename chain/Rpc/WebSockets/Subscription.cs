using Dsdn.Chain.Rpc.Filters;

namespace Dsdn.Chain.Rpc.WebSockets;

internal enum SubscriptionKind
{
    NewHeads,
    Logs,
    PendingHashes,
    PendingTransactions,
}

/// <summary>One eth_subscribe of one connection.</summary>
internal sealed record Subscription(string Id, SubscriptionKind Kind, LogCriteria Criteria, WebSocketSession Session);
