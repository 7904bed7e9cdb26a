using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Grpc;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator.Audits;

/// <summary>
/// Asks nodes for their answers and lays what they sent on the <see cref="SheetDesk"/>. Nothing here decides anything.
/// </summary>
/// <param name="channels">Belong to the caller.</param>
internal sealed class AuditLine(BatchLoop loop, ServiceChannels channels, SheetDesk desk, ulong chainId, AuditTimes times, TimeProvider clock, ILogger logger)
{
    /// <summary>Nodes that are asked at once: a sheet has up to a megabyte and a half.</summary>
    private const int CallsMax = 8;

    /// <summary>Looks so often within the soft deadline.</summary>
    private const ulong LooksPerSoft = 10, LookMsMin = 250, LookMsMax = 5_000;

    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken stop)
    {
        using var places = new SemaphoreSlim(CallsMax);
        List<Task> running = [];
        try
        {
            await desk.RestoreAsync(await loop.ReadAsync(static state => state.Queries.Audits.Last?.Epoch ?? 0));
            DateTimeOffset pruned = default;
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(times.SoftMs / LooksPerSoft, LookMsMin, LookMsMax)), clock);
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (clock.GetUtcNow() - pruned > PruneEvery)
                {
                    pruned = clock.GetUtcNow();
                    desk.Prune(pruned);
                }
                running.RemoveAll(static call => call.IsCompleted);
                foreach ((AuditAsk ask, ServiceAddress? address) in await loop.AuditsAsync(Addressed))
                    if (address is not null) running.Add(AskAsync(ask, address, places, stop));
            }
        }
        catch (OperationCanceledException)
        {
            // The process, or the thread that decides batches, ends.
        }
        await Task.WhenAll(running);
    }

    /// <summary>On the loop's thread.</summary>
    private IReadOnlyList<(AuditAsk Ask, ServiceAddress? Address)> Addressed(LogState state, IReadOnlyList<AuditAsk> asks) =>
        [.. asks.Select(ask => (ask, state.Queries.Node(ask.NodeId) is { } node ? LivenessWatch.AddressOf(node, state.Genesis.Storage.TakesLoopback) : null))];

    private async Task AskAsync(AuditAsk ask, ServiceAddress address, SemaphoreSlim places, CancellationToken stop)
    {
        try
        {
            await places.WaitAsync(stop);
            try
            {
                using var client = new ChunkClient(channels, address);
                byte[] bytes = await client.AuditAsync(ask.Epoch, ask.MinSeq, AnswerSheet.BytesMax, stop);
                LogFault fault = AnswerSheet.TryDecode(chainId, bytes, out AnswerSheet? sheet);
                if (sheet is null || sheet.Heading.NodeId != ask.NodeId || sheet.Heading.Epoch != ask.Epoch)
                {
                    CoordinatorLog.NoAnswer(logger, ask.NodeId.ToString(), ask.Epoch, ask.Attempt, sheet is null ? fault.Code() : "answers of another node or audit");
                    return;
                }
                SheetOutcome outcome = await desk.TakeAsync(sheet);
                if (outcome is not (SheetOutcome.Taken or SheetOutcome.Known or SheetOutcome.Contradicts)) CoordinatorLog.NoAnswer(logger, ask.NodeId.ToString(), ask.Epoch, ask.Attempt, outcome.ToString());
            }
            finally
            {
                places.Release();
            }
        }
        catch (Exception e) when (e is GrpcException or IOException or OperationCanceledException)
        {
            if (!stop.IsCancellationRequested) CoordinatorLog.NoAnswer(logger, ask.NodeId.ToString(), ask.Epoch, ask.Attempt, e.Message);
        }
    }
}
