using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Signing;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Node.Attestation;
using Dsdn.Node.RemoteSigning.Wire;
using Dsdn.Node.Validation;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.RemoteSigning;

/// <summary>
/// Answers the calls of signer.proto with a key and its record. It believes nothing that a node says: what it signs is a message
/// of its own chain for the place that the record then names, and never contradicts the record.
/// </summary>
/// <param name="attestations">Null: this signer attests nothing.</param>
internal sealed class SignerService(FileVoteSigner signer, IAttestationSigner? attestations, ChainIdentity chain, ILogger logger)
{
    private readonly Lock _lock = new();
    private bool _isRecordLost;

    /// <param name="identify">Throws where the caller is nobody that is served.</param>
    public GrpcServices Services(Action<GrpcServerCall> identify) => new GrpcServices()
        .Unary(SignerMethods.Describe, (_, call) => Answer(call, identify, Describe))
        .Unary(SignerMethods.Sign, (request, call) => Answer(call, identify, () => Sign(request)))
        .Unary(SignerMethods.ProveBeacon, (request, call) => Answer(call, identify, () => ProveBeacon(request)))
        .Unary(SignerMethods.AttestBatch, (request, call) => AnswerAsync(call, identify, () => AttestBatchAsync(request)))
        .Unary(SignerMethods.AttestAnchor, (request, call) => AnswerAsync(call, identify, () => AttestAnchorAsync(request)));

    private static Task<T> Answer<T>(GrpcServerCall call, Action<GrpcServerCall> identify, Func<T> answer)
    {
        identify(call);
        return Task.FromResult(answer());
    }

    private static Task<T> AnswerAsync<T>(GrpcServerCall call, Action<GrpcServerCall> identify, Func<Task<T>> answer)
    {
        identify(call);
        return answer();
    }

    private Description Describe()
    {
        LastSign last;
        lock (_lock) last = signer.Last;
        return new Description
        {
            ChainId = chain.ChainId,
            GenesisHash = Bytes(chain.GenesisHash.Span),
            PublicKey = Bytes(signer.PublicKey.Span),
            Height = last.Height,
            Round = last.Round,
            Step = (uint)last.Step,
            Message = Bytes(last.Message.Span),
        };
    }

    private SignReply Sign(SignRequest request)
    {
        CheckKey(request.PublicKey);
        var kind = (VoteKind)Math.Min(request.Step, byte.MaxValue);
        switch (SignBytes.Check(request.SignBytes.Span, chain.ChainId, chain.GenesisHash, kind, request.Height, request.Round))
        {
            case SignBytesFault.None: break;
            case SignBytesFault.Chain: throw Refuse(GrpcStatusCode.InvalidArgument, SignerCodes.Chain, $"the sign bytes are not of chain {chain.ChainId}");
            case SignBytesFault.Place: throw Refuse(GrpcStatusCode.InvalidArgument, SignerCodes.Malformed, $"the sign bytes are not for height {request.Height} round {request.Round} {kind}");
            default: throw Refuse(GrpcStatusCode.InvalidArgument, SignerCodes.Malformed, "the sign bytes are those of no message");
        }
        lock (_lock)
        {
            if (_isRecordLost) throw Refuse(GrpcStatusCode.Internal, SignerCodes.Record, "the last-sign record could not be written; restart the signer");
            try
            {
                return new SignReply { Signature = Bytes(signer.Sign(request.Height, request.Round, (SignStep)kind, request.SignBytes.Span)) };
            }
            catch (DoubleSignException e)
            {
                throw Refuse(GrpcStatusCode.FailedPrecondition, e.Code, e.Detail);
            }
            catch (IOException e)
            {
                _isRecordLost = true; // what the disk holds is not known: a restart reads it
                SignerLog.RecordNotWritten(logger, e);
                throw Refuse(GrpcStatusCode.Internal, SignerCodes.Record, "the last-sign record could not be written");
            }
        }
    }

    private BeaconReply ProveBeacon(BeaconRequest request)
    {
        CheckKey(request.PublicKey);
        if (request.ChainId != chain.ChainId) throw Refuse(GrpcStatusCode.InvalidArgument, SignerCodes.Chain, $"the beacon is of chain {request.ChainId}, not of {chain.ChainId}");
        if (request.PreviousBeacon.Length != Hash256.Size) throw Refuse(GrpcStatusCode.InvalidArgument, SignerCodes.Malformed, $"a beacon has {Hash256.Size} bytes");
        return new BeaconReply { Proof = Bytes(signer.ProveBeacon(request.ChainId, request.Height, new Hash256(request.PreviousBeacon.Span))) };
    }

    private Task<AttestReply> AttestBatchAsync(AttestRequest request)
    {
        CheckKey(request.PublicKey);
        LogFault fault = DaStatement.TryDecode(request.Statement.Memory, out DaStatement? statement);
        if (statement is null) throw Refuse(GrpcStatusCode.InvalidArgument, AttestRefusal.Malformed.Code(), $"no statement: {fault.Code()}");
        return AttestAsync(signer => signer.SignAsync(statement, CancellationToken.None));
    }

    private Task<AttestReply> AttestAnchorAsync(AttestRequest request)
    {
        CheckKey(request.PublicKey);
        LogFault fault = LogAnchorCodec.TryDecodeStatement(request.Statement.Memory, out LogAnchor? anchor);
        if (anchor is null) throw Refuse(GrpcStatusCode.InvalidArgument, AttestRefusal.Malformed.Code(), $"no anchor: {fault.Code()}");
        return AttestAsync(signer => signer.SignAsync(anchor, CancellationToken.None));
    }

    private async Task<AttestReply> AttestAsync(Func<IAttestationSigner, Task<AttestationResult>> sign)
    {
        if (attestations is null) throw Refuse(GrpcStatusCode.FailedPrecondition, AttestRefusal.RecordLost.Code(), AttestRefusal.RecordLost.Text(0, 0));
        AttestationResult result = await sign(attestations);
        if (result.IsSigned) return new AttestReply { Signature = Bytes(result.Signature.Span) };
        throw Refuse(GrpcStatusCode.FailedPrecondition, result.Code, result.Detail);
    }

    private void CheckKey(ByteString key)
    {
        if (!key.Span.SequenceEqual(signer.PublicKey.Span)) throw Refuse(GrpcStatusCode.FailedPrecondition, SignerCodes.Key, "another consensus key is held here");
    }

    private GrpcException Refuse(GrpcStatusCode status, string code, string detail)
    {
        SignerLog.Refused(logger, code, detail);
        return new GrpcException(new GrpcStatus(status, detail), new GrpcMetadata { { SignerMethods.CodeTrailer, code } });
    }

    private static ByteString Bytes(ReadOnlySpan<byte> bytes) => ByteString.CopyFrom(bytes);
}
