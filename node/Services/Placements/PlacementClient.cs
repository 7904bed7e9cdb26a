using Dsdn.Grpc;
using Dsdn.Grpc.Client;
using Dsdn.Services.Placements.Wire;

namespace Dsdn.Services.Placements;

/// <summary>Asks one that follows the log. All fail with <see cref="GrpcException"/>: no answer, or a refusal with a code (<see cref="ServiceCodes"/>).</summary>
public sealed class PlacementClient(ServiceChannels channels, ServiceAddress address) : IDisposable
{
    private static readonly GrpcCallOptions Options = new(Deadline: TimeSpan.FromSeconds(10));

    private readonly GrpcChannel _channel = channels.Open(address, PlacementMethods.MessageBytesMax, PlacementMethods.MessageBytesMax, 1 << 20);

    public ServiceAddress Address => address;

    public Task<NodesReply> NodesAsync(NodesRequest request, CancellationToken cancel) => _channel.CallAsync(PlacementMethods.Nodes, request, Options, cancel);

    public Task<AgreementsReply> AgreementsAsync(AgreementsRequest request, CancellationToken cancel) => _channel.CallAsync(PlacementMethods.Agreements, request, Options, cancel);

    public Task<FilesReply> FilesAsync(FilesRequest request, CancellationToken cancel) => _channel.CallAsync(PlacementMethods.Files, request, Options, cancel);

    public Task<ChunksReply> ChunksAsync(ChunksRequest request, CancellationToken cancel) => _channel.CallAsync(PlacementMethods.Chunks, request, Options, cancel);

    public Task<ReservationsReply> ReservationsAsync(ReservationsRequest request, CancellationToken cancel) => _channel.CallAsync(PlacementMethods.Reservations, request, Options, cancel);

    public Task<LanesReply> LanesAsync(LanesRequest request, CancellationToken cancel) => _channel.CallAsync(PlacementMethods.Lanes, request, Options, cancel);

    public void Dispose() => _channel.Dispose();
}
