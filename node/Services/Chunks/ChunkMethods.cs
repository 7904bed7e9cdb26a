using System.Buffers;
using Dsdn.Grpc;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.Services.Chunks;

/// <summary>The methods of chunks.proto, as both ends declare them.</summary>
public static class ChunkMethods
{
    /// <summary>Bytes of a chunk in one message.</summary>
    public const int DataBytesMax = 64 * 1024;

    /// <summary>Of one Has.</summary>
    public const int RefsMax = 256;

    /// <summary>Data and what surrounds it; a ticket is smaller.</summary>
    public const int MessageBytesMax = DataBytesMax + 1_024;

    /// <summary>So much may be on the way of one stream: one round trip should not bound it.</summary>
    public const int StreamWindowBytes = 4 * 1024 * 1024;

    private const string Service = "dsdn.chunks.v1.Chunks";

    public static readonly GrpcMethod<PutRequest, PutReply> Put = Method(GrpcMethodKind.ClientStreaming, "Put", PutRequest.Parser, PutReply.Parser);

    public static readonly GrpcMethod<GetRequest, GetReply> Get = Method(GrpcMethodKind.ServerStreaming, "Get", GetRequest.Parser, GetReply.Parser);

    /// <summary><see cref="Put"/> for whoever takes the bytes.</summary>
    public static readonly GrpcMethod<ReceivedPut, PutReply> TakePut =
        new(Put.Kind, Service, Put.Name, Reading(ReceivedPut.Read), Put.Response) { MessageBytesMax = MessageBytesMax };

    /// <summary><see cref="Get"/> for whoever takes the bytes.</summary>
    public static readonly GrpcMethod<GetRequest, ReceivedReply> TakeGet =
        new(Get.Kind, Service, Get.Name, Get.Request, Reading(ReceivedReply.Read)) { MessageBytesMax = MessageBytesMax };

    public static readonly GrpcMethod<HasRequest, HasReply> Has = Method(GrpcMethodKind.Unary, "Has", HasRequest.Parser, HasReply.Parser);

    public static readonly GrpcMethod<AuditRequest, AuditReply> Audit = Method(GrpcMethodKind.ServerStreaming, "Audit", AuditRequest.Parser, AuditReply.Parser);

    private static GrpcMarshaller<T> Reading<T>(Func<ReadOnlySequence<byte>, T> read) =>
        new(static _ => throw new NotSupportedException(), static (_, _) => throw new NotSupportedException(), read);

    private static GrpcMethod<TRequest, TReply> Method<TRequest, TReply>(GrpcMethodKind kind, string name, MessageParser<TRequest> request, MessageParser<TReply> reply)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply> =>
        new(kind, Service, name, GrpcMarshallers.Protobuf(request), GrpcMarshallers.Protobuf(reply)) { MessageBytesMax = MessageBytesMax };
}
