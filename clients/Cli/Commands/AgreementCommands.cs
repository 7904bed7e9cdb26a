using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn agreement ...</c>: what an account pays to have stored, for how long. The price is shown before anything is signed.</summary>
internal static class AgreementCommands
{
    private const ulong RowsMax = 100;
    private const int PagesMax = 100;

    /// <summary>An agreement that ends sooner is pointed out.</summary>
    private const ulong SoonMs = 7UL * 24 * 60 * 60 * 1_000;

    public static Command Create(CommandContext context) => context.Group("agreement",
        Open(context), Quote(context), TopUp(context), Close(context), List(context), Show(context), SessionCommands.Create(context));

    private static Command Open(CommandContext context)
    {
        Argument<string> size = context.Argument("size");
        Option<string?> duration = context.OptionOf<string?>("agreement", "--for", "30d");
        Option<string?> coding = Coding(context);
        var options = new SendOptions(context);
        return context.Leaf("agreement.open", async (run, cancel) =>
        {
            Terms terms = ReadTerms(run, size, duration, coding, "dsdn agreement open");
            Amount price = await PriceAsync(run, terms, cancel);
            string what = run.Texts["text.agreement.open", SizeText.Show(terms.QuotaBytes), DurationText.Show(terms.DurationS), CodingText(terms.Coding), Money(price)];
            ModuleCall call = AgreementsClient.Open(price, terms.QuotaBytes, terms.DurationS, (ulong)terms.Coding);
            return await Sender.SendAsync(run, options, new Intent(call.To, call.Value, call.Data, what), cancel, static (report, receipt) =>
            {
                if (OpenedIn(receipt) is { } id) report.Add("agreement", id);
            });
        }, [size, duration, coding, .. options.All]);
    }

    private static Command Quote(CommandContext context)
    {
        Argument<string> size = context.Argument("size");
        Option<string?> duration = context.OptionOf<string?>("agreement", "--for", "30d");
        Option<string?> coding = Coding(context);
        return context.Leaf("agreement.quote", async (run, cancel) =>
        {
            Terms terms = ReadTerms(run, size, duration, coding, "dsdn agreement quote");
            return new Report()
                .Add("quota", JsonValue.Create(terms.QuotaBytes), SizeText.Show(terms.QuotaBytes))
                .Add("duration", JsonValue.Create(terms.DurationS), DurationText.Show(terms.DurationS))
                .Add("coding", CodingText(terms.Coding))
                .Add("price", await PriceAsync(run, terms, cancel));
        }, size, duration, coding);
    }

    private static Command TopUp(CommandContext context)
    {
        Argument<string> agreement = context.Argument("agreement");
        Option<string?> duration = context.OptionOf<string?>("agreement", "--for", "30d");
        Option<string?> amount = context.OptionOf<string?>("agreement", "--amount", "amount");
        var options = new SendOptions(context);
        return context.Leaf("agreement.topup", async (run, cancel) =>
        {
            Hash256 id = ReadId(run.Value(agreement));
            Amount value = run.Amount(amount) ?? new Amount((await new ModuleClient(run.Chain).QueryAsync(
                AgreementsClient.QuoteTopUp(id, DurationText.ParseSeconds(run.Value(duration) ?? throw Missing("--for", "dsdn agreement topup"))), cancel: cancel)).ToUInt128());
            ModuleCall call = AgreementsClient.TopUp(value, id);
            return await Sender.SendAsync(run, options, new Intent(call.To, call.Value, call.Data, run.Texts["text.agreement.topup", id.ToString(), Money(value)]), cancel);
        }, [agreement, duration, amount, .. options.All]);
    }

    private static Command Close(CommandContext context)
    {
        Argument<string> agreement = context.Argument("agreement");
        var options = new SendOptions(context);
        return context.Leaf("agreement.close", async (run, cancel) =>
        {
            Hash256 id = ReadId(run.Value(agreement));
            AgreementsQuoteCloseResult quote = await new ModuleClient(run.Chain).QueryAsync(AgreementsClient.QuoteClose(id), cancel: cancel);
            string what = run.Texts["text.agreement.close", id.ToString(), Money(ToAmount(quote.Refund)), Money(ToAmount(quote.Owed))];
            ModuleCall call = AgreementsClient.Close(id);
            return await Sender.SendAsync(run, options, new Intent(call.To, call.Value, call.Data, what), cancel);
        }, [agreement, .. options.All]);
    }

    private static Command List(CommandContext context)
    {
        Option<string?> account = context.Option<string?>("--account", "account");
        Option<bool> all = context.OptionOf<bool>("agreement", "--all");
        return context.Leaf("agreement.list", async (run, cancel) =>
        {
            ulong nowMs = await NowMsAsync(run, cancel);
            AgreementsAgreementRow[] rows = [.. (await AllOfAsync(run, run.AddressOrDefault(run.Value(account)), cancel)).Where(row => run.Value(all) || nowMs < row.ReleaseMs)];
            Report report = new Report().AddTable("agreements", ["agreement", "status", "quota", "coding", "end", "escrow"], rows.Select(row => (IReadOnlyList<Cell>)
            [
                row.Id.ToString(), StatusText(row, nowMs), new Cell(JsonValue.Create(row.QuotaBytes), SizeText.Show(row.QuotaBytes)), CodingText((ChunkCoding)(byte)row.Coding), TimeText.Cell(row.EndMs), ToAmount(row.Escrow),
            ]).ToArray());
            foreach (AgreementsAgreementRow row in rows) Warn(run, report, row, nowMs);
            return report;
        }, account, all);
    }

    private static Command Show(CommandContext context)
    {
        Argument<string> agreement = context.Argument("agreement");
        return context.Leaf("agreement.show", async (run, cancel) =>
        {
            AgreementsAgreementRow row = await new ModuleClient(run.Chain).QueryAsync(AgreementsClient.Agreement(ReadId(run.Value(agreement))), cancel: cancel);
            ulong nowMs = await NowMsAsync(run, cancel);
            Report report = new Report()
                .Add("agreement", row.Id)
                .Add("owner", row.Owner)
                .Add("status", StatusText(row, nowMs))
                .Add("quota", JsonValue.Create(row.QuotaBytes), SizeText.Show(row.QuotaBytes))
                .Add("coding", CodingText((ChunkCoding)(byte)row.Coding))
                .Add("opened", JsonValue.Create(row.OpenedMs), TimeText.Show(row.OpenedMs))
                .Add("end", JsonValue.Create(row.EndMs), TimeText.Show(row.EndMs))
                .Add("renewable", JsonValue.Create(row.RenewableUntilMs), TimeText.Show(row.RenewableUntilMs))
                .Add("release", JsonValue.Create(row.ReleaseMs), TimeText.Show(row.ReleaseMs))
                .Add("pricePerGbMonth", ToAmount(row.PricePerGbMonth))
                .Add("escrow", ToAmount(row.Escrow))
                .Add("owed", ToAmount(row.Owed));
            Warn(run, report, row, nowMs);
            return report;
        }, agreement);
    }

    /// <summary>Of the owner, in the order of their opening.</summary>
    private static async Task<IReadOnlyList<AgreementsAgreementRow>> AllOfAsync(Invocation run, Address owner, CancellationToken cancel)
    {
        var modules = new ModuleClient(run.Chain);
        var rows = new List<AgreementsAgreementRow>();
        ulong next = 0;
        for (int page = 0; page < PagesMax; page++)
        {
            AgreementsAgreementsOfResult found = await modules.QueryAsync(AgreementsClient.AgreementsOf(owner, next, RowsMax), cancel: cancel);
            rows.AddRange(found.Page);
            next = found.Next;
            if (next == 0) break;
        }
        return rows;
    }

    private static void Warn(Invocation run, Report report, AgreementsAgreementRow row, ulong nowMs)
    {
        string id = row.Id.ToString();
        if (row.Closed || nowMs >= row.ReleaseMs) return;
        if (nowMs < row.EndMs && row.EndMs - nowMs < SoonMs && row.EndMs - row.OpenedMs > SoonMs) report.Say(run.Texts["text.agreement.soon", id, DurationText.Show((row.EndMs - nowMs) / 1_000)]);
        else if (nowMs >= row.EndMs && nowMs < row.RenewableUntilMs) report.Say(run.Texts["text.agreement.renew", id, TimeText.Show(row.RenewableUntilMs), TimeText.Show(row.ReleaseMs)]);
        else if (nowMs >= row.RenewableUntilMs) report.Say(run.Texts["text.agreement.lost", id, TimeText.Show(row.ReleaseMs)]);
    }

    private static string StatusText(AgreementsAgreementRow row, ulong nowMs)
    {
        if (row.Closed) return "closed";
        if (nowMs < row.EndMs) return "open";
        return nowMs < row.RenewableUntilMs ? "renewable" : "ended";
    }

    private static Hash256? OpenedIn(ReceiptInfo receipt)
    {
        foreach (LogInfo log in receipt.Logs)
            if (log.Address == AgreementsClient.Address && ModuleCatalog.Describe(log)?.Name == "Agreements.Opened") return log.Topics[1];
        return null;
    }

    private static async Task<Amount> PriceAsync(Invocation run, Terms terms, CancellationToken cancel) =>
        ToAmount(await new ModuleClient(run.Chain).QueryAsync(AgreementsClient.Quote(terms.QuotaBytes, terms.DurationS, (ulong)terms.Coding), cancel: cancel));

    /// <summary>The time that a next block has at least: a chain on which nothing happens makes none for a while, and its last one is old.</summary>
    internal static async Task<ulong> NowMsAsync(Invocation run, CancellationToken cancel)
    {
        ulong last = await run.Chain.BlockAsync(BlockRef.Latest, transactions: false, cancel) is { } block ? block.Field("timestamp").ToUInt64() * 1_000 : 0;
        return Math.Max(last, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    private static Option<string?> Coding(CommandContext context)
    {
        Option<string?> coding = context.OptionOf<string?>("agreement", "--coding", "copies|6+3");
        coding.CompletionSources.Add("copies", "6+3");
        return coding;
    }

    private static Terms ReadTerms(Invocation run, Argument<string> size, Option<string?> duration, Option<string?> coding, string command) => new(
        SizeText.Parse(run.Value(size) ?? ""), DurationText.ParseSeconds(run.Value(duration) ?? throw Missing("--for", command)), Files.CodingText.Parse(run.Value(coding)));

    private static string CodingText(ChunkCoding coding) => coding == ChunkCoding.ReedSolomon ? "6+3" : "copies";

    private static string Money(Amount amount) => Sdk.Money.NusaText.Show(amount);

    private static Amount ToAmount(Uint256 word) => new(word.ToUInt128());

    private static Hash256 ReadId(string? text) => Hash256.TryParse(text ?? "", out Hash256 id) ? id : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, text ?? "");

    private static DsdnException Missing(string option, string command) => new(ErrorCodes.MissingArgument, ErrorClass.Usage, option, command);

    private readonly record struct Terms(ulong QuotaBytes, ulong DurationS, ChunkCoding Coding);
}
