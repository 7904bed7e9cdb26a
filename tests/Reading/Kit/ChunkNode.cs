using System.Collections.Concurrent;
using System.Net;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Reading.Locating;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.Reading.Tests.Kit;

/// <summary>What a node of a test does when it is asked.</summary>
public enum Conduct
{
    Honest,

    /// <summary>One byte of each block is another.</summary>
    Lies,

    /// <summary>The bytes of another chunk, with proofs that are right for that one.</summary>
    OtherChunk,

    /// <summary>Plain bytes without proofs, as a node of an older version.</summary>
    NoProof,

    /// <summary>The right blocks in another order.</summary>
    OutOfTurn,

    /// <summary>Goes on after the last block that was asked for.</summary>
    TooMuch,

    /// <summary>The first block, and then an end as if that were all.</summary>
    EndsEarly,

    /// <summary>The first block, and then a broken call.</summary>
    Breaks,

    Refuses,

    /// <summary>Nothing, until the test lets it.</summary>
    Hangs,
}

/// <summary>A storage node of a test: the real wire, chunks in memory, and the conduct it is told.</summary>
internal sealed class ChunkNode : IAsyncDisposable
{
    public static readonly ChainIdentity Chain = new(17847, Dsdn.Chain.Crypto.Keccak.Hash("reads of a test"u8));

    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly TlsKey _key = TlsKey.Create();
    private readonly NodeCertificates _certificates;
    private readonly GrpcServer _server;
    private readonly ConcurrentDictionary<(Hash256 Chunk, byte Slot), (byte[] Bytes, ChunkTree Tree)> _parts = [];
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously), _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _gets;

    public ChunkNode(byte number, ushort zone)
    {
        (Zone, Id) = (zone, Dsdn.Chain.Crypto.Keccak.Hash([number]));
        _certificates = new NodeCertificates(_identity, Chain, TlsRole.Service, TimeProvider.System, _key);
        _server = new GrpcServer(new GrpcServices().ServerStreaming(ChunkMethods.Get, GetAsync), new GrpcServerOptions
        {
            Tls = () => _certificates.Server(certificate => TlsBinding.Verify(certificate, Chain, TlsRole.Service, TimeProvider.System.GetUtcNow(), out _) == BindingError.None),
            StopGraceMs = 100,
        });
    }

    public Hash256 Id { get; }

    public ushort Zone { get; }

    public Conduct Conduct { get; set; }

    /// <summary>Calls so far.</summary>
    public int Gets => Volatile.Read(ref _gets);

    /// <summary>Done when it was asked for the first time.</summary>
    public Task Asked => _asked.Task;

    public ServiceAddress Address => new("127.0.0.1", _server.Port, null, _key.Fingerprint);

    public Task StartAsync() => _server.StartAsync();

    /// <summary>No longer listens.</summary>
    public Task DieAsync() => _server.StopAsync();

    public void Release() => _release.TrySetResult();

    public void Put(Hash256 chunk, byte slot, byte[] bytes)
    {
        using ChunkHasher hasher = new();
        hasher.Append(bytes);
        hasher.Finish(out ChunkTree tree);
        _parts[(chunk, slot)] = (bytes, tree);
    }

    public ReplicaLocation At(byte slot) => new(slot, Id, Zone, IsHeld: true, IsReachable: true, Address);

    public async ValueTask DisposeAsync()
    {
        Release();
        await _server.DisposeAsync();
        _certificates.Dispose();
        _key.Dispose();
        _identity.Dispose();
    }

    private async Task GetAsync(GetRequest request, GrpcWriter<GetReply> writer, GrpcServerCall call)
    {
        Interlocked.Increment(ref _gets);
        _asked.TrySetResult();
        if (Conduct == Conduct.Hangs) await _release.Task.WaitAsync(call.Cancellation);
        if (Conduct == Conduct.Refuses) throw ServiceCodes.Refuse(GrpcStatusCode.NotFound, "DSDN-E-STORE-NOT-FOUND", "not here");
        (byte[] bytes, ChunkTree tree) = Part(request);
        int first = (int)(request.Offset / ChunkTree.BlockBytes), last = (int)((request.Offset + request.Length - 1) / ChunkTree.BlockBytes);
        int[] order = [.. Enumerable.Range(first, last - first + 1)];
        if (Conduct == Conduct.OutOfTurn) Array.Reverse(order);
        if (Conduct == Conduct.TooMuch) order = [.. order, first];
        foreach (int index in order)
        {
            byte[] block = bytes.AsSpan(index * ChunkTree.BlockBytes, tree.BlockLength(index)).ToArray();
            ChunkBlock proof = tree.Prove(index, block);
            if (Conduct == Conduct.Lies) block[block.Length / 2] ^= 1;
            var reply = new GetReply { Data = UnsafeByteOperations.UnsafeWrap(block), Total = (ulong)bytes.Length, Block = (uint)index };
            if (Conduct != Conduct.NoProof) reply.Siblings.AddRange(proof.Siblings.Select(static sibling => ByteString.CopyFrom(sibling.Span)));
            else reply.Block = 0;
            await writer.WriteAsync(reply);
            if (Conduct == Conduct.EndsEarly) return;
            if (Conduct == Conduct.Breaks) throw new GrpcException(GrpcStatusCode.Unavailable, "cut");
        }
    }

    private (byte[] Bytes, ChunkTree Tree) Part(GetRequest request)
    {
        var key = (new Hash256(request.Chunk.Chunk.Span), request.Chunk.Coding == (uint)ChunkCoding.Replicas ? (byte)0 : (byte)request.Chunk.Slot);
        if (!request.WithProof || !_parts.TryGetValue(key, out (byte[] Bytes, ChunkTree Tree) part)) throw ServiceCodes.Refuse(GrpcStatusCode.NotFound, "DSDN-E-STORE-NOT-FOUND", "not here");
        if (Conduct != Conduct.OtherChunk) return part;
        byte[] other = [.. part.Bytes];
        other[0] ^= 1;
        using ChunkHasher hasher = new();
        hasher.Append(other);
        hasher.Finish(out ChunkTree tree);
        return (other, tree);
    }
}
