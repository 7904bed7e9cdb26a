using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;
using Dsdn.Services.Batches;

namespace Dsdn.Host;

/// <summary><c>dsdn audit list|show EPOCH|verify EPOCH</c>: whether nodes have what they said they hold, and whether what was said of that is true. All from the log and the answers.</summary>
internal static class AuditCommand
{
    private const int ExitIntegrity = 5;
    private const string DefaultTo = "127.0.0.1:45900";

    public static Command Create(CommandContext context) => context.Group("audit", List(context), Show(context), Verify(context));

    private static Command List(CommandContext context)
    {
        LogFlags flags = new(context);
        return context.Leaf("audit.list", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            (LogState state, _) = log.Replay(log.Head, log.Head, LogFlags.Parallel, (_, _) =>
            {
                cancel.ThrowIfCancellationRequested();
                return true;
            });
            AuditQueries audits = state.Queries.Audits;
            Report report = LogReadCommands.Whose(log).Add("audit", audits.Last?.Epoch ?? 0);
            if (audits.Last is { } last) report.Add("openedAt", Time(last.OpenedMs), Shown(last.OpenedMs)).Add("seededAt", Time(last.SeededMs), Shown(last.SeededMs)).Add("beaconHeight", last.BeaconHeight);
            return report.AddTable("nodes", ["node", "audit", "replicas", "bytes", "draws", "isJudged", "silent", "failed", "faultsInADay", "provenAt"],
                [.. audits.Nodes().Select(node => (IReadOnlyList<Cell>)[
                    node.NodeId.ToString(), node.Epoch, (ulong)node.Replicas, node.Bytes, (ulong)node.Draws, node.IsJudged, (ulong)node.SilentInARow, (ulong)node.FailedInARow,
                    (ulong)node.FaultsInADay(state.LogTimeMs), new Cell(Time(node.ProvenMs), Shown(node.ProvenMs))])]);
        }), cancel), [.. flags.Source]);
    }

    private static Command Show(CommandContext context)
    {
        LogFlags flags = new(context);
        Argument<string> epoch = context.Argument("audit");
        return context.Leaf("audit.show", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            AuditRecord record = Read(log, Epoch(run.Value(epoch)), cancel);
            return Describe(new Report(), log, record).AddTable("verdicts", ["node", "draws", "passed", "late", "answersRoot", "seq"],
                [.. record.Nodes.Select(node => (IReadOnlyList<Cell>)[
                    node.NodeId.ToString(), (ulong)node.Draws.Length, Count(node.Verdict?.PassedCount), Count(node.Verdict is { } verdict ? Bitmap.Count(verdict.Late.Span) : null),
                    (node.Verdict?.AnswersRoot ?? node.PostedRoot).ToString(), node.VerdictSeq])]);
        }), cancel), [epoch, .. flags.Source]);
    }

    private static Command Verify(CommandContext context)
    {
        LogFlags flags = new(context);
        Argument<string> epoch = context.Argument("audit");
        Option<string?> only = context.OptionOf<string?>("audit", "--node", "id"), to = context.OptionOf<string?>("log", "--to", "[id@]host:port");
        return context.Leaf("audit.verify", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            using ArchivedLog log = flags.Open(run);
            AuditRecord record = await Task.Run(() => Read(log, Epoch(run.Value(epoch)), cancel), cancel);
            LogAddress address = LogAddress.Parse(run.Value(to) ?? DefaultTo) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--to", "[id@]host:port");
            using var identity = new NodeIdentity(RandomNumberGenerator.GetBytes(32));
            using var client = new LogClient(address, identity, new ChainIdentity(log.Genesis.ChainId, log.Genesis.LogId), TimeProvider.System);
            List<IReadOnlyList<Cell>> rows = [];
            bool isTrue = true;
            foreach (AuditedNode node in record.Nodes)
            {
                if (run.Value(only) is { } wanted && node.NodeId.ToString() != wanted) continue;
                AuditFinding finding = AuditFinding.Of(log.Genesis.ChainId, node, await AnswersAsync(client, record.Epoch, node.PostedRoot, cancel));
                isTrue &= !finding.Contradicts;
                rows.Add([node.NodeId.ToString(), (ulong)node.Draws.Length, finding.IsShown, (ulong)finding.Passed, Count(node.Verdict?.PassedCount), !finding.Contradicts, finding.FirstWrong]);
            }
            return Describe(new Report { ExitCode = isTrue ? 0 : ExitIntegrity }, log, record).Add("valid", isTrue)
                .AddTable("findings", ["node", "draws", "isShown", "recomputed", "passed", "agrees", "firstWrong"], rows);
        }), [epoch, only, to, .. flags.Source]);
    }

    private static AuditRecord Read(ArchivedLog log, ulong epoch, CancellationToken cancel)
    {
        AuditReader reader = new(log.Genesis.ChainId, epoch);
        log.Replay(log.Head, checkpointSeqMax: 0, LogFlags.Parallel, (after, batch) =>
        {
            cancel.ThrowIfCancellationRequested();
            return reader.Look(after, batch);
        });
        return reader.Record ?? throw new DsdnException("DSDN-E-AUDIT-UNKNOWN", ErrorClass.Usage, epoch.ToString(CultureInfo.InvariantCulture));
    }

    private static Report Describe(Report report, ArchivedLog log, AuditRecord record) => report.Add("logId", log.Genesis.LogId).Add("lastBatch", log.Head)
        .Add("audit", record.Epoch).Add("atSeq", record.AtSeq).Add("openedAt", Time(record.OpenedMs), Shown(record.OpenedMs)).Add("seededAt", Time(record.SeededMs), Shown(record.SeededMs))
        .Add("beaconHeight", record.BeaconHeight).Add("beacon", record.Beacon);

    private static async Task<byte[]?> AnswersAsync(LogClient client, ulong epoch, Hash256 root, CancellationToken cancel)
    {
        if (root.IsZero) return null;
        try
        {
            return await client.AnswersAsync(epoch, root, AnswerSheet.BytesMax, cancel);
        }
        catch (GrpcException e)
        {
            throw new DsdnException(ClientError.Of(ErrorCodes.Unreachable, ErrorClass.Unreachable, client.Address.ToString()).With(e.Message), e);
        }
    }

    private static ulong Epoch(string? text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong epoch) && epoch > 0
        ? epoch
        : throw new DsdnException("DSDN-E-AUDIT-UNKNOWN", ErrorClass.Usage, text ?? "");

    /// <summary>Nothing where no verdict counted.</summary>
    private static Cell Count(int? count) => count is { } known ? new Cell(JsonValue.Create(known), known.ToString(CultureInfo.InvariantCulture)) : new Cell(null, "-");

    private static JsonValue Time(ulong ms) => JsonValue.Create(ms);

    private static string Shown(ulong ms) => ms == 0 ? "" : LogFlags.Time(ms);
}
