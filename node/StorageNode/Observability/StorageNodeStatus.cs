using System.Text.Json;
using Dsdn.Chain.Primitives;

namespace Dsdn.StorageNode.Observability;

/// <summary>What a storage node says of itself to its operator: GET /status.</summary>
/// <param name="Standing">On the chain as the log knows it: unknown, pending, active, quarantined, banned, leaving, left.</param>
/// <param name="Held">Copies and shards that the log says are here.</param>
/// <param name="Assigned">That it is to have and has not said yet.</param>
/// <param name="PeersDown">Active nodes that are suspect or down.</param>
/// <param name="Inconsistent">Chunks since the start whose shards do not belong together.</param>
public sealed record StorageNodeStatus(
    Hash256 NodeId, Hash256 TlsFingerprint, string Standing, bool IsFingerprintRegistered, ulong Seq, ulong LogAgeMs, bool IsFresh, string LogSource, int Chunks, int Held, int Assigned, int Fetching,
    int ToFetch, int Releasing, int Quarantined, int WaitingFacts, long UsedBytes, long FreeBytes, int Puts, int Gets, int Peers, int PeersDown, int Inconsistent)
{
    public string ToJson() => JsonSerializer.Serialize(new
    {
        nodeId = NodeId.ToString(), tlsFingerprint = TlsFingerprint.ToString(), standing = Standing, isFingerprintRegistered = IsFingerprintRegistered, seq = Seq, logAgeMs = LogAgeMs, isFresh = IsFresh,
        logSource = LogSource, chunks = Chunks, held = Held, assigned = Assigned, fetching = Fetching, toFetch = ToFetch, releasing = Releasing, quarantined = Quarantined, waitingFacts = WaitingFacts,
        usedBytes = UsedBytes, freeBytes = FreeBytes, puts = Puts, gets = Gets, peers = Peers, peersDown = PeersDown, inconsistent = Inconsistent,
    });
}
