using System.Security.Cryptography;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Reading.Locating;
using Dsdn.Services;

namespace Dsdn.Reading.Tests.Kit;

/// <summary>Nodes, chunks on them, and a fetcher that reads them.</summary>
internal sealed class ReadRig : IAsyncDisposable
{
    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly ServiceChannels _channels;

    private ReadRig(ReadOptions options, IReadOnlyList<ChunkNode> nodes)
    {
        _channels = new ServiceChannels(_identity, ChunkNode.Chain, TlsRole.Service, TimeProvider.System);
        (Nodes, Fetcher) = (nodes, new ChunkFetcher(_channels, options, TimeProvider.System));
    }

    /// <summary>Short hedges are for tests about them; elsewhere a slow machine must not ask twice.</summary>
    public static readonly ReadOptions Calm = new() { HedgeMs = 60_000, HedgeMsMin = 60_000, HedgeMsMax = 60_000, AttemptMs = 60_000 };

    public IReadOnlyList<ChunkNode> Nodes { get; }

    public ChunkFetcher Fetcher { get; }

    public static async Task<ReadRig> StartAsync(int nodes, ReadOptions? options = null)
    {
        ChunkNode[] all = [.. Enumerable.Range(0, nodes).Select(static i => new ChunkNode((byte)i, (ushort)(i + 1)))];
        foreach (ChunkNode node in all) await node.StartAsync();
        return new ReadRig(options ?? Calm, all);
    }

    /// <summary>A chunk of bytes that follow from a seed, on the first three nodes.</summary>
    public ChunkLocation Copies(int bytes, int seed = 1) => Copies(Content(bytes, seed));

    public ChunkLocation Copies(byte[] content)
    {
        ChunkIdentity identity = ChunkHasher.Of(content);
        List<ReplicaLocation> replicas = [];
        for (byte slot = 0; slot < 3 && slot < Nodes.Count; slot++)
        {
            Nodes[slot].Put(identity.Digest, 0, content);
            replicas.Add(Nodes[slot].At(slot));
        }
        return new ChunkLocation(identity.Digest, (ulong)content.Length, ChunkCoding.Replicas, 0, [identity.Root], replicas);
    }

    /// <summary>A chunk in nine shards, one a node.</summary>
    /// <param name="spoil">Changes shards after they were encoded and before their roots are made: what a wrong encoder does.</param>
    public ChunkLocation Shards(byte[] content, Action<byte[][]>? spoil = null)
    {
        int shardBytes = ReedSolomon.ShardBytes(content.Length);
        byte[][] shards = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(_ => new byte[shardBytes])];
        for (int i = 0; i < ReedSolomon.DataShards; i++)
        {
            int from = Math.Min(content.Length, i * shardBytes);
            content.AsSpan(from, Math.Min(shardBytes, content.Length - from)).CopyTo(shards[i]);
        }
        ReedSolomon.Encode([.. shards.Take(ReedSolomon.DataShards).Select(static shard => (ReadOnlyMemory<byte>)shard)], [.. shards.Skip(ReedSolomon.DataShards).Select(static shard => shard.AsMemory())]);
        spoil?.Invoke(shards);
        var id = new Hash256(SHA256.HashData(content));
        List<ReplicaLocation> replicas = [];
        for (byte slot = 0; slot < shards.Length; slot++)
        {
            Nodes[slot].Put(id, slot, shards[slot]);
            replicas.Add(Nodes[slot].At(slot));
        }
        return new ChunkLocation(id, (ulong)content.Length, ChunkCoding.ReedSolomon, 0, [.. shards.Select(static shard => ChunkRoot.Of(shard))], replicas);
    }

    public static byte[] Content(int bytes, int seed = 1)
    {
        byte[] content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    public async ValueTask DisposeAsync()
    {
        Fetcher.Dispose();
        _channels.Dispose();
        _identity.Dispose();
        foreach (ChunkNode node in Nodes) await node.DisposeAsync();
    }
}
