using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <param name="Record">The row of the chain's registry.</param>
/// <param name="Stats">What the node said last; null where it never did.</param>
/// <param name="StatsAtMs">Log time of that; 0 where it never did.</param>
/// <param name="MissedRounds">In a row, up to the last bitmap.</param>
/// <param name="DownSinceMs">Log time of the first of them; 0 where none is missed.</param>
/// <param name="IsSuspect">Missed so many that reads avoid it.</param>
/// <param name="IsDown">And for so long, at the log time of the last batch, that what it has is repaired.</param>
public sealed record NodeEntry(
    Hash256 Id, NodeRecord Record, NodeStats? Stats, ulong StatsAtMs, uint MissedRounds, ulong DownSinceMs, bool IsSuspect, bool IsDown)
{
    /// <summary>Whether what it holds can be expected to be read.</summary>
    public bool IsReachable => (Record.IsActive || Record.IsLeaving) && !IsSuspect;
}

/// <param name="References">Of files to chunks.</param>
/// <param name="HeldBytes">Of the chunks, each as often as it is referenced.</param>
public sealed record AgreementEntry(Hash256 Id, Address Owner, ulong References, UInt128 HeldBytes)
{
    /// <summary>What the chain says of it; null in a log whose network has no agreements.</summary>
    public AgreementTerm? Term { get; init; }
}

/// <param name="EndMs">Log time: nothing new is stored from then on.</param>
/// <param name="ReleaseMs">Log time: nothing has to be stored from then on.</param>
/// <param name="ReservedBytes">Of the reservations that there are.</param>
public sealed record AgreementTerm(ChunkCoding Coding, ulong QuotaBytes, ulong EndMs, ulong ReleaseMs, bool IsClosed, UInt128 ReservedBytes);

/// <summary>A key that signs events for an account.</summary>
/// <param name="ExpiresMs">Log time; it does not count from then on.</param>
public readonly record struct SessionEntry(Address Owner, Address Key, SessionScopes Scopes, ulong ExpiresMs);

/// <param name="IsDeleted">No agreement has it any more.</param>
/// <param name="Roots">One of copies, nine of shards.</param>
/// <param name="PlacedSeq">0 where no placement was decided yet.</param>
/// <param name="DeletedSeq">0 where it lives.</param>
public sealed record ChunkEntry(
    Hash256 Id, bool IsDeleted, uint Generation, ChunkCoding Coding, ulong LengthBytes, IReadOnlyList<Hash256> Roots, ulong ReservedSeq, ulong DeclaredSeq, ulong PlacedSeq, ulong DeletedSeq);

/// <param name="IsHeld">The node said that it stores it; otherwise it is to.</param>
/// <param name="Generation">Older than the chunk's where the node has not removed it yet.</param>
/// <param name="Zone">Of the node when it was placed.</param>
public readonly record struct ReplicaEntry(Hash256 ChunkId, byte Slot, Hash256 NodeId, ushort Zone, uint Generation, bool IsHeld);

/// <summary>That a file of an agreement has a chunk.</summary>
public readonly record struct ReferenceEntry(Hash256 ChunkId, Hash256 AgreementId, Hash256 FileId);

/// <param name="ExpiresMs">Log time; it does not count from then on.</param>
/// <param name="Seq">The batch that made it.</param>
/// <param name="Places">By slot, where the chunk is to lie; slots for which there was no node are left out. None where the chunk was live then.</param>
public readonly record struct ReservationEntry(
    Hash256 AgreementId, Hash256 FileId, Hash256 ChunkId, ChunkCoding Coding, ulong LengthBytes, ulong ExpiresMs, ulong Seq, IReadOnlyList<PlacedReplica> Places);

/// <param name="Held">Copies or shards on nodes that are not gone.</param>
/// <param name="Margin">How many of them may still be lost; below 0 where too few are there to read the chunk.</param>
/// <param name="IsDegraded">Fewer than the coding asks for, or in fewer zones.</param>
public readonly record struct ChunkHealth(int Held, int Margin, bool IsDegraded);

/// <param name="Nodes">Active ones, by id.</param>
public sealed record ZoneEntry(ushort Zone, IReadOnlyList<Hash256> Nodes);
