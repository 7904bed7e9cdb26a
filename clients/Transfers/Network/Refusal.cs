using Dsdn.Grpc;
using Dsdn.Services;

namespace Dsdn.Transfers.Network;

/// <summary>What a failed call means for whoever made it.</summary>
internal static class Refusal
{
    /// <summary>Too much at once; a service that is behind; a put that goes on from elsewhere than was thought, or took too long.</summary>
    private static readonly string[] Passing = ["DSDN-E-LOG-POOL-FULL", "DSDN-E-LOG-RATE", ServiceCodes.Rate, ServiceCodes.Behind, "DSDN-E-PUT-OFFSET", "DSDN-E-PUT-IDLE"];

    /// <summary>The same call may succeed later or elsewhere: no answer, too much at once, a service that is behind.</summary>
    public static bool IsTransient(GrpcException failure) => ServiceCodes.TryCode(failure, out string? code)
        ? Passing.Contains(code, StringComparer.Ordinal) || failure.Status.Code is GrpcStatusCode.Unavailable or GrpcStatusCode.Aborted
        : failure.Status.Code is GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Cancelled or GrpcStatusCode.Internal or GrpcStatusCode.Unknown;

    /// <summary>The code of a refusal, else how the call ended.</summary>
    public static string Say(GrpcException? failure) =>
        failure is null ? "" : ServiceCodes.TryCode(failure, out string? code) ? $"{code} ({failure.Status.Detail})" : failure.Status.ToString();
}
