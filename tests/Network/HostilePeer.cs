using System.Buffers;
using System.Security.Cryptography;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;

namespace Dsdn.Network.Tests;

/// <summary>Links to a node by hand and sends what no node would.</summary>
internal sealed class HostilePeer : IAsyncDisposable
{
    /// <summary>The message is written as it stands, with its gRPC header, behind one that the transport makes.</summary>
    private static readonly GrpcMarshaller<ReadOnlyMemory<byte>> Raw = new(message => message.Length, (message, output) => output.Write(message.Span), bytes => bytes.ToArray());

    private readonly TestPeer _victim;
    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly NodeCertificates _certificates;
    private readonly byte[] _linkId = RandomNumberGenerator.GetBytes(16);
    private readonly List<GrpcChannel> _channels = [];
    private readonly Dictionary<PeerLane, GrpcClientCall<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> _calls = [];

    public HostilePeer(TestPeer victim)
    {
        _victim = victim;
        _certificates = new NodeCertificates(_identity, TestPeer.Chain, TlsRole.Peer, TimeProvider.System);
    }

    public PeerId Id => _identity.Id;

    public static async Task<HostilePeer> LinkAsync(TestPeer victim)
    {
        HostilePeer peer = new(victim);
        await Task.WhenAll(peer.Open(PeerLane.Fast).ReadHeadersAsync(), peer.Open(PeerLane.Bulk).ReadHeadersAsync());
        await victim.Until(() => victim.Events.Contains($"up {peer.Id}"));
        return peer;
    }

    public GrpcClientCall<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Open(PeerLane lane)
    {
        var headers = new GrpcMetadata { { PeerService.ProtocolHeader, PeerService.ProtocolVersion } };
        headers.Add(PeerService.LinkHeader, _linkId);
        GrpcChannel channel = new(new GrpcChannelOptions("127.0.0.1", _victim.Network.Port)
        {
            Tls = _certificates.Client(_ => true), RequestBytesMax = int.MaxValue, StreamWindowBytes = 65_535,
        });
        _channels.Add(channel);
        GrpcMethod<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> method = new(GrpcMethodKind.Duplex, PeerService.Name, lane.ToString(), Raw, Raw);
        return _calls[lane] = channel.Open(method, new GrpcCallOptions(headers));
    }

    /// <summary>A payload of so many zeros.</summary>
    public void Write(PeerLane lane, int payloadBytes)
    {
        ArrayBufferWriter<byte> frame = new();
        PeerFrame.Marshaller.Write(PeerFrame.OfPayload(new byte[payloadBytes]), frame);
        Try(() => _calls[lane].Requests.WriteAsync(frame.WrittenMemory).AsTask().GetAwaiter().GetResult());
    }

    /// <summary>Bytes of the stream itself, gRPC header included.</summary>
    public void WriteRaw(PeerLane lane, byte[] bytes) =>
        Try(() => ((RequestWriter<ReadOnlyMemory<byte>>)_calls[lane].Requests).WriteRawAsync(bytes).GetAwaiter().GetResult());

    public ValueTask DisposeAsync()
    {
        foreach (GrpcClientCall<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> call in _calls.Values) call.Dispose();
        foreach (GrpcChannel channel in _channels) channel.Dispose();
        _certificates.Dispose();
        _identity.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (GrpcException)
        {
            // The victim ended the call.
        }
    }
}
