using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.CelestiaClient;
using Dsdn.Chain.Log.Availability;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Node.Archive;
using Dsdn.Node.Configuration;
using Dsdn.Node.Outbox;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary>
/// <c>dsdn da reconcile</c>: where every batch of a coordinator's archive lies and what is pending. With --verify every pointer is proved at
/// Celestia; with --post what is pending is posted, while no coordinator runs on the folder.
/// </summary>
internal static class DaReconcileCommand
{
    private const string Group = "reconcile";
    private const int RowsMax = 100;

    public static Command Create(CommandContext context)
    {
        var layer = new DaLayerFlags(context);
        Option<string?> data = context.OptionOf<string?>(Group, "--data", "folder");
        Option<bool> verify = context.OptionOf<bool>(Group, "--verify"), post = context.OptionOf<bool>(Group, "--post");
        Option<ulong?> from = context.OptionOf<ulong?>(Group, "--from-height", "height"), limit = context.OptionOf<ulong?>(Group, "--for", "s");
        return context.Leaf("da.reconcile", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            string folder = Folder(run, run.Value(data));
            await using CelestiaNode? celestia = run.Value(verify) || run.Value(post) ? new CelestiaNode(layer.Load(run)) : null;
            RouterMetrics? posted = run.Value(post) && celestia is not null ? await PostAsync(folder, celestia, run.Value(from), run.Value(limit), cancel) : null;
            using BatchArchive archive = Archive(folder);
            OutboxView? outbox = OutboxFolder.View(Path.Combine(folder, "outbox"));
            ArchiveReport report = ArchiveReport.Make(archive, outbox, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            if (run.Value(verify) && celestia is not null)
            {
                using var progress = new HeightProgress(run, "text.da.verifyingBatch", report.First, report.Head, everyMs: 500);
                report = await report.VerifyAsync(archive, celestia, progress.Show, cancel);
            }
            return Describe(report, outbox, posted, run.Value(verify));
        }), [.. layer.Symbols, data, verify, post, from, limit]);
    }

    /// <summary>Of a coordinator: the same default as its own command.</summary>
    internal static string Folder(Invocation run, string? named) => Path.GetFullPath(named ?? Path.Combine(run.Home, "coordinator"));

    private static BatchArchive Archive(string folder)
    {
        string batches = LogFolder.Batches(Path.Combine(folder, "log"));
        return Directory.Exists(batches) ? BatchArchive.OpenToRead(batches) : throw new ConfigurationException($"{batches} does not exist: no coordinator or node keeps its log there");
    }

    private static async Task<RouterMetrics> PostAsync(string folder, CelestiaNode celestia, ulong? fromHeight, ulong? seconds, CancellationToken cancel)
    {
        using DataFolder mine = DataFolder.Open(folder); // no coordinator runs here meanwhile
        using OutboxFolder outbox = OutboxFolder.Open(Path.Combine(folder, "outbox"));
        using BatchArchive archive = BatchArchive.Open(LogFolder.Batches(Path.Combine(folder, "log")));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (seconds is { } limit) end.CancelAfter(TimeSpan.FromSeconds(limit));
        OutboxView before = new(outbox.Journal.Pending, outbox.Journal.Memory, outbox.Journal.HighestSeq, outbox.Journal.Announcements);
        PendingBatch[] untracked = [.. ArchiveReport.Make(archive, before, 0).Untracked.Select(batch => Adopt(archive, batch.Seq, celestia, fromHeight))];
        return await new BatchPosting(outbox.Journal, archive, celestia, BatchPosting.AtOnce(RouterOptions.Default)).RunAsync(untracked, end.Token);
    }

    /// <summary>Only the operator knows how far back it may have been sent.</summary>
    private static PendingBatch Adopt(BatchArchive archive, ulong seq, CelestiaNode celestia, ulong? fromHeight) => fromHeight is { } height and > 0
        ? ArchiveReport.Pending(archive, seq, celestia.Options.Namespace, height)
        : throw new ConfigurationException($"batch {seq} is neither on Celestia nor in the outbox: --from-height names the first height at which it may be");

    private static Report Describe(ArchiveReport report, OutboxView? outbox, RouterMetrics? posted, bool isVerified)
    {
        ulong untracked = (ulong)report.Untracked.LongCount();
        bool isWrong = untracked > 0 || report.Doubtful.Any(static pointer => pointer.IsProvenAbsent);
        var shown = new Report { ExitCode = isWrong ? (int)ErrorClass.Integrity : report.Doubtful.Count > 0 ? (int)ErrorClass.Unreachable : 0 };
        shown.Add("firstBatch", report.First).Add("lastBatch", report.Head)
            .Add("onCelestia", report.Tiers[(int)DaTier.Celestia]).Add("atQuorum", report.Tiers[(int)DaTier.Quorum]).Add("inEmergency", report.Tiers[(int)DaTier.Emergency]).Add("onlyHere", report.OnlyHere)
            .Add("pendingBatches", (ulong)(outbox?.Pending.Count ?? 0)).Add("oldestPendingMs", report.OldestPendingAgeMs).Add("untracked", untracked)
            .Add("daMode", outbox is null ? null : (outbox.Memory.IsForced ? "forced " : "") + outbox.Memory.Mode.ToString());
        if (isVerified) shown.Add("verifiedBatches", report.Verified).Add("doubtfulPointers", (ulong)report.Doubtful.Count);
        if (posted is not null) shown.Add("postedBatches", posted.Found).Add("submits", posted.SubmitsIncluded).Add("refusedSubmits", posted.SubmitsRefused).Add("unknownSubmits", posted.SubmitsUnknown);
        if (report.Unposted.Count > 0) shown.AddTable("unposted", ["seq", "tier", "attempt", "searchFrom"], [.. report.Unposted.Take(RowsMax).Select(Row)]);
        if (report.Doubtful.Count > 0) shown.AddTable("doubtful", ["seq", "height", "proof"], [.. report.Doubtful.Take(RowsMax).Select(static pointer => (IReadOnlyList<Cell>)[pointer.Seq, pointer.Height, pointer.IsProvenAbsent ? "absent" : "unknown"])]);
        return shown;
    }

    private static IReadOnlyList<Cell> Row(UnpostedBatch batch) =>
    [
        batch.Seq, batch.Best?.ToString().ToLowerInvariant(), batch.Pending is null ? "untracked" : batch.Pending.Attempt.ToString().ToLowerInvariant(),
        new Cell(batch.Pending is { SearchFromHeight: > 0 and var height } ? JsonValue.Create(height) : null, batch.Pending is { SearchFromHeight: > 0 and var shown } ? shown.ToString(System.Globalization.CultureInfo.InvariantCulture) : "-"),
    ];
}
