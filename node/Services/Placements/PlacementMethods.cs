using Dsdn.Grpc;
using Dsdn.Services.Placements.Wire;
using Google.Protobuf;

namespace Dsdn.Services.Placements;

/// <summary>The methods of placements.proto, as both ends declare them.</summary>
public static class PlacementMethods
{
    /// <summary>Ids in one request.</summary>
    public const int IdsMax = 256;

    /// <summary>Files in one answer.</summary>
    public const int FilesMax = 1_024;

    public const int MessageBytesMax = 4 * 1024 * 1024;

    private const string Service = "dsdn.placements.v1.Placements";

    public static readonly GrpcMethod<NodesRequest, NodesReply> Nodes = Method("Nodes", NodesRequest.Parser, NodesReply.Parser);

    public static readonly GrpcMethod<AgreementsRequest, AgreementsReply> Agreements = Method("Agreements", AgreementsRequest.Parser, AgreementsReply.Parser);

    public static readonly GrpcMethod<FilesRequest, FilesReply> Files = Method("Files", FilesRequest.Parser, FilesReply.Parser);

    public static readonly GrpcMethod<ChunksRequest, ChunksReply> Chunks = Method("Chunks", ChunksRequest.Parser, ChunksReply.Parser);

    public static readonly GrpcMethod<ReservationsRequest, ReservationsReply> Reservations = Method("Reservations", ReservationsRequest.Parser, ReservationsReply.Parser);

    public static readonly GrpcMethod<LanesRequest, LanesReply> Lanes = Method("Lanes", LanesRequest.Parser, LanesReply.Parser);

    private static GrpcMethod<TRequest, TReply> Method<TRequest, TReply>(string name, MessageParser<TRequest> request, MessageParser<TReply> reply)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply> =>
        new(GrpcMethodKind.Unary, Service, name, GrpcMarshallers.Protobuf(request), GrpcMarshallers.Protobuf(reply)) { MessageBytesMax = MessageBytesMax };
}
