using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Storing;

/// <summary>Why a node does not take the bytes of a ticket.</summary>
public enum PutFault
{
    None,

    /// <summary>The node itself is not Active in the log.</summary>
    NotActive,

    /// <summary>The ticket's author may not use the agreement.</summary>
    NotOwner,

    /// <summary>Nothing in the log reserves this chunk, with this length and coding, or it ended.</summary>
    NotReserved,

    /// <summary>The log placed this slot elsewhere.</summary>
    NotPlaced,

    /// <summary>The chunk has, or will have, another generation.</summary>
    Generation,

    /// <summary>The chunk is known with other roots or another length.</summary>
    Conflict,
}

/// <param name="Zone">Of the node, as its acknowledgement names it.</param>
/// <param name="IsDeclared">The log says already that this node is to store it.</param>
public readonly record struct PutVerdict(PutFault Fault, ushort Zone = 0, bool IsDeclared = false);

/// <summary>Whether the log as one node knows it lets the node take what a ticket speaks of (dataplane 1.16). Form, time and signature of the ticket are looked at elsewhere.</summary>
public static class PutRule
{
    /// <param name="slot">Below the slots of the coding.</param>
    public static PutVerdict Judge(LogState state, in Hash256 node, UploadTicket ticket, byte slot)
    {
        LogQueries queries = state.Queries;
        if (queries.Node(node) is not { Record: { IsActive: true } self }) return new PutVerdict(PutFault.NotActive);
        if (!IsOwner(queries, ticket)) return new PutVerdict(PutFault.NotOwner);
        ChunkEntry? chunk = queries.Chunk(ticket.ChunkId);
        if (Fit(chunk, ticket) is not PutFault.None and var fault) return new PutVerdict(fault);
        // The other nodes were enough and it is declared: the last one may still be sent what it is to store.
        if (chunk is { IsDeleted: false } && IsAssigned(queries, chunk, node, slot)) return new PutVerdict(PutFault.None, self.Zone, IsDeclared: true);
        if (queries.Reservation(ticket.AgreementId, ticket.FileId, ticket.ChunkId) is not { } reserved) return new PutVerdict(PutFault.NotReserved);
        bool isReserved = reserved.LengthBytes == ticket.LengthBytes && reserved.Coding == ticket.Coding && reserved.ExpiresMs > state.LogTimeMs;
        if (!isReserved) return new PutVerdict(PutFault.NotReserved);
        return IsPlaced(reserved, node, slot) ? new PutVerdict(PutFault.None, self.Zone) : new PutVerdict(PutFault.NotPlaced);
    }

    /// <summary>An account signs for itself, a session key for the account that registered it.</summary>
    private static bool IsOwner(LogQueries queries, UploadTicket ticket)
    {
        if (queries.Agreement(ticket.AgreementId) is not { } agreement || (agreement.Owner == ticket.Author) != (ticket.AuthorType == AuthorType.Account)) return false;
        return queries.CheckSigner(ticket.AgreementId, ticket.Author, SessionScopes.Upload) == LogFault.None;
    }

    private static PutFault Fit(ChunkEntry? chunk, UploadTicket ticket)
    {
        if (chunk is null) return ticket.Generation == 0 ? PutFault.None : PutFault.Generation;
        if (chunk.IsDeleted) return chunk.Generation != uint.MaxValue && ticket.Generation == chunk.Generation + 1 ? PutFault.None : PutFault.Generation;
        if (ticket.Generation != chunk.Generation) return PutFault.Generation;
        bool isSame = chunk.LengthBytes == ticket.LengthBytes && chunk.Coding == ticket.Coding && chunk.Roots.SequenceEqual(ticket.Roots);
        return isSame ? PutFault.None : PutFault.Conflict;
    }

    private static bool IsPlaced(ReservationEntry reserved, in Hash256 node, byte slot)
    {
        foreach (PlacedReplica place in reserved.Places)
            if (place.Slot == slot && place.NodeId == node) return true;
        return false;
    }

    private static bool IsAssigned(LogQueries queries, ChunkEntry chunk, in Hash256 node, byte slot)
    {
        foreach (ReplicaEntry replica in queries.Replicas(chunk.Id))
            if (replica.NodeId == node && replica.Slot == slot && replica.Generation == chunk.Generation) return true;
        return false;
    }
}
