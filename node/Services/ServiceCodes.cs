using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Dsdn.Grpc;

namespace Dsdn.Services;

/// <summary>How services say no over gRPC: a status, a code of <c>docs/errors.md</c> in a trailer, and where they are behind, both sequence numbers.</summary>
public static class ServiceCodes
{
    /// <summary>Trailer of every refusal.</summary>
    public const string CodeTrailer = "dsdn-code";

    /// <summary>Trailers of <see cref="Behind"/>: the last batch that was applied, and the one that was asked for.</summary>
    public const string SeqTrailer = "dsdn-seq", MinSeqTrailer = "dsdn-min-seq";

    /// <summary>The answer would be about a state older than the one asked for.</summary>
    public const string Behind = "DSDN-E-SERVICE-BEHIND";

    /// <summary>The request cannot be read, or is beyond a limit.</summary>
    public const string Request = "DSDN-E-SERVICE-REQUEST";

    /// <summary>Too much at once from one side.</summary>
    public const string Rate = "DSDN-E-SERVICE-RATE";

    /// <summary>How long one that is behind waits before it says so.</summary>
    public static readonly TimeSpan BehindWait = TimeSpan.FromSeconds(2);

    public static GrpcException Refuse(GrpcStatusCode status, string code, string detail) => new(new GrpcStatus(status, detail), new GrpcMetadata { { CodeTrailer, code } });

    public static GrpcException RefuseBehind(ulong seq, ulong minSeq) => new(
        new GrpcStatus(GrpcStatusCode.Unavailable, string.Create(CultureInfo.InvariantCulture, $"at batch {seq}, asked for {minSeq}")),
        new GrpcMetadata
        {
            { CodeTrailer, Behind }, { SeqTrailer, seq.ToString(CultureInfo.InvariantCulture) }, { MinSeqTrailer, minSeq.ToString(CultureInfo.InvariantCulture) },
        });

    /// <summary>The code of a refusal; false of a failure of the connection.</summary>
    public static bool TryCode(GrpcException failure, [NotNullWhen(true)] out string? code) => failure.Trailers.TryGet(CodeTrailer, out code);
}
