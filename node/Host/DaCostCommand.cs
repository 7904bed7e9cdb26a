using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Celestia;
using Dsdn.Celestia.Fees;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Costs;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn da cost</c>: gas and fee of a blob, TIA per day for a number of uploads, and with --observe what was really published.</summary>
internal static class DaCostCommand
{
    private const ulong UploadsDefault = 10_000, UploadsMax = 1_000_000_000, HeightsMax = 100_000;
    private const int ProgressEveryMs = 500;

    public static Command Create(CommandContext context)
    {
        var layer = new DaLayerFlags(context);
        Option<ulong?> bytes = context.OptionOf<ulong?>("da", "--bytes", "bytes"), uploads = context.OptionOf<ulong?>("da", "--uploads", "n"), upload = context.OptionOf<ulong?>("da", "--upload-bytes", "bytes"),
            nodes = context.OptionOf<ulong?>("da", "--nodes", "n"), observe = context.OptionOf<ulong?>("da", "--observe", "heights");
        return context.Leaf("da.cost", async (run, cancel) =>
        {
            GasPrice at = Price(layer.Setting(run, "DA_GAS_PRICE"));
            var report = new Report();
            report.Add("gasPrice", at.ToString());
            if (run.Value(bytes) is { } size) Blob(report, Bounded(size, 1, DaLimits.BlobBytesMax, "--bytes"), at);
            if (run.Value(bytes) is null || run.Has(uploads))
            {
                var model = new CostModel(Bounded(run.Value(uploads) ?? UploadsDefault, 0, UploadsMax, "--uploads"));
                Day(report, model with
                {
                    BytesPerUpload = Bounded(run.Value(upload) ?? model.BytesPerUpload, 1, DaLimits.BlobBytesMax, "--upload-bytes"),
                    Nodes = Bounded(run.Value(nodes) ?? model.Nodes, 0, 1_000_000, "--nodes"),
                }, at);
            }
            if (run.Value(observe) is { } heights) await ObserveAsync(run, report, layer.Load(run), Bounded(heights, 2, HeightsMax, "--observe"), at, cancel);
            return report;
        }, [.. layer.Symbols, bytes, uploads, upload, nodes, observe]);
    }

    private static void Blob(Report report, ulong bytes, GasPrice price)
    {
        CostEstimate cost = CostModel.OfBlob(bytes, price);
        Utia(report.Add("bytes", bytes).Add("gas", cost.GasEach), "feeUtia", cost.Utia);
    }

    private static void Day(Report report, CostModel model, GasPrice price)
    {
        CostEstimate day = model.PerDay(price);
        report.Add("uploads", model.UploadsPerDay).Add("uploadBytes", model.BytesPerUpload).Add("nodes", model.Nodes)
            .Add("batchesPerDay", (ulong)day.Transactions).Add("bytesPerBatch", day.BytesEach).Add("gasPerBatch", day.GasEach);
        Utia(report, "utiaPerDay", day.Utia);
    }

    private static async Task ObserveAsync(Invocation run, Report report, CelestiaOptions options, ulong heights, GasPrice price, CancellationToken cancel)
    {
        await using var node = new CelestiaNode(options);
        DaHead head = await node.HeadAsync(cancel);
        if (!head.IsKnown) throw new DsdnException(ClientError.Of(head.Failure.Code, head.Failure.IsProvedWrong ? ErrorClass.Integrity : ErrorClass.Unreachable, head.Failure.Endpoint).With(head.Failure.Detail));
        ulong first = head.Height > heights ? head.Height - heights + 1 : 1;
        if (first == head.Height) throw new DsdnException(ClientError.Of(DaCodes.Range, ErrorClass.Usage, $"--observe {heights}", Number(HeightsMax)));
        using var progress = new HeightProgress(run, "text.da.observing", first, head.Height, ProgressEveryMs);
        Spending spent = await SpendingObserver.RunAsync(node, options.Namespace, first, head.Height, price, progress.Show, cancel);
        report.Add("from", spent.From).Add("to", spent.To).Add("spanMs", spent.SpanMs).Add("blobs", spent.Blobs).Add("observedBytes", spent.Bytes).Add("unknownHeights", spent.UnknownHeights);
        Utia(report, "observedUtia", spent.Utia);
        if (spent.UtiaPerDay is { } day) Utia(report, "observedUtiaPerDay", day);
        if (await node.BalanceAsync(cancel) is not { IsKnown: true } balance) return;
        Utia(report, "balanceUtia", balance.Utia);
        if (spent.UtiaPerDay is { } each && each > 0) report.Add("daysLeft", (ulong)UInt128.Min(balance.Utia / each, ulong.MaxValue));
    }

    private static void Utia(Report report, string name, UInt128 utia) => report.Add(name, JsonValue.Create(utia.ToString(CultureInfo.InvariantCulture)), $"{utia.ToString(CultureInfo.InvariantCulture)} utia = {TiaText.Show(utia)}");

    private static GasPrice Price(string? text)
    {
        if (string.IsNullOrEmpty(text)) return GasPrice.Default;
        return GasPrice.TryParse(text, out GasPrice price) ? price : throw new DsdnException(ClientError.Of(DaCodes.Configuration, ErrorClass.Usage, $"DA_GAS_PRICE: '{text}'"));
    }

    private static ulong Bounded(ulong value, ulong min, ulong max, string option) =>
        value >= min && value <= max ? value : throw new DsdnException(ClientError.Of(DaCodes.Configuration, ErrorClass.Usage, $"{option}: {Number(min)} - {Number(max)}"));

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
