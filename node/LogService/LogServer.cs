using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Node.Queries;
using Dsdn.Services.Batches;
using Dsdn.Services.Batches.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.LogService;

/// <summary>
/// Serves a log over mutual TLS to whoever belongs to the chain: what it hands out proves itself, and what it is handed is signed. Its identity is the
/// node key's (<see cref="TlsBinding"/>).
/// </summary>
public sealed class LogServer : IAsyncDisposable
{
    private const int Ed25519KeyBytes = 32;

    /// <summary>Of one connection: each costs a signature check or more.</summary>
    private const int SubmitsPerSecond = 200, AttestationsPerSecond = 1_000, AnswersPerSecond = 20;
    private const int ConnectionsPerAddress = 64;

    private readonly ILogHost _host;
    private readonly NodeIdentity _identity;
    private readonly ChainIdentity _chain;
    private readonly TimeProvider _clock;
    private readonly NodeCertificates _certificates;
    private readonly GrpcServer _server;
    private readonly IpLimit _addresses = new(ConnectionsPerAddress);
    private readonly ConditionalWeakTable<GrpcConnection, RateLimit> _submits = [], _attestations = [], _answers = [];

    /// <param name="identity">Disposed with this.</param>
    /// <param name="port">0: any free one.</param>
    /// <param name="view">What is said of chunks and agreements (<see cref="PlacementService"/>); null: nothing is.</param>
    public LogServer(ILogHost host, NodeIdentity identity, ChainIdentity chain, IPAddress address, int port, TimeProvider clock, ILoggerFactory logs, ILogView? view = null)
    {
        (_host, _identity, _chain, _clock) = (host, identity, chain, clock);
        _certificates = new NodeCertificates(identity, chain, TlsRole.Coordinator, clock);
        GrpcServices services = new GrpcServices()
            .Unary(LogMethods.Status, (_, call) => Answer(call, Status))
            .ServerStreaming(LogMethods.Follow, FollowAsync)
            .Unary(LogMethods.Submit, SubmitAsync)
            .Unary(LogMethods.Attest, AttestAsync)
            .ServerStreaming(LogMethods.Answers, AnswersAsync)
            .Unary(LogMethods.Places, (request, call) => Answer(call, () => Places(request)));
        if (view is not null) new PlacementService(view, chain, TlsRole.Coordinator, clock).Register(services);
        _server = new GrpcServer(services, new GrpcServerOptions
        {
            Address = address,
            Port = port,
            Tls = () => _certificates.Server(IsOfThisChain),
            RequestBytesMax = LogMethods.RequestBytesMax,
            ResponseBytesMax = LogMethods.BatchBytesMax,
            CallsPerConnectionMax = 32,
            Admit = _addresses.TryEnter,
            StopGraceMs = 500,
        }, logs);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port => _server.Port;

    /// <exception cref="IOException">the address is taken</exception>
    public Task StartAsync(CancellationToken cancellation = default) => _server.StartAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
        _identity.Dispose();
    }

    /// <summary>Inside the handshake: a node of another chain gets no further.</summary>
    private bool IsOfThisChain(X509Certificate2? certificate) =>
        TlsBinding.Verify(certificate, _chain, TlsRole.Coordinator, _clock.GetUtcNow(), out _) == BindingError.None;

    /// <summary>Again for each call: a connection may outlive its certificate.</summary>
    private void CheckCaller(GrpcServerCall call)
    {
        if (!IsOfThisChain(call.Connection.ClientCertificate)) throw new GrpcException(GrpcStatusCode.Unauthenticated, "the certificate is no longer valid");
    }

    private Task<T> Answer<T>(GrpcServerCall call, Func<T> answer)
    {
        CheckCaller(call);
        return Task.FromResult(answer());
    }

    private StatusReply Status()
    {
        LogHostStatus status = _host.Status;
        return new StatusReply
        {
            ChainId = status.ChainId, LogId = Bytes(status.LogId), Seq = status.Seq, CoreHash = Bytes(status.CoreHash), OldestSeq = status.OldestSeq, Mode = status.Mode,
        };
    }

    private async Task FollowAsync(FollowRequest request, GrpcWriter<Batch> writer, GrpcServerCall call)
    {
        CheckCaller(call);
        ulong seq = Math.Max(1, request.FromSeq);
        if (seq < _host.Status.OldestSeq) throw Refuse(GrpcStatusCode.OutOfRange, "DSDN-E-LOG-PRUNED", $"batches below {_host.Status.OldestSeq} are not served here");
        while (!call.Cancellation.IsCancellationRequested)
        {
            if (_host.Read(seq) is { } envelope)
            {
                await writer.WriteAsync(new Batch { Seq = seq, Envelope = UnsafeByteOperations.UnsafeWrap(envelope) });
                seq++;
            }
            else
            {
                await _host.WaitAsync(seq, call.Cancellation);
            }
        }
    }

    private async Task<SubmitReply> SubmitAsync(SubmitRequest request, GrpcServerCall call)
    {
        CheckCaller(call);
        Take(_submits, SubmitsPerSecond, call, 1);
        SubmitVerdict verdict = await _host.SubmitAsync(request.Event.ToByteArray());
        if (verdict.Code is { } code) throw Refuse(GrpcStatusCode.FailedPrecondition, code, verdict.Detail);
        return new SubmitReply { EventId = Bytes(verdict.EventId), Seq = verdict.Seq };
    }

    private async Task<AttestReply> AttestAsync(AttestRequest request, GrpcServerCall call)
    {
        CheckCaller(call);
        if (request.PublicKey.Length != Ed25519KeyBytes || request.Attestations.Count > LogMethods.AttestationsMax || request.Attestations.Any(static item => item.Signature.Length != Ed25519.SignatureSize))
            throw Refuse(GrpcStatusCode.InvalidArgument, "DSDN-E-LOG-REQUEST", $"a key of {Ed25519KeyBytes} bytes and at most {LogMethods.AttestationsMax} signatures of {Ed25519.SignatureSize} are expected");
        Take(_attestations, AttestationsPerSecond, call, request.Attestations.Count);
        BatchAttestation[] items = [.. request.Attestations.Select(static item => new BatchAttestation(item.Seq, item.Signature.Memory, item.AnchorSignature.Memory))];
        var reply = new AttestReply();
        reply.Refusals.AddRange((await _host.AttestAsync(request.PublicKey.Memory, items)).Select(static code => code ?? ""));
        return reply;
    }

    private PlacesReply Places(PlacesRequest request)
    {
        if (request.Count > LogMethods.PlacesMax) throw Refuse(GrpcStatusCode.InvalidArgument, "DSDN-E-LOG-REQUEST", $"at most {LogMethods.PlacesMax} places at once");
        ulong first = Math.Max(1, request.FromSeq), last = _host.Status.Seq;
        var reply = new PlacesReply();
        for (ulong seq = first; seq <= last && seq - first < request.Count; seq++)
        {
            BatchPlace place = _host.Place(seq);
            var wire = new Place { Seq = seq, Certificate = UnsafeByteOperations.UnsafeWrap(place.Certificate) };
            wire.Pointers.AddRange(place.Pointers.Select(static pointer => ByteString.CopyFrom(DaPointerCodec.Encode(pointer))));
            reply.Places.Add(wire);
        }
        return reply;
    }

    private async Task AnswersAsync(AnswersRequest request, GrpcWriter<AnswersReply> writer, GrpcServerCall call)
    {
        CheckCaller(call);
        if (request.Root.Length != Hash256.Size) throw Refuse(GrpcStatusCode.InvalidArgument, "DSDN-E-LOG-REQUEST", $"a root has {Hash256.Size} bytes");
        Take(_answers, AnswersPerSecond, call, 1);
        ReadOnlyMemory<byte> sheet = _host.Answers(request.Audit, new Hash256(request.Root.Span))
            ?? throw Refuse(GrpcStatusCode.NotFound, LogMethods.AnswersGone, $"no answers of audit {request.Audit} with this root are kept here");
        for (int at = 0; at < sheet.Length; at += LogMethods.AnswersDataBytesMax)
            await writer.WriteAsync(new AnswersReply { Data = UnsafeByteOperations.UnsafeWrap(sheet.Slice(at, Math.Min(LogMethods.AnswersDataBytesMax, sheet.Length - at))) });
    }

    private void Take(ConditionalWeakTable<GrpcConnection, RateLimit> limits, int perSecond, GrpcServerCall call, int count)
    {
        RateLimit limit = limits.GetValue(call.Connection, _ => new RateLimit(perSecond, _clock));
        lock (limit)
        {
            if (limit.Take(count) > TimeSpan.Zero) throw Refuse(GrpcStatusCode.ResourceExhausted, "DSDN-E-LOG-RATE", $"more than {perSecond} a second on one connection; slow down");
        }
    }

    private static GrpcException Refuse(GrpcStatusCode status, string code, string detail) =>
        new(new GrpcStatus(status, detail), new GrpcMetadata { { LogMethods.CodeTrailer, code } });

    private static ByteString Bytes(in Hash256 hash) => ByteString.CopyFrom(hash.Span);
}
