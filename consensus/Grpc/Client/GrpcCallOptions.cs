namespace Dsdn.Grpc.Client;

/// <summary>What a caller says about one call.</summary>
/// <param name="Deadline">How long from now; told to the server and kept here. Null: no limit.</param>
public sealed record GrpcCallOptions(GrpcMetadata? Headers = null, TimeSpan? Deadline = null);
