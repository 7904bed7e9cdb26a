using System.Runtime.CompilerServices;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;
using Dsdn.Grpc.Trunks;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.Services.Chunks;

/// <summary>A copy or shard that a storage node may have.</summary>
public readonly record struct ChunkSlot(Hash256 ChunkId, ChunkCoding Coding, byte Slot, uint Generation)
{
    internal ChunkRef ToWire() => new() { Chunk = ByteString.CopyFrom(ChunkId.Span), Coding = (uint)Coding, Slot = Slot, Generation = Generation };
}

/// <summary>What a node has of a chunk. Numbers are those of chunks.proto.</summary>
public enum HoldingState
{
    None = 0,
    Part = 1,
    Staged = 2,
    Stored = 3,
}

/// <summary>A connection to a storage node. All fail with <see cref="GrpcException"/>: no answer, or a refusal with a code (<see cref="ServiceCodes"/>).</summary>
public sealed class ChunkClient(ServiceChannels channels, ServiceAddress address) : IDisposable
{
    /// <summary>As many transfers at once leave HTTP/2 aside; any more share its connection.</summary>
    private const int TrunksMax = 8;

    /// <summary>Ranges from here on are transfers.</summary>
    private const ulong TransferBytes = 4 * ChunkMethods.DataBytesMax;

    private static readonly GrpcCallOptions Short = new(Deadline: TimeSpan.FromSeconds(10)), Long = new(Deadline: TimeSpan.FromMinutes(1));

    private readonly GrpcChannel _channel = channels.Open(address, ChunkMethods.MessageBytesMax, ChunkMethods.MessageBytesMax, ChunkMethods.StreamWindowBytes);

    private readonly TrunkChannel _trunks = channels.OpenTrunks(address, ChunkMethods.MessageBytesMax, ChunkMethods.MessageBytesMax, TrunksMax);

    public ServiceAddress Address => address;

    public async Task<(IReadOnlyList<(HoldingState State, ulong LengthBytes)> Holdings, ulong Seq)> HasAsync(IReadOnlyList<ChunkSlot> chunks, CancellationToken cancel)
    {
        var request = new HasRequest();
        request.Chunks.AddRange(chunks.Select(static chunk => chunk.ToWire()));
        HasReply reply = await _channel.CallAsync(ChunkMethods.Has, request, Short, cancel);
        if (reply.Holdings.Count != chunks.Count) throw new GrpcException(GrpcStatusCode.Internal, "the node answered for another number of chunks");
        return ([.. reply.Holdings.Select(static holding => ((HoldingState)holding.State, holding.Length))], reply.Seq);
    }

    /// <summary>Sends the bytes of a chunk from the header's offset on.</summary>
    /// <param name="content">The whole copy or shard.</param>
    /// <param name="sent">Told after each message how many bytes of it went; null: nobody is.</param>
    /// <returns>The node's acknowledgement as it stands in an event.</returns>
    public async Task<ReadOnlyMemory<byte>> PutAsync(PutHeader header, ReadOnlyMemory<byte> content, Action<int>? sent, CancellationToken cancel)
    {
        using TrunkCall<PutRequest, PutReply>? trunk = await _trunks.TryOpenAsync(ChunkMethods.Put, cancel);
        if (trunk is not null) return (await PutAsync(trunk, header, content, sent)).Ack.Memory;
        await using GrpcClientCall<PutRequest, PutReply> call = _channel.Open(ChunkMethods.Put, null, cancel);
        try
        {
            await call.Requests.WriteAsync(new PutRequest { Header = header });
            for (int at = checked((int)header.Offset); at < content.Length;)
            {
                int count = Math.Min(ChunkMethods.DataBytesMax, content.Length - at);
                await call.Requests.WriteAsync(new PutRequest { Data = UnsafeByteOperations.UnsafeWrap(content.Slice(at, count)) });
                at += count;
                sent?.Invoke(count);
            }
            await call.Requests.CompleteAsync();
        }
        catch (GrpcException)
        {
            // The node may have refused before it read all: its answer says why.
        }
        return (await call.ReadSingleAsync(cancel)).Ack.Memory;
    }

    /// <summary>Bytes of a range in order, not checked: that is for whoever knows the hash. Each piece is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> GetAsync(ChunkSlot chunk, ulong offset, ulong length, ulong minSeq, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new GetRequest { Chunk = chunk.ToWire(), Offset = offset, Length = length, MinSeq = minSeq };
        await foreach (ReceivedReply part in RepliesAsync(request, cancel))
        {
            using (part) yield return part.Data;
        }
    }

    /// <summary>The node's answers to an audit as it signed them, not checked.</summary>
    /// <param name="bytesMax">Of all answers; a node that sends more is cut off.</param>
    public async Task<byte[]> AuditAsync(ulong epoch, ulong minSeq, int bytesMax, CancellationToken cancel)
    {
        using MemoryStream sheet = new();
        await foreach (AuditReply part in _channel.StreamAsync(ChunkMethods.Audit, new AuditRequest { Epoch = epoch, MinSeq = minSeq }, Long, cancel))
        {
            if (sheet.Length + part.Data.Length > bytesMax) throw new GrpcException(GrpcStatusCode.ResourceExhausted, "the answers are longer than any can be");
            sheet.Write(part.Data.Span);
        }
        return sheet.ToArray();
    }

    /// <summary>
    /// The blocks of 64 KiB that hold a range, in order, each with its proof; not checked. The node answers with what it likes: whoever reads stops at what is wrong. A block is valid until the next
    /// is asked for.
    /// </summary>
    public async IAsyncEnumerable<ChunkBlock> GetBlocksAsync(ChunkSlot chunk, ulong offset, ulong length, ulong minSeq, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new GetRequest { Chunk = chunk.ToWire(), Offset = offset, Length = length, MinSeq = minSeq, WithProof = true };
        await foreach (ReceivedReply part in RepliesAsync(request, cancel))
        {
            using (part)
            {
                if (part.Siblings.Count > ChunkBlock.SiblingsMax) throw new GrpcException(GrpcStatusCode.Internal, "the node answered with what is no proof");
                yield return new ChunkBlock(part.Block, part.Data, part.Siblings);
            }
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _trunks.Dispose();
    }

    private static async Task<PutReply> PutAsync(TrunkCall<PutRequest, PutReply> call, PutHeader header, ReadOnlyMemory<byte> content, Action<int>? sent)
    {
        Task<PutReply> answer = call.ReadSingleAsync();
        try
        {
            call.Buffer(new PutRequest { Header = header });
            for (int at = checked((int)header.Offset); at < content.Length && !answer.IsCompleted;)
            {
                int count = Math.Min(ChunkMethods.DataBytesMax, content.Length - at);
                call.Buffer(new PutRequest { Data = UnsafeByteOperations.UnsafeWrap(content.Slice(at, count)) });
                await call.FlushAsync();
                at += count;
                sent?.Invoke(count);
            }
            if (!answer.IsCompleted) await call.CompleteAsync();
        }
        catch (GrpcException)
        {
            // The node may have refused before it read all: its answer says why.
        }
        catch (OperationCanceledException)
        {
            // So does the answer.
        }
        return await answer;
    }

    private async IAsyncEnumerable<ReceivedReply> RepliesAsync(GetRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        using TrunkCall<GetRequest, ReceivedReply>? trunk = request.Length is 0 or >= TransferBytes ? await _trunks.TryOpenAsync(ChunkMethods.TakeGet, cancel) : null;
        if (trunk is null)
        {
            await foreach (ReceivedReply reply in _channel.StreamAsync(ChunkMethods.TakeGet, request, cancellation: cancel)) yield return reply;
            yield break;
        }
        trunk.Buffer(request);
        await trunk.CompleteAsync();
        while (await trunk.MoveNextAsync()) yield return trunk.Current;
    }
}
