using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Dsdn.Grpc.Wire;

namespace Dsdn.Grpc.Client;

/// <summary>Where the status of a call is found, and which one stands for a failure below gRPC.</summary>
internal static class ResponseStatus
{
    public static GrpcStatus? Find(HttpHeaders headers)
    {
        if (!headers.TryGetValues(HeaderNames.Status, out IEnumerable<string>? values)) return null;
        string text = values.First();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code)) return new GrpcStatus(GrpcStatusCode.Unknown, $"grpc-status is {text}");
        string detail = headers.TryGetValues(HeaderNames.Message, out IEnumerable<string>? details) ? StatusText.Decode(details.First()) : "";
        // doc/statuscodes: a code that the client does not know is UNKNOWN.
        return new GrpcStatus(code <= (int)GrpcStatusCode.Unauthenticated ? (GrpcStatusCode)code : GrpcStatusCode.Unknown, detail);
    }

    public static GrpcMetadata Metadata(HttpHeaders headers)
    {
        GrpcMetadata metadata = new();
        foreach ((string key, IEnumerable<string> values) in headers)
            foreach (string value in values) metadata.AddReceived(key, value);
        return metadata;
    }

    /// <summary>doc/http-grpc-status-mapping of gRPC.</summary>
    public static GrpcStatus OfHttp(HttpStatusCode code) => new(
        code switch
        {
            HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
            HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
            HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
            _ => GrpcStatusCode.Unknown,
        },
        $"HTTP status {(int)code}");

    /// <summary>Error codes of RFC 9113 7 as PROTOCOL-HTTP2 of gRPC maps them; everything about the connection itself is UNAVAILABLE.</summary>
    public static GrpcStatus OfTransport(Exception cause)
    {
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol)
            {
                return new GrpcStatus(
                    protocol.ErrorCode switch
                    {
                        0x7 => GrpcStatusCode.Unavailable,
                        0x8 => GrpcStatusCode.Cancelled,
                        0xb => GrpcStatusCode.ResourceExhausted,
                        0xc => GrpcStatusCode.PermissionDenied,
                        _ => GrpcStatusCode.Internal,
                    },
                    protocol.Message);
            }
            if (e is AuthenticationException) return new GrpcStatus(GrpcStatusCode.Unavailable, $"TLS: {e.Message}");
        }
        return cause is HttpRequestException or IOException
            ? new GrpcStatus(GrpcStatusCode.Unavailable, cause.Message)
            : new GrpcStatus(GrpcStatusCode.Unknown, cause.Message);
    }
}
