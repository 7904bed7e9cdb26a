using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Placement;

/// <summary>What is to be placed.</summary>
/// <param name="Seed">Of the running epoch.</param>
/// <param name="Owner">Of the agreement: its own nodes are not paid for storing for it.</param>
/// <param name="LengthBytes">Of the whole chunk.</param>
internal readonly record struct PlaceRequest(Hash256 Seed, Hash256 AgreementId, Address Owner, Hash256 ChunkId, ulong LengthBytes, ChunkCoding Coding);

/// <summary>A slot that stays where it is, and what it keeps others away from.</summary>
internal readonly record struct KeptSlot(byte Slot, Hash256 NodeId, ushort Zone, Address Operator, StorageNetwork Network);

/// <summary>
/// The placement rule (rulings 29): the nodes of a chunk by weighted rendezvous, one an operator, one a network, and as many in a zone as the coding allows. Pure; run once when a
/// chunk is reserved and again for slots that lost their node.
/// </summary>
internal static class ChunkPlacement
{
    /// <summary>Six shards of data and three of parity spare the loss of one zone only where no zone has more than two of them (dataplane 1.17).</summary>
    public const int ShardZonesMin = 5;

    private const ulong DataShards = 6, ShardBytesMultiple = 64;

    /// <summary>What a slot takes on a node's disk.</summary>
    public static ulong SlotBytes(ChunkCoding coding, ulong lengthBytes)
    {
        if (coding == ChunkCoding.Replicas) return lengthBytes;
        const ulong Row = DataShards * ShardBytesMultiple;
        return (lengthBytes / Row * ShardBytesMultiple) + (lengthBytes % Row == 0 ? 0 : ShardBytesMultiple);
    }

    /// <summary>All slots that have a node then, by number; slots for which there is none stay open.</summary>
    /// <param name="kept">One a slot, by number.</param>
    /// <param name="surplus">Further ones in slots that are kept: nothing else of the chunk goes where they are, but they take no place in a zone.</param>
    public static PlacedReplica[] Place(PlaceableNodes nodes, in PlaceRequest request, ReadOnlySpan<KeptSlot> kept, ReadOnlySpan<KeptSlot> surplus)
    {
        ReadOnlySpan<PlaceableNode> candidates = nodes.All;
        Span<ulong> scores = nodes.Scores;
        Score(candidates, request, scores);
        for (int i = 0; i < candidates.Length; i++)
            if (!Fits(candidates[i], surplus, int.MaxValue)) scores[i] = ulong.MaxValue;
        KeptSlot[] taken = new KeptSlot[request.Coding.Slots()];
        kept.CopyTo(taken);
        int count = kept.Length;
        for (byte slot = 0; slot < taken.Length; slot++)
        {
            if (Has(kept, slot)) continue;
            int best = Best(candidates, scores, taken.AsSpan(0, count), request.Coding.PerZoneMax());
            if (best < 0) break;
            scores[best] = ulong.MaxValue;
            ref readonly PlaceableNode node = ref candidates[best];
            taken[count++] = new KeptSlot(slot, node.Id, node.Zone, node.Operator, node.Network);
        }
        PlacedReplica[] placed = new PlacedReplica[count];
        for (int i = 0; i < count; i++) placed[i] = new PlacedReplica(taken[i].Slot, taken[i].NodeId, taken[i].Zone);
        Array.Sort(placed, static (a, b) => a.Slot.CompareTo(b.Slot));
        return placed;
    }

    /// <summary>The highest number stands for a node that this chunk cannot go to; no score is as high.</summary>
    private static void Score(ReadOnlySpan<PlaceableNode> candidates, in PlaceRequest request, Span<ulong> scores)
    {
        ChunkDraw draw = new(request.Seed, request.AgreementId, request.ChunkId);
        ulong bytes = SlotBytes(request.Coding, request.LengthBytes);
        for (int i = 0; i < candidates.Length; i++)
        {
            ref readonly PlaceableNode node = ref candidates[i];
            scores[i] = bytes <= node.RoomBytes && node.Operator != request.Owner ? DrawScore.Of(draw.Of(node), node.WeightGib) : ulong.MaxValue;
        }
    }

    /// <summary>The first in order that stands in nobody's way; of equal scores the lower id. -1: none.</summary>
    private static int Best(ReadOnlySpan<PlaceableNode> candidates, ReadOnlySpan<ulong> scores, ReadOnlySpan<KeptSlot> taken, int perZoneMax)
    {
        int best = -1;
        ulong least = ulong.MaxValue;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= least || !Fits(candidates[i], taken, perZoneMax)) continue;
            (best, least) = (i, scores[i]);
        }
        return best;
    }

    private static bool Fits(in PlaceableNode node, ReadOnlySpan<KeptSlot> taken, int perZoneMax)
    {
        int inZone = 0;
        foreach (ref readonly KeptSlot other in taken)
        {
            if (other.NodeId == node.Id || other.Operator == node.Operator || other.Network == node.Network) return false;
            if (other.Zone == node.Zone) inZone++;
        }
        return inZone < perZoneMax;
    }

    private static bool Has(ReadOnlySpan<KeptSlot> kept, byte slot)
    {
        foreach (ref readonly KeptSlot other in kept)
            if (other.Slot == slot) return true;
        return false;
    }
}
