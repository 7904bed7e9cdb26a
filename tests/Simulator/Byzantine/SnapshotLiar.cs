using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Consensus.Peers;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Byzantine;

/// <summary>Tells a node that syncs its state of snapshots that nobody has, or that hold another state, and sends wrong chunks, light blocks and heights.</summary>
internal sealed class SnapshotLiar : Behaviour
{
    /// <summary>By the hash of the forged manifest: that of the true one, and the chunk that replaces its first.</summary>
    private readonly SortedDictionary<Hash256, (Hash256 True, byte[] Chunk)> _forged = [];

    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is PeerMessage.SnapshotChunk wanted && _forged.TryGetValue(wanted.ManifestHash, out (Hash256 True, byte[] Chunk) forged))
        {
            Count(Fault.WrongChunk);
            return [new WireMessage(wanted with { Bytes = wanted.Index == 0 ? forged.Chunk : Machine.Snapshots.ReadChunk(forged.True, wanted.Index) })];
        }
        if (Random.OneIn(3) || (message is PeerMessage.Snapshots && Random.OneIn(2))) return [wire]; // who lies about everything is asked for nothing
        return message switch
        {
            PeerMessage.Snapshots { Manifests.Count: > 0 } offer => [new WireMessage(new PeerMessage.Snapshots([.. offer.Manifests.Select(Manifest)]))],
            PeerMessage.SnapshotChunk { Bytes.IsEmpty: false } chunk => [Chunk(chunk)],
            PeerMessage.LightBlockReply { Encoded.IsEmpty: false } reply => [new WireMessage(LightBlock(reply))],
            PeerMessage.Status status when Random.OneIn(8) => [Status(status)],
            _ => [wire],
        };
    }

    private ReadOnlyMemory<byte> Manifest(ReadOnlyMemory<byte> encoded)
    {
        if (!SnapshotManifest.TryDecode(encoded.Span, out SnapshotManifest? manifest)) return encoded;
        Count(Fault.WrongManifest);
        switch (Random.Below(5))
        {
            case 0: return Spoil(encoded);
            case 1: return (manifest with { Height = manifest.Height + (ulong)Random.Between(1, 1_000) }).Encode();
            case 2: return (manifest with { StateRoot = new Hash256(Random.Bytes(Hash256.Size)) }).Encode();
            case 3: return (manifest with { Chunks = [.. manifest.Chunks, .. manifest.Chunks] }).Encode();
            default:
                byte[] first = Machine.Snapshots.ReadChunk(manifest.Hash, 0);
                if (first.Length == 0) return encoded;
                first = [.. first];
                first[^1] ^= 1;
                SnapshotManifest twin = manifest with { Chunks = [new Hash256(SHA256.HashData(first)), .. manifest.Chunks.Skip(1)] };
                _forged[twin.Hash] = (manifest.Hash, first);
                return twin.Encode();
        }
    }

    private WireMessage Chunk(PeerMessage.SnapshotChunk chunk)
    {
        Count(Fault.WrongChunk);
        return new WireMessage(chunk with { Bytes = Spoil(chunk.Bytes) });
    }

    private PeerMessage.LightBlockReply LightBlock(PeerMessage.LightBlockReply reply)
    {
        Count(Fault.WrongLightBlock);
        ulong other = Math.Max(1, reply.Height - 1);
        return Random.Below(3) switch
        {
            0 => reply with { Encoded = Spoil(reply.Encoded) },
            1 => reply with { Encoded = Machine.Process is { } process && Chain.LightClient.LightBlock.Read(process.Services.Blocks, other) is { } block ? block.Encode() : default },
            _ => reply with { Height = other },
        };
    }

    private WireMessage Status(PeerMessage.Status status)
    {
        Count(Fault.LyingStatus);
        return new WireMessage(status with { DecidedHeight = status.DecidedHeight + (ulong)Random.Between(1, 50) });
    }

    private byte[] Spoil(ReadOnlyMemory<byte> bytes)
    {
        byte[] spoilt = bytes.ToArray();
        spoilt[Random.Below(spoilt.Length)] ^= (byte)(1 << Random.Below(8));
        return spoilt;
    }
}
