using System.CommandLine;
using System.Globalization;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Auditing;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn da verify</c>: proves each blob of a height, or of a range, against its verified header at every endpoint, and names what does not hold.</summary>
internal static class DaVerifyCommand
{
    private const ulong HeightsMax = 100_000;
    private const int RowsShownMax = 1_000, ProgressEveryMs = 500;

    public static Command Create(CommandContext context)
    {
        var layer = new DaLayerFlags(context);
        Option<ulong?> height = context.OptionOf<ulong?>("da", "--height", "height"), from = context.OptionOf<ulong?>("da", "--from", "height"), to = context.OptionOf<ulong?>("da", "--to", "height");
        return context.Leaf("da.verify", async (run, cancel) =>
        {
            CelestiaOptions options = layer.Load(run);
            await using var node = new CelestiaNode(options);
            (ulong first, ulong last) = await RangeAsync(run, node, run.Value(height), run.Value(from), run.Value(to), cancel);
            List<HeightAudit> audits = [];
            using var progress = new HeightProgress(run, "text.da.verifying", first, last, ProgressEveryMs);
            for (ulong at = first; at <= last; at++)
            {
                audits.AddRange(await HeightAuditor.RunAsync(node, at, options.Namespace, cancel));
                progress.Show(at);
            }
            return Describe(run, audits, first, last);
        }, [.. layer.Symbols, height, from, to]);
    }

    /// <summary>One height, a range, or the head.</summary>
    private static async Task<(ulong First, ulong Last)> RangeAsync(Invocation run, CelestiaNode node, ulong? height, ulong? from, ulong? to, CancellationToken cancel)
    {
        if (height is { } one && from is null && to is null && one > 0) return (one, one);
        if (height is not null) throw Refuse("--height");
        ulong head = 0;
        if (to is null)
        {
            DaHead newest = await node.HeadAsync(cancel);
            if (!newest.IsKnown) throw new DsdnException(ClientError.Of(newest.Failure.Code, newest.Failure.IsProvedWrong ? ErrorClass.Integrity : ErrorClass.Unreachable, newest.Failure.Endpoint).With(newest.Failure.Detail));
            head = newest.Height;
        }
        (ulong first, ulong last) = (from ?? to ?? head, to ?? head);
        return first > 0 && first <= last && last - first < HeightsMax ? (first, last) : throw Refuse($"--from {first} --to {last}");

        DsdnException Refuse(string what) => new(ClientError.Of(DaCodes.Range, ErrorClass.Usage, what, HeightsMax.ToString(CultureInfo.InvariantCulture)));
    }

    private static Report Describe(Invocation run, List<HeightAudit> audits, ulong first, ulong last)
    {
        List<HeightAudit> unsound = [.. audits.Where(static audit => !audit.IsSound)];
        bool isTampered = unsound.Exists(static audit => audit.IsTampered);
        var report = new Report { ExitCode = isTampered ? (int)ErrorClass.Integrity : unsound.Count > 0 ? (int)ErrorClass.Unreachable : 0 };
        report.Add("valid", unsound.Count == 0).Add("tampered", isTampered)
            .Add("from", first).Add("to", last)
            .Add("blobs", (ulong)audits.Sum(static audit => audit.Blobs.Count))
            .Add("bytes", (ulong)audits.Sum(static audit => audit.Blobs.Sum(static blob => (long)blob.Bytes)));
        if (first == last)
        {
            report.AddTable("heights", ["endpoint", "height", "dataRoot", "status"], [.. audits.Select(audit => Row(run, audit))]);
            report.AddTable("blobList", ["endpoint", "commitment", "bytes", "index", "complete", "listed", "proved"], [.. audits.SelectMany(Rows).Take(RowsShownMax)]);
        }
        if (unsound.Count == 0) return report.Say(run.Texts["text.da.allProved"]);
        report.AddTable("faults", ["endpoint", "height", "code", "detail"], [.. unsound.SelectMany(Faults).Take(RowsShownMax)]);
        return report.AddTable("advice", ["code", "suggestion"], [.. unsound.SelectMany(static audit => audit.Failures).Select(static failure => failure.Code).Distinct(StringComparer.Ordinal).Select(code => DaStatusCommand.Advice(run, code))]);
    }

    private static IReadOnlyList<Cell> Row(Invocation run, HeightAudit audit)
    {
        string status = audit.IsTampered ? "tampered" : !audit.IsSound ? "unknown" : audit.IsProvenAbsent ? "absent" : "proved";
        return [audit.Endpoint, audit.Height, audit.DataRoot?.ToString(), new Cell(System.Text.Json.Nodes.JsonValue.Create(status), run.Texts["text.da.status." + status])];
    }

    private static IEnumerable<IReadOnlyList<Cell>> Rows(HeightAudit audit)
    {
        foreach (AuditedBlob blob in audit.Blobs)
            yield return [audit.Endpoint, blob.Commitment.ToString(), (ulong)blob.Bytes, blob.SquareIndex < 0 ? null : (Cell)(ulong)blob.SquareIndex, blob.IsComplete, blob.IsListed, blob.IsProved];
    }

    private static IEnumerable<IReadOnlyList<Cell>> Faults(HeightAudit audit)
    {
        foreach (DaFailure failure in audit.Failures) yield return [audit.Endpoint, audit.Height, failure.Code, failure.Detail];
    }
}
