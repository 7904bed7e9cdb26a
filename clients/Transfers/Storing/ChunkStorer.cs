using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Sdk.Accounts;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Dsdn.Transfers.Network;
using Google.Protobuf;

namespace Dsdn.Transfers.Storing;

/// <summary>
/// Brings a chunk to the nodes of its slots, all at once, and is done as soon as enough of them have it: two copies in two zones, or eight shards of nine. The rest is given a little longer; what
/// does not come then, the nodes fetch from each other.
/// </summary>
internal sealed class ChunkStorer(StorageNetwork network, Account account, TransferProgress progress)
{
    private const int AttemptsMax = 4;
    private const int ShardsNeeded = 8, ZonesNeeded = 2;

    /// <summary>Of a node that takes nothing more, or does not say that it has all: then another attempt.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LateGrace = TimeSpan.FromSeconds(2);
    private const ulong TicketLifeMs = 60 * 60 * 1_000;

    public static bool IsEnough(ChunkCoding coding, IReadOnlyCollection<StoreAck> acks) => coding == ChunkCoding.Replicas
        ? acks.Select(static ack => ack.Zone).Distinct().Count() >= ZonesNeeded
        : acks.Count >= ShardsNeeded;

    public static int Needed(ChunkCoding coding) => coding == ChunkCoding.Replicas ? ZonesNeeded : ShardsNeeded;

    public async Task<StoreOutcome> StoreAsync(Hash256 agreement, Hash256 file, OutgoingChunk chunk, ReservedPlaces places, CancellationToken cancel)
    {
        UploadTicket ticket = Sign(agreement, file, chunk, places);
        ChunkDeclared declared = new(agreement, file, chunk.ChunkId, chunk.LengthBytes, chunk.Coding, places.Generation, chunk.Roots, []);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        List<Task<SlotAnswer>> waiting = [.. places.Places.Select(place => PutAsync(place, ticket, declared, chunk, places, late.Token))];
        List<SlotAnswer> answers = [];
        while (waiting.Count > 0)
        {
            Task<SlotAnswer> done = await Task.WhenAny(waiting);
            waiting.Remove(done);
            answers.Add(await done);
            if (waiting.Count > 0 && !late.IsCancellationRequested && IsEnough(chunk.Coding, Acks(answers))) late.CancelAfter(LateGrace);
        }
        cancel.ThrowIfCancellationRequested();
        StoreAck[] acks = [.. Acks(answers).OrderBy(static ack => ack.Slot)];
        return new StoreOutcome(acks, [.. answers.Where(static answer => answer.Ack is null).Select(static answer => answer.Refusal)], IsEnough(chunk.Coding, acks));
    }

    private static StoreAck[] Acks(IEnumerable<SlotAnswer> answers) => [.. answers.Select(static answer => answer.Ack).OfType<StoreAck>()];

    private async Task<SlotAnswer> PutAsync(ReservedPlace place, UploadTicket ticket, ChunkDeclared declared, OutgoingChunk chunk, ReservedPlaces places, CancellationToken cancel)
    {
        var pause = new Backoff(network.Clock);
        string refusal = "";
        for (int attempt = 0; attempt < AttemptsMax && !cancel.IsCancellationRequested; attempt++)
        {
            try
            {
                if (attempt > 0) await pause.WaitAsync(cancel);
                if (await network.Nodes.FindAsync(place.NodeId, cancel) is not { } client) return SlotAnswer.No(place, "the log has no address for it");
                StoreAck ack = await PutOnceAsync(client, place, ticket, declared, chunk, places, mayHaveSome: attempt > 0 || places.IsLive, cancel);
                progress.AddZone(place.Zone);
                return new SlotAnswer(ack, "");
            }
            catch (GrpcException failure)
            {
                refusal = Refusal.Say(failure);
                if (!Refusal.IsTransient(failure)) break;
            }
            catch (Sdk.Errors.DsdnException failure)
            {
                refusal = failure.Error.Code; // its address could not be asked for
            }
            catch (ObjectDisposedException)
            {
                refusal = "the node moved"; // its connection was closed under this call
            }
            catch (OperationCanceledException)
            {
                refusal = cancel.IsCancellationRequested ? "not in time" : "it took nothing more";
            }
        }
        return SlotAnswer.No(place, refusal);
    }

    private async Task<StoreAck> PutOnceAsync(
        ChunkClient client, ReservedPlace place, UploadTicket ticket, ChunkDeclared declared, OutgoingChunk chunk, ReservedPlaces places, bool mayHaveSome, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> content = chunk.Buffer.Part(chunk.Coding, place.Slot);
        ulong offset = 0;
        if (mayHaveSome)
        {
            var slot = new ChunkSlot(chunk.ChunkId, chunk.Coding, place.Slot, places.Generation);
            (HoldingState state, ulong length) = (await client.HasAsync([slot], cancel)).Holdings[0];
            offset = state is HoldingState.Staged or HoldingState.Stored ? (ulong)content.Length : state == HoldingState.Part && length < (ulong)content.Length ? length : 0;
        }
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stalled.CancelAfter(Stall);
        var header = new PutHeader { Ticket = UnsafeByteOperations.UnsafeWrap(ticket.Encode()), Slot = place.Slot, Offset = offset, MinSeq = places.Seq };
        ReadOnlyMemory<byte> encoded = await client.PutAsync(header, content, bytes =>
        {
            progress.AddSent(bytes);
            stalled.CancelAfter(Stall);
        }, stalled.Token);
        bool isOurs = StoreAck.TryDecode(encoded, out StoreAck? ack) == LogFault.None && ack is not null && ack.Slot == place.Slot && ack.NodeId == place.NodeId && ack.Zone == place.Zone
            && ack.TicketId == ticket.Digest(network.Chain.ChainId) && ack.HoldsFor(network.Chain.ChainId, declared);
        return isOurs && ack is not null ? ack : throw new GrpcException(GrpcStatusCode.DataLoss, "its acknowledgement is not for this chunk, or not signed by it");
    }

    private UploadTicket Sign(Hash256 agreement, Hash256 file, OutgoingChunk chunk, ReservedPlaces places)
    {
        Hash256[] nodes = new Hash256[chunk.Coding.Slots()];
        foreach (ReservedPlace place in places.Places) nodes[place.Slot] = place.NodeId;
        UploadTicket ticket = new(
            AuthorType.Account, account.Address, agreement, file, chunk.ChunkId, chunk.LengthBytes, chunk.Coding, places.Generation, chunk.Roots, nodes, network.NowMs + TicketLifeMs);
        return ticket with { Signature = account.SignDigest(ticket.Digest(network.Chain.ChainId)) };
    }

    private sealed record SlotAnswer(StoreAck? Ack, string Refusal)
    {
        public static SlotAnswer No(ReservedPlace place, string why) => new(null, $"zone {place.Zone}, node {place.NodeId.ToString()[..10]}: {why}");
    }
}
