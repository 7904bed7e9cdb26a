using Dsdn.Grpc;
using Dsdn.Node.RemoteSigning.Wire;

namespace Dsdn.Node.RemoteSigning;

/// <summary>The methods of signer.proto, as both ends declare them.</summary>
internal static class SignerMethods
{
    /// <summary>A few numbers, a key and the sign bytes or a statement.</summary>
    public const int MessageBytesMax = 1_024;

    /// <summary>Trailer of a refusal.</summary>
    public const string CodeTrailer = "dsdn-code";

    private const string Service = "dsdn.signer.v1.Signer";

    public static readonly GrpcMethod<DescribeRequest, Description> Describe =
        new(GrpcMethodKind.Unary, Service, "Describe", GrpcMarshallers.Protobuf(DescribeRequest.Parser), GrpcMarshallers.Protobuf(Description.Parser)) { MessageBytesMax = MessageBytesMax };

    public static readonly GrpcMethod<SignRequest, SignReply> Sign =
        new(GrpcMethodKind.Unary, Service, "Sign", GrpcMarshallers.Protobuf(SignRequest.Parser), GrpcMarshallers.Protobuf(SignReply.Parser)) { MessageBytesMax = MessageBytesMax };

    public static readonly GrpcMethod<BeaconRequest, BeaconReply> ProveBeacon =
        new(GrpcMethodKind.Unary, Service, "ProveBeacon", GrpcMarshallers.Protobuf(BeaconRequest.Parser), GrpcMarshallers.Protobuf(BeaconReply.Parser)) { MessageBytesMax = MessageBytesMax };

    public static readonly GrpcMethod<AttestRequest, AttestReply> AttestBatch =
        new(GrpcMethodKind.Unary, Service, "AttestBatch", GrpcMarshallers.Protobuf(AttestRequest.Parser), GrpcMarshallers.Protobuf(AttestReply.Parser)) { MessageBytesMax = MessageBytesMax };

    public static readonly GrpcMethod<AttestRequest, AttestReply> AttestAnchor =
        new(GrpcMethodKind.Unary, Service, "AttestAnchor", GrpcMarshallers.Protobuf(AttestRequest.Parser), GrpcMarshallers.Protobuf(AttestReply.Parser)) { MessageBytesMax = MessageBytesMax };
}
