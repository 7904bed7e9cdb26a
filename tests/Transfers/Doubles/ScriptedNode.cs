using System.Net.Security;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.Transfers.Tests.Doubles;

/// <summary>A storage node for tests, over real gRPC and TLS: checks tickets and hashes as a node does, keeps bytes in memory, and fails as it is told to.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private readonly NodeIdentity _identity;
    private readonly NodeCertificates _certificates;
    private readonly ChainIdentity _chain;
    private readonly GrpcServer _server;
    private readonly Lock _lock = new();
    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<byte[], ChunkTree> _trees = [];

    public ScriptedNode(ChainIdentity chain, ushort zone)
    {
        (_chain, Zone, _identity) = (chain, zone, new NodeIdentity(_seed));
        _certificates = new NodeCertificates(_identity, chain, TlsRole.Service, TimeProvider.System);
        GrpcServices services = new GrpcServices().ClientStreaming(ChunkMethods.Put, PutAsync).ServerStreaming(ChunkMethods.Get, GetAsync).Unary(ChunkMethods.Has, (request, _) => Task.FromResult(HasOf(request)));
        _server = new GrpcServer(services, new GrpcServerOptions { Tls = Tls, RequestBytesMax = ChunkMethods.MessageBytesMax, ResponseBytesMax = ChunkMethods.MessageBytesMax, StopGraceMs = 100 });
    }

    public Hash256 Id => _identity.Id.Key;

    public ushort Zone { get; }

    /// <summary>Of its TLS key, as it stands on the chain.</summary>
    public byte[] Fingerprint => SHA256.HashData(_certificates.Current.TargetCertificate.PublicKey.ExportSubjectPublicKeyInfo());

    public int Port => _server.Port;

    public bool IsDown { get; set; }

    /// <summary>Refuses every put with this code.</summary>
    public string? Refuses { get; set; }

    /// <summary>Ends a put after so many bytes, so many times.</summary>
    public (int Bytes, int Times) Breaks { get; set; }

    /// <summary>Changes what it gives.</summary>
    public Func<byte[], byte[]> Gives { get; set; } = static bytes => bytes;

    /// <summary>Told of each chunk that is whole.</summary>
    public Action<Hash256>? Stored { get; set; }

    public Dictionary<(Hash256 Chunk, uint Slot), byte[]> Chunks { get; } = [];

    public Dictionary<(Hash256 Chunk, uint Slot), byte[]> Parts { get; } = [];

    public int Gets { get; private set; }

    public int PutBytes { get; private set; }

    public Task StartAsync() => _server.StartAsync();

    public async Task StopAsync()
    {
        IsDown = true;
        await _server.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
        _identity.Dispose();
    }

    private SslServerAuthenticationOptions Tls() => _certificates.Server(certificate => TlsBinding.Verify(certificate, _chain, TlsRole.Service, TimeProvider.System.GetUtcNow(), out _) == BindingError.None);

    private async Task<PutReply> PutAsync(GrpcReader<PutRequest> reader, GrpcServerCall call)
    {
        if (!await reader.MoveNextAsync(call.Cancellation)) throw Refuse("DSDN-E-SERVICE-REQUEST");
        PutHeader header = reader.Current.Header;
        if (Refuses is { } code) throw Refuse(code);
        if (UploadTicket.TryDecode(header.Ticket.Memory, out UploadTicket? ticket) != LogFault.None || ticket is null || !ticket.HoldsFor(_chain.ChainId) || ticket.Nodes[(int)header.Slot] != Id) throw Refuse("DSDN-E-STORAGE-TICKET");
        (Hash256, uint) key = (ticket.ChunkId, header.Slot);
        using var bytes = new MemoryStream();
        lock (_lock)
        {
            byte[] before = Chunks.GetValueOrDefault(key) ?? Parts.GetValueOrDefault(key) ?? [];
            if (header.Offset > (ulong)before.Length) throw Refuse("DSDN-E-SERVICE-REQUEST");
            bytes.Write(before, 0, (int)header.Offset);
        }
        int received = 0;
        while (await reader.MoveNextAsync(call.Cancellation))
        {
            bytes.Write(reader.Current.Data.Span);
            received += reader.Current.Data.Length;
            PutBytes += reader.Current.Data.Length;
            if (Breaks.Times > 0 && received >= Breaks.Bytes)
            {
                Breaks = (Breaks.Bytes, Breaks.Times - 1);
                lock (_lock) Parts[key] = bytes.ToArray();
                throw new GrpcException(GrpcStatusCode.Unavailable, "the node goes away");
            }
        }
        byte[] whole = bytes.ToArray();
        if (whole.Length == 0 || ChunkHasher.Of(whole).Root != ticket.RootOf((byte)header.Slot)) throw Refuse("DSDN-E-STORAGE-HASH");
        lock (_lock) Chunks[key] = whole;
        Stored?.Invoke(ticket.ChunkId);
        return new PutReply { Ack = ByteString.CopyFrom(Acknowledge(ticket, (byte)header.Slot).Encode()) };
    }

    private StoreAck Acknowledge(UploadTicket ticket, byte slot)
    {
        ChunkDeclared declared = new(ticket.AgreementId, ticket.FileId, ticket.ChunkId, ticket.LengthBytes, ticket.Coding, ticket.Generation, ticket.Roots, []);
        StoreAck ack = new(slot, Id, Zone, ticket.Digest(_chain.ChainId), (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), new byte[Ed25519.SignatureSize]);
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(StoreAck.Message(StoreAck.Id(_chain.ChainId, declared, ack)), _seed, signature);
        return ack with { Signature = signature };
    }

    private async Task GetAsync(GetRequest request, GrpcWriter<GetReply> writer, GrpcServerCall call)
    {
        byte[]? content;
        lock (_lock)
        {
            Gets++;
            content = Chunks.GetValueOrDefault((new Hash256(request.Chunk.Chunk.Span), request.Chunk.Slot));
        }
        if (content is null) throw Refuse("DSDN-E-STORAGE-MISSING");
        content = Gives(content);
        if (content.Length == 0) return;
        int end = request.Length == 0 ? content.Length : (int)Math.Min((ulong)content.Length, request.Offset + request.Length);
        if (!request.WithProof)
        {
            for (int at = (int)request.Offset; at < end; at += ChunkMethods.DataBytesMax)
                await writer.WriteAsync(new GetReply { Data = ByteString.CopyFrom(content, at, Math.Min(ChunkMethods.DataBytesMax, end - at)), Total = (ulong)content.Length });
            return;
        }
        ChunkTree tree = _trees.GetValue(content, static bytes =>
        {
            using var hasher = new ChunkHasher();
            hasher.Append(bytes);
            hasher.Finish(out ChunkTree made);
            return made;
        });
        for (int block = (int)request.Offset / ChunkTree.BlockBytes; block * ChunkTree.BlockBytes < end; block++)
        {
            ChunkBlock proof = tree.Prove(block, content.AsMemory(block * ChunkTree.BlockBytes, tree.BlockLength(block)));
            var reply = new GetReply { Data = ByteString.CopyFrom(proof.Content.Span), Total = (ulong)content.Length, Block = proof.Index };
            reply.Siblings.AddRange(proof.Siblings.Select(static sibling => ByteString.CopyFrom(sibling.Span)));
            await writer.WriteAsync(reply);
        }
    }

    private HasReply HasOf(HasRequest request)
    {
        var reply = new HasReply();
        lock (_lock)
        {
            foreach (ChunkRef one in request.Chunks)
            {
                (Hash256, uint) key = (new Hash256(one.Chunk.Span), one.Slot);
                reply.Holdings.Add(Chunks.TryGetValue(key, out byte[]? whole) ? new Holding { State = 3, Length = (ulong)whole.Length }
                    : Parts.TryGetValue(key, out byte[]? part) ? new Holding { State = 1, Length = (ulong)part.Length } : new Holding());
            }
        }
        return reply;
    }

    private static GrpcException Refuse(string code) => ServiceCodes.Refuse(GrpcStatusCode.FailedPrecondition, code, "refused");
}
