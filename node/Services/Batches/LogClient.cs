using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;
using Dsdn.Services.Batches.Wire;
using Google.Protobuf;

namespace Dsdn.Services.Batches;

/// <summary>Where a log is served.</summary>
/// <param name="Id">The node id that must answer there; null where any of the chain may, since batches prove themselves.</param>
public sealed record LogAddress(string Host, int Port, PeerId? Id)
{
    /// <summary>[id@]host:port; null where it is none.</summary>
    public static LogAddress? Parse(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal), colon = text.LastIndexOf(':');
        PeerId? id = null;
        if (at >= 0)
        {
            string hex = text[..at];
            if (!Hash256.TryParse(hex.StartsWith("0x", StringComparison.Ordinal) ? hex : "0x" + hex, out Hash256 key)) return null;
            id = new PeerId(key);
        }
        if (colon <= at + 1 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0) return null;
        return new LogAddress(text[(at + 1)..colon].Trim('[', ']'), port, id);
    }

    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>A connection to a <see cref="LogServer"/>. One object a server; a broken connection is made again by the next call.</summary>
/// <param name="identity">Belongs to the caller.</param>
public sealed class LogClient : IDisposable
{
    private const int ConnectMs = 5_000;
    private static readonly TimeSpan DeadlineSpan = TimeSpan.FromSeconds(10);

    private readonly NodeCertificates _certificates;
    private readonly ChainIdentity _chain;
    private readonly TimeProvider _clock;
    private readonly GrpcChannel _channel;

    public LogClient(LogAddress address, NodeIdentity identity, ChainIdentity chain, TimeProvider clock)
    {
        (Address, _chain, _clock) = (address, chain, clock);
        _certificates = new NodeCertificates(identity, chain, TlsRole.Coordinator, clock);
        _channel = new GrpcChannel(new GrpcChannelOptions(address.Host, address.Port)
        {
            Tls = _certificates.Client(Check),
            ConnectTimeoutMs = ConnectMs,
            RequestBytesMax = LogMethods.RequestBytesMax,
            ResponseBytesMax = LogMethods.BatchBytesMax,
        });
    }

    public LogAddress Address { get; }

    /// <exception cref="GrpcException">no answer</exception>
    public Task<StatusReply> StatusAsync(CancellationToken cancel) => _channel.CallAsync(LogMethods.Status, new StatusRequest(), new GrpcCallOptions(Deadline: DeadlineSpan), cancel);

    /// <summary>Envelopes from a sequence number on, until the connection breaks.</summary>
    /// <exception cref="GrpcException">the connection broke, or what is asked for is not served</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> FollowAsync(ulong fromSeq, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (Batch batch in _channel.StreamAsync(LogMethods.Follow, new FollowRequest { FromSeq = fromSeq }, cancellation: cancel)) yield return batch.Envelope.Memory;
    }

    /// <summary>An event for the next batch.</summary>
    /// <exception cref="GrpcException">refused, with the code in the trailer <see cref="LogMethods.CodeTrailer"/>, or no answer</exception>
    public Task<SubmitReply> SubmitAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancel) =>
        _channel.CallAsync(LogMethods.Submit, new SubmitRequest { Event = UnsafeByteOperations.UnsafeWrap(encoded) }, new GrpcCallOptions(Deadline: DeadlineSpan), cancel);

    /// <summary>Signatures for batches that are on this validator's disk.</summary>
    /// <returns>One code a batch; empty where it was taken.</returns>
    /// <exception cref="GrpcException">no answer</exception>
    public async Task<IReadOnlyList<string>> AttestAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations, CancellationToken cancel)
    {
        var request = new AttestRequest { PublicKey = UnsafeByteOperations.UnsafeWrap(publicKey) };
        request.Attestations.AddRange(attestations.Select(static item => new Wire.Attestation
        {
            Seq = item.Seq,
            Signature = UnsafeByteOperations.UnsafeWrap(item.Signature),
            AnchorSignature = UnsafeByteOperations.UnsafeWrap(item.AnchorSignature),
        }));
        return (await _channel.CallAsync(LogMethods.Attest, request, new GrpcCallOptions(Deadline: DeadlineSpan), cancel)).Refusals;
    }

    /// <exception cref="GrpcException">no answer</exception>
    public async Task<IReadOnlyList<Place>> PlacesAsync(ulong fromSeq, int count, CancellationToken cancel) =>
        (await _channel.CallAsync(LogMethods.Places, new PlacesRequest { FromSeq = fromSeq, Count = (uint)count }, new GrpcCallOptions(Deadline: DeadlineSpan), cancel)).Places;

    /// <summary>What a node answered to an audit, not checked; null where it is not here.</summary>
    /// <param name="root">As the node posted it.</param>
    /// <param name="bytesMax">Of all of it; more is cut off.</param>
    /// <exception cref="GrpcException">no answer</exception>
    public async Task<byte[]?> AnswersAsync(ulong audit, Hash256 root, int bytesMax, CancellationToken cancel)
    {
        using MemoryStream sheet = new();
        try
        {
            var request = new AnswersRequest { Audit = audit, Root = ByteString.CopyFrom(root.Span) };
            await foreach (AnswersReply part in _channel.StreamAsync(LogMethods.Answers, request, new GrpcCallOptions(Deadline: DeadlineSpan), cancel))
            {
                if (sheet.Length + part.Data.Length > bytesMax) throw new GrpcException(GrpcStatusCode.ResourceExhausted, "the answers are longer than any can be");
                sheet.Write(part.Data.Span);
            }
        }
        catch (GrpcException e) when (e.Trailers.TryGet(LogMethods.CodeTrailer, out string? code) && code == LogMethods.AnswersGone)
        {
            return null;
        }
        return sheet.ToArray();
    }

    public void Dispose()
    {
        _channel.Dispose();
        _certificates.Dispose();
    }

    private bool Check(X509Certificate2? certificate) =>
        TlsBinding.Verify(certificate, _chain, TlsRole.Coordinator, _clock.GetUtcNow(), out TlsBinding? binding) == BindingError.None
        && (Address.Id is null || binding?.Node == Address.Id);
}
