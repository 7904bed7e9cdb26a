using Dsdn.Grpc;
using Dsdn.Log.Storing;
using Dsdn.Services;
using Dsdn.Storage;

namespace Dsdn.StorageNode.Serving;

/// <summary>How a storage node refuses; every code stands in docs/errors.md.</summary>
internal static class PutCodes
{
    public const string Ticket = "DSDN-E-PUT-TICKET";
    public const string Expired = "DSDN-E-PUT-EXPIRED";
    public const string OtherNode = "DSDN-E-PUT-NODE";
    public const string Owner = "DSDN-E-PUT-OWNER";
    public const string Reservation = "DSDN-E-PUT-RESERVATION";
    public const string Generation = "DSDN-E-PUT-GENERATION";
    public const string Conflict = "DSDN-E-PUT-CONFLICT";
    public const string Offset = "DSDN-E-PUT-OFFSET";
    public const string Idle = "DSDN-E-PUT-IDLE";
    public const string NotActive = "DSDN-E-PUT-NOT-ACTIVE";

    public static GrpcException Refuse(PutFault fault, string detail) => fault switch
    {
        PutFault.NotActive => ServiceCodes.Refuse(GrpcStatusCode.FailedPrecondition, NotActive, detail),
        PutFault.NotOwner => ServiceCodes.Refuse(GrpcStatusCode.PermissionDenied, Owner, detail),
        PutFault.NotReserved => ServiceCodes.Refuse(GrpcStatusCode.FailedPrecondition, Reservation, detail),
        PutFault.NotPlaced => ServiceCodes.Refuse(GrpcStatusCode.FailedPrecondition, OtherNode, detail),
        PutFault.Generation => ServiceCodes.Refuse(GrpcStatusCode.FailedPrecondition, Generation, detail),
        PutFault.Conflict => ServiceCodes.Refuse(GrpcStatusCode.AlreadyExists, Conflict, detail),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    public static GrpcException Refuse(StoreVerdict verdict) => ServiceCodes.Refuse(StatusOf(verdict.Fault), verdict.Code, verdict.Details);

    private static GrpcStatusCode StatusOf(StoreFault fault) => fault switch
    {
        StoreFault.NotFound => GrpcStatusCode.NotFound,
        StoreFault.Range => GrpcStatusCode.OutOfRange,
        StoreFault.Busy => GrpcStatusCode.Aborted,
        StoreFault.Full or StoreFault.Quota => GrpcStatusCode.ResourceExhausted,
        StoreFault.Corrupt => GrpcStatusCode.DataLoss,
        StoreFault.Disk or StoreFault.Closed => GrpcStatusCode.Unavailable,
        StoreFault.Deleted => GrpcStatusCode.FailedPrecondition,
        _ => GrpcStatusCode.InvalidArgument,
    };
}
