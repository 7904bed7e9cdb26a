using Dsdn.Chain.Log.Batches;
using Dsdn.Grpc;
using Dsdn.Services.Batches.Wire;
using Google.Protobuf;

namespace Dsdn.Services.Batches;

/// <summary>The methods of log.proto, as both ends declare them.</summary>
public static class LogMethods
{
    /// <summary>An envelope and a sequence number.</summary>
    public const int BatchBytesMax = BatchEnvelopeCodec.BytesMax + 64;

    /// <summary>The longest event and what surrounds it.</summary>
    public const int RequestBytesMax = 128 * 1024;

    public const int AttestationsMax = 256;

    public const int PlacesMax = 256;

    /// <summary>Of answers in one message.</summary>
    public const int AnswersDataBytesMax = 64 * 1024;

    /// <summary>The answers are not here.</summary>
    public const string AnswersGone = "DSDN-E-LOG-ANSWERS-GONE";

    /// <summary>Trailer of a refusal.</summary>
    public const string CodeTrailer = "dsdn-code";

    private const string Service = "dsdn.log.v1.Log";
    private const int SmallBytesMax = 4_096;
    private const int AnswersBytesMax = AnswersDataBytesMax + 64;
    private const int PlacesBytesMax = 4 * 1024 * 1024;

    public static readonly GrpcMethod<StatusRequest, StatusReply> Status = Method(GrpcMethodKind.Unary, "Status", StatusRequest.Parser, StatusReply.Parser, SmallBytesMax);

    public static readonly GrpcMethod<FollowRequest, Batch> Follow = Method(GrpcMethodKind.ServerStreaming, "Follow", FollowRequest.Parser, Batch.Parser, BatchBytesMax);

    public static readonly GrpcMethod<SubmitRequest, SubmitReply> Submit = Method(GrpcMethodKind.Unary, "Submit", SubmitRequest.Parser, SubmitReply.Parser, RequestBytesMax);

    public static readonly GrpcMethod<AttestRequest, AttestReply> Attest = Method(GrpcMethodKind.Unary, "Attest", AttestRequest.Parser, AttestReply.Parser, RequestBytesMax);

    public static readonly GrpcMethod<PlacesRequest, PlacesReply> Places = Method(GrpcMethodKind.Unary, "Places", PlacesRequest.Parser, PlacesReply.Parser, PlacesBytesMax);

    public static readonly GrpcMethod<AnswersRequest, AnswersReply> Answers = Method(GrpcMethodKind.ServerStreaming, "Answers", AnswersRequest.Parser, AnswersReply.Parser, AnswersBytesMax);

    private static GrpcMethod<TRequest, TReply> Method<TRequest, TReply>(GrpcMethodKind kind, string name, MessageParser<TRequest> request, MessageParser<TReply> reply, int bytesMax)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply> =>
        new(kind, Service, name, GrpcMarshallers.Protobuf(request), GrpcMarshallers.Protobuf(reply)) { MessageBytesMax = bytesMax };
}
