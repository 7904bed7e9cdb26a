using System.Globalization;
using System.Runtime.CompilerServices;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Links;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Log.Storing;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Dsdn.Storage;
using Dsdn.StorageNode.Keys;
using Dsdn.StorageNode.Storing;
using Google.Protobuf;

namespace Dsdn.StorageNode.Serving;

/// <summary>
/// Takes the bytes of a chunk for what the log has reserved or assigned to this node, and says so with its signature once they are synced (dataplane 1.16). Nothing of the chunk is kept before
/// ticket and reservation were checked; a put that was cut off goes on where it was.
/// </summary>
internal sealed class PutDesk(ChunkStore store, NodeLog log, IStoringSink storing, StorageIdentity identity, ulong chainId, ServingLimits limits, TimeProvider clock) : IDisposable
{
    private readonly Turns _turns = new(limits.Puts, limits.TurnWait);
    private readonly ConditionalWeakTable<GrpcConnection, RateLimit> _rates = [];

    public int Running => _turns.Taken;

    public async Task<PutReply> PutAsync(GrpcReader<ReceivedPut> reader, GrpcServerCall call)
    {
        TakeRate(call);
        if (!await NextAsync(reader, call) || reader.Current.Header is not { } header) throw Unreadable("a put begins with its header");
        UploadTicket ticket = ReadTicket(header);
        byte slot = (byte)header.Slot;
        await log.WaitAsync(header.MinSeq, call.Cancellation);
        PutVerdict verdict = log.Ask(state => PutRule.Judge(state, identity.Id, ticket, slot));
        if (verdict.Fault != PutFault.None) throw PutCodes.Refuse(verdict.Fault, $"chunk {ticket.ChunkId} slot {slot} generation {ticket.Generation} at batch {log.Seq}");
        ChunkPut put = new(
            new ChunkKey(ticket.ChunkId, ticket.Coding, ticket.Coding == ChunkCoding.Replicas ? (byte)0 : slot, ticket.Generation), ticket.AgreementId,
            (long)StoredKey.BytesOf(ticket.Coding, ticket.LengthBytes), ticket.RootOf(slot), verdict.IsDeclared ? ChunkStanding.Declared : ChunkStanding.Staged);
        await _turns.TakeAsync(call.Cancellation);
        try
        {
            if (IsThere(put)) Renew(put.Key);
            else await WriteAsync(put, header.Offset, reader, call);
        }
        finally
        {
            _turns.GiveBack();
        }
        storing.Look(put.Key);
        return new PutReply { Ack = UnsafeByteOperations.UnsafeWrap(Acknowledge(ticket, slot, verdict.Zone, put.Key)) };
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>Form, time, slot, signature: all that needs no log.</summary>
    private UploadTicket ReadTicket(PutHeader header)
    {
        if (header.Ticket.Length > UploadTicket.BytesMax) throw Unreadable($"a ticket has at most {UploadTicket.BytesMax} bytes");
        LogFault fault = UploadTicket.TryDecode(header.Ticket.Memory, out UploadTicket? ticket);
        if (ticket is null) throw Unreadable($"the ticket cannot be read: {fault.Code()}");
        if (header.Slot >= (uint)ticket.Coding.Slots()) throw Unreadable($"slot {header.Slot} of {ticket.Coding.Slots()}");
        if (ticket.Nodes[(int)header.Slot] != identity.Id)
            throw ServiceCodes.Refuse(GrpcStatusCode.PermissionDenied, PutCodes.OtherNode, $"the ticket names {ticket.Nodes[(int)header.Slot]} for slot {header.Slot}, this is {identity.Id}");
        ulong now = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (ticket.ValidUntilMs < now) throw ServiceCodes.Refuse(GrpcStatusCode.PermissionDenied, PutCodes.Expired, string.Create(CultureInfo.InvariantCulture, $"valid until {ticket.ValidUntilMs}, it is {now}"));
        if (StoredKey.BytesOf(ticket.Coding, ticket.LengthBytes) == 0) throw PutCodes.Refuse(new StoreVerdict(StoreFault.Length, $"{ticket.LengthBytes} bytes"));
        if (!ticket.HoldsFor(chainId)) throw ServiceCodes.Refuse(GrpcStatusCode.PermissionDenied, PutCodes.Ticket, $"{ticket.Author} did not sign it");
        return ticket;
    }

    /// <summary>Stored before: by this owner or by another, who has the same bytes.</summary>
    private bool IsThere(ChunkPut put)
    {
        if (!store.TryFind(put.Key, out StoredChunk chunk)) return false;
        if (put.Standing == ChunkStanding.Declared && chunk.Standing == ChunkStanding.Staged) return true; // the storing core declares it
        StoreVerdict opened = store.TryRead(put.Key, out ChunkReader? reader);
        using (reader)
        {
            if (reader is null) return opened.Fault is StoreFault.NotFound or StoreFault.Corrupt ? false : throw PutCodes.Refuse(opened);
            return reader.Identity.Root == put.Root ? true : throw PutCodes.Refuse(PutFault.Conflict, $"chunk {put.Key.ChunkId} is here with root {reader.Identity.Root}");
        }
    }

    /// <summary>Or it could expire before this owner declares it.</summary>
    private void Renew(ChunkKey key)
    {
        StoreVerdict renewed = store.Renew(key);
        if (!renewed.IsDone) throw PutCodes.Refuse(renewed);
    }

    private async Task WriteAsync(ChunkPut put, ulong offset, GrpcReader<ReceivedPut> reader, GrpcServerCall call)
    {
        using ChunkWriter writer = Begin(put, offset);
        while (await NextAsync(reader, call))
        {
            using ReceivedPut part = reader.Current;
            if (part.Header is not null) throw Unreadable("behind the header there are only bytes");
            if (part.Data.Length > ChunkMethods.DataBytesMax) throw Unreadable($"a message has at most {ChunkMethods.DataBytesMax} bytes of the chunk");
            StoreVerdict written = writer.Write(part.Data.Span);
            if (!written.IsDone) throw PutCodes.Refuse(written);
        }
        StoreVerdict done = writer.Complete(out _, out _);
        if (!done.IsDone) throw PutCodes.Refuse(done);
    }

    private ChunkWriter Begin(ChunkPut put, ulong offset)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            StoreVerdict begun = store.TryBegin(put, out ChunkWriter? writer);
            if (writer is null) throw PutCodes.Refuse(begun);
            if ((ulong)writer.LengthBytes == offset) return writer;
            using (writer)
            {
                if (offset != 0 || !isFirst) throw ServiceCodes.Refuse(GrpcStatusCode.OutOfRange, PutCodes.Offset, $"{writer.LengthBytes} bytes are here, the put begins at {offset}");
                writer.Abandon();
            }
        }
    }

    /// <summary>The same one however often it is asked for: what is said is when the bytes were stored.</summary>
    private byte[] Acknowledge(UploadTicket ticket, byte slot, ushort zone, ChunkKey key)
    {
        StoreVerdict opened = store.TryRead(key, out ChunkReader? reader);
        if (reader is null) throw PutCodes.Refuse(opened);
        ulong storedMs;
        using (reader) storedMs = reader.StoredMs;
        ChunkDeclared declared = new(ticket.AgreementId, ticket.FileId, ticket.ChunkId, ticket.LengthBytes, ticket.Coding, ticket.Generation, ticket.Roots, []);
        StoreAck unsigned = new(slot, identity.Id, zone, ticket.Digest(chainId), storedMs, default);
        return (unsigned with { Signature = identity.Sign(StoreAck.Message(StoreAck.Id(chainId, declared, unsigned))) }).Encode();
    }

    /// <summary>The next message; who says nothing for long is sent away, and what came is kept.</summary>
    private async Task<bool> NextAsync(GrpcReader<ReceivedPut> reader, GrpcServerCall call)
    {
        ValueTask<bool> next = reader.MoveNextAsync();
        if (next.IsCompleted) return await next;
        Task<bool> waiting = next.AsTask();
        try
        {
            return await waiting.WaitAsync(limits.Idle, clock, call.Cancellation);
        }
        catch (TimeoutException)
        {
            _ = waiting.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
            throw ServiceCodes.Refuse(GrpcStatusCode.DeadlineExceeded, PutCodes.Idle, string.Create(CultureInfo.InvariantCulture, $"nothing came for {limits.Idle.TotalSeconds} s; go on from what Has says"));
        }
    }

    private void TakeRate(GrpcServerCall call)
    {
        RateLimit limit = _rates.GetValue(call.Connection, _ => new RateLimit(limits.PutsPerSecond, clock));
        lock (limit)
        {
            if (limit.Take(1) > TimeSpan.Zero) throw ServiceCodes.Refuse(GrpcStatusCode.ResourceExhausted, ServiceCodes.Rate, $"more than {limits.PutsPerSecond} puts a second on one connection");
        }
    }

    private static GrpcException Unreadable(string detail) => ServiceCodes.Refuse(GrpcStatusCode.InvalidArgument, ServiceCodes.Request, detail);
}
