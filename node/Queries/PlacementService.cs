using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Log.State;
using Dsdn.Services;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Google.Protobuf;

namespace Dsdn.Node.Queries;

/// <summary>
/// Answers what the log says of agreements, files, chunks and nodes, to whoever belongs to the chain. One that is behind what is asked for waits a little, then refuses with both numbers: an
/// answer from the past would look like a loss (dataplane 1.16).
/// </summary>
public sealed class PlacementService(ILogView view, ChainIdentity chain, TlsRole role, TimeProvider clock)
{
    /// <summary>Of one connection. Each takes its turn between batches.</summary>
    private const int CostPerSecond = 4_000;

    /// <summary>Ids that count as much as a call does.</summary>
    private const int IdsPerCost = 16;

    private readonly ServiceCallers _callers = new(chain, role, clock, CostPerSecond);

    public ServiceCallers Callers => _callers;

    public GrpcServices Register(GrpcServices services) => services
        .Unary(PlacementMethods.Nodes, (request, call) => AnswerAsync(call, 0, request.MinSeq, PlacementAnswers.Nodes))
        .Unary(PlacementMethods.Agreements, AgreementsAsync)
        .Unary(PlacementMethods.Files, FilesAsync)
        .Unary(PlacementMethods.Chunks, ChunksAsync)
        .Unary(PlacementMethods.Reservations, ReservationsAsync)
        .Unary(PlacementMethods.Lanes, LanesAsync);

    private Task<AgreementsReply> AgreementsAsync(AgreementsRequest request, GrpcServerCall call)
    {
        if (!request.Agreement.IsEmpty)
        {
            Hash256 id = Hash(request.Agreement, "agreement");
            return AnswerAsync(call, 0, request.MinSeq, state => PlacementAnswers.Agreement(state, id));
        }
        if (request.Owner.Length != Address.Size) throw Refuse($"an owner has {Address.Size} bytes");
        var owner = new Address(request.Owner.Span);
        return AnswerAsync(call, 0, request.MinSeq, state => PlacementAnswers.Agreements(state, owner));
    }

    private Task<FilesReply> FilesAsync(FilesRequest request, GrpcServerCall call)
    {
        Hash256 agreement = Hash(request.Agreement, "agreement");
        if (!request.File.IsEmpty)
        {
            Hash256 file = Hash(request.File, "file");
            return AnswerAsync(call, IdsPerCost, request.MinSeq, state => PlacementAnswers.File(state, agreement, file));
        }
        Hash256? after = request.After.IsEmpty ? null : Hash(request.After, "after");
        int max = request.Max is 0 or > PlacementMethods.FilesMax ? PlacementMethods.FilesMax : (int)request.Max;
        return AnswerAsync(call, max, request.MinSeq, state => PlacementAnswers.Files(state, agreement, after, max));
    }

    private Task<ChunksReply> ChunksAsync(ChunksRequest request, GrpcServerCall call)
    {
        Hash256[] ids = Hashes(request.Ids, "chunk");
        return AnswerAsync(call, ids.Length, request.MinSeq, state => PlacementAnswers.Chunks(state, ids));
    }

    private Task<ReservationsReply> ReservationsAsync(ReservationsRequest request, GrpcServerCall call)
    {
        Hash256 agreement = Hash(request.Agreement, "agreement"), file = Hash(request.File, "file");
        Hash256[] chunks = Hashes(request.Chunks, "chunk");
        return AnswerAsync(call, chunks.Length, request.MinSeq, state => PlacementAnswers.Reservations(state, agreement, file, chunks));
    }

    private Task<LanesReply> LanesAsync(LanesRequest request, GrpcServerCall call)
    {
        Hash256 author = Hash(request.Author, "author");
        if (request.AuthorType > byte.MaxValue || request.Lane > ushort.MaxValue) throw Refuse("a type of authors is below 256, a lane below 65536");
        var type = (Dsdn.Chain.Log.Events.AuthorType)request.AuthorType;
        var lane = (ushort)request.Lane;
        return AnswerAsync(call, 0, request.MinSeq, state => PlacementAnswers.Lane(state, type, author, lane));
    }

    private async Task<T> AnswerAsync<T>(GrpcServerCall call, int ids, ulong minSeq, Func<LogState, T> read)
    {
        _callers.Check(call, 1 + (ids / IdsPerCost));
        if (view.Seq < minSeq) await ReachAsync(minSeq, call.Cancellation);
        try
        {
            return await view.ReadAsync(read);
        }
        catch (OperationCanceledException) when (!call.Cancellation.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, "the log is being closed");
        }
    }

    private async Task ReachAsync(ulong minSeq, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(ServiceCodes.BehindWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await view.WaitAsync(minSeq, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            if (view.Seq < minSeq) throw ServiceCodes.RefuseBehind(view.Seq, minSeq);
        }
    }

    private static Hash256[] Hashes(IReadOnlyCollection<ByteString> bytes, string what)
    {
        if (bytes.Count > PlacementMethods.IdsMax) throw Refuse($"at most {PlacementMethods.IdsMax} of {what} at once");
        return [.. bytes.Select(one => Hash(one, what))];
    }

    private static Hash256 Hash(ByteString bytes, string what) => bytes.Length == Hash256.Size ? new Hash256(bytes.Span) : throw Refuse($"{what}: {Hash256.Size} bytes are expected");

    private static GrpcException Refuse(string detail) => ServiceCodes.Refuse(GrpcStatusCode.InvalidArgument, ServiceCodes.Request, detail);
}
