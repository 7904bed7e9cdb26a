namespace Dsdn.Grpc;

/// <summary>How a call ended; the numbers are those of the gRPC wire (doc/statuscodes of gRPC).</summary>
public enum GrpcStatusCode
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// <param name="Detail">For people; at most <see cref="DetailCharsMax"/> characters travel.</param>
public readonly record struct GrpcStatus(GrpcStatusCode Code, string Detail)
{
    public const int DetailCharsMax = 1024;

    public static readonly GrpcStatus Ok = new(GrpcStatusCode.Ok, "");

    public bool IsOk => Code == GrpcStatusCode.Ok;

    public override string ToString() => string.IsNullOrEmpty(Detail) ? $"{Code}" : $"{Code}: {Detail}";
}

/// <summary>A call that did not end with <see cref="GrpcStatusCode.Ok"/>. A handler throws it to answer with that status.</summary>
public sealed class GrpcException : Exception
{
    public GrpcException(GrpcStatus status, GrpcMetadata? trailers = null, Exception? inner = null)
        : base(status.ToString(), inner) => (Status, Trailers) = (status, trailers ?? new GrpcMetadata());

    public GrpcException(GrpcStatusCode code, string detail, Exception? inner = null) : this(new GrpcStatus(code, detail), null, inner)
    {
    }

    public GrpcStatus Status { get; }

    /// <summary>Found here, not said by the other side: it sent what is not gRPC, too large, compressed, or no message of the method.</summary>
    public bool IsViolation { get; init; }

    /// <summary>What the other side sent behind the status.</summary>
    public GrpcMetadata Trailers { get; }
}
