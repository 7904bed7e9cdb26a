using System.Buffers;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Dsdn.Storage;
using Dsdn.StorageNode.Storing;
using Google.Protobuf;

namespace Dsdn.StorageNode.Serving;

/// <summary>Hands out what is stored here to whoever names it by its hash; every block was checked before it leaves (rulings 41).</summary>
internal sealed class GetDesk(ChunkStore store, NodeLog log, IStoringSink storing, ServingLimits limits, TimeProvider clock) : IDisposable
{
    private readonly Turns _turns = new(limits.Gets, limits.TurnWait);

    public int Running => _turns.Taken;

    public async Task GetAsync(GetRequest request, GrpcWriter<GetReply> writer, GrpcServerCall call)
    {
        ChunkKey key = KeyOf(request.Chunk);
        // Only who does not find it here cares how far this node has followed.
        if (!store.TryFind(key, out _)) await log.WaitAsync(request.MinSeq, call.Cancellation);
        await _turns.TakeAsync(call.Cancellation);
        try
        {
            await SendAsync(key, request, writer, call);
        }
        finally
        {
            _turns.GiveBack();
        }
    }

    public HasReply Has(HasRequest request)
    {
        if (request.Chunks.Count > ChunkMethods.RefsMax) throw ServiceCodes.Refuse(GrpcStatusCode.InvalidArgument, ServiceCodes.Request, $"at most {ChunkMethods.RefsMax} chunks at once");
        var reply = new HasReply { Seq = log.Seq };
        foreach (ChunkRef chunk in request.Chunks) reply.Holdings.Add(Look(KeyOf(chunk)));
        return reply;
    }

    public void Dispose() => _turns.Dispose();

    private Holding Look(ChunkKey key)
    {
        if (store.TryFind(key, out StoredChunk found)) return new Holding { State = (uint)(found.Standing == ChunkStanding.Staged ? HoldingState.Staged : HoldingState.Stored) };
        long part = store.Resumable(key);
        return new Holding { State = (uint)(part > 0 ? HoldingState.Part : HoldingState.None), Length = (ulong)part };
    }

    private async Task SendAsync(ChunkKey key, GetRequest request, GrpcWriter<GetReply> writer, GrpcServerCall call)
    {
        StoreVerdict opened = store.TryRead(key, out ChunkReader? reader);
        if (reader is null) throw Refuse(key, opened);
        using (reader)
        {
            ulong total = (ulong)reader.LengthBytes;
            if (request.Offset > total || request.Length > total - request.Offset) throw PutCodes.Refuse(new StoreVerdict(StoreFault.Range, $"{request.Offset} + {request.Length} of {total} bytes"));
            ulong at = request.Offset, end = request.Length == 0 ? total : request.Offset + request.Length;
            reader.Expect((long)(end - at));
            if (request.WithProof)
            {
                await SendBlocksAsync(key, reader, at, end, writer, call);
                return;
            }
            byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(end - at, ChunkMethods.DataBytesMax));
            try
            {
                for (bool isFirst = true; isFirst || at < end; isFirst = false)
                {
                    // On the borders of blocks, so that each is checked once.
                    int count = (int)Math.Min(end - at, (ulong)ChunkMethods.DataBytesMax - (at % ChunkMethods.DataBytesMax));
                    StoreVerdict read = reader.Read((long)at, buffer.AsSpan(0, count));
                    if (!read.IsDone) throw Refuse(key, read);
                    writer.Buffer(new GetReply { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)), Total = isFirst ? total : 0 });
                    at += (ulong)count;
                    await FlushAsync(writer, call);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Whole blocks, each with what leads from it to the root.</summary>
    private async Task SendBlocksAsync(ChunkKey key, ChunkReader reader, ulong at, ulong end, GrpcWriter<GetReply> writer, GrpcServerCall call)
    {
        uint first = (uint)(at / ChunkMethods.DataBytesMax), last = (uint)((Math.Max(at + 1, end) - 1) / ChunkMethods.DataBytesMax);
        for (uint index = first; index <= last; index++)
        {
            StoreVerdict proven = reader.ProveBlock(index, out ChunkBlock? block);
            if (block is null) throw Refuse(key, proven);
            var reply = new GetReply { Data = UnsafeByteOperations.UnsafeWrap(block.Content), Block = index, Total = index == first ? (ulong)reader.LengthBytes : 0 };
            reply.Siblings.AddRange(block.Siblings.Select(static sibling => ByteString.CopyFrom(sibling.Span)));
            writer.Buffer(reply);
            await FlushAsync(writer, call);
        }
    }

    /// <summary>A reader that takes nothing gives its turn to others.</summary>
    private async Task FlushAsync(GrpcWriter<GetReply> writer, GrpcServerCall call)
    {
        ValueTask flushing = writer.FlushAsync(call.Cancellation);
        if (flushing.IsCompleted)
        {
            await flushing;
            return;
        }
        Task waiting = flushing.AsTask();
        try
        {
            await waiting.WaitAsync(limits.Idle, clock, call.Cancellation);
        }
        catch (TimeoutException)
        {
            call.Connection.Abort("a reader that does not read");
            throw ServiceCodes.Refuse(GrpcStatusCode.DeadlineExceeded, PutCodes.Idle, "nothing was taken for too long");
        }
    }

    private GrpcException Refuse(ChunkKey key, StoreVerdict verdict)
    {
        if (verdict.Fault is StoreFault.Corrupt) storing.Look(key);
        return PutCodes.Refuse(verdict);
    }

    private static ChunkKey KeyOf(ChunkRef? chunk)
    {
        if (chunk is null || chunk.Chunk.Length != Hash256.Size || chunk.Coding > (uint)ChunkCoding.ReedSolomon || chunk.Slot >= (uint)((ChunkCoding)chunk.Coding).Slots())
            throw ServiceCodes.Refuse(GrpcStatusCode.InvalidArgument, ServiceCodes.Request, "an id of 32 bytes, a coding and one of its slots are expected");
        ChunkCoding coding = (ChunkCoding)chunk.Coding;
        return new ChunkKey(new Hash256(chunk.Chunk.Span), coding, coding == ChunkCoding.Replicas ? (byte)0 : (byte)chunk.Slot, chunk.Generation);
    }
}
