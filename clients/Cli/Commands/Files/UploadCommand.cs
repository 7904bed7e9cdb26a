using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Transfers;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Sources;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Cli.Commands.Files;

/// <summary><c>dsdn upload PATH...|-</c>: says what it will take and cost, asks, uploads. Called again with the same paths it goes on where it was stopped.</summary>
internal static class UploadCommand
{
    private const string Stdin = "-";
    private const int AnchorPollMs = 1_000;

    public static Command Create(CommandContext context)
    {
        var paths = new Argument<string[]>("paths") { Description = context.Texts["argument.paths"], Arity = ArgumentArity.OneOrMore };
        var options = new StorageOptions(context);
        Option<string?> agreement = context.Option<string?>("--agreement", "id");
        Option<bool> isPublic = context.Option<bool>("--public");
        Option<string?> contentType = context.Option<string?>("--content-type", "type/subtype");
        Option<string?> name = context.OptionOf<string?>("upload", "--name", "name");
        Option<string[]> exclude = context.Option<string[]>("--exclude", "pattern");
        Option<string?> coding = context.Option<string?>("--coding", "3x|6+3");
        Option<string?> wait = context.OptionOf<string?>("upload", "--wait", "placed|certified|anchored");
        Option<string?> days = context.Option<string?>("--days", "number");
        Option<bool> yes = context.Option<bool>("--yes", null, "-y");
        Option<bool> dryRun = context.OptionOf<bool>("upload", "--dry-run");
        return context.Leaf("upload", async (run, cancel) =>
        {
            string[] named = run.Value(paths) ?? [];
            bool isStream = named is [Stdin];
            if (!isStream && named.Contains(Stdin)) throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, Stdin, "dsdn upload");
            ChunkCoding kept = CodingText.Parse(run.Value(coding));
            UploadState until = Until(run.Value(wait));
            if (run.Value(contentType) is { } type && !PublicObject.IsContentType(type)) throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--content-type", "type/subtype", type);
            SourceScan scan = isStream ? new SourceScan([], []) : SourceScan.Of(named, run.Value(name), run.Value(exclude) ?? []);
            UploadPlan plan = new(scan, kept, run.Value(isPublic));

            using StorageNetwork network = await options.ConnectAsync(run, cancel);
            KeyEntry key = run.DefaultKey(run.Value(options.From));
            var payer = new AgreementPayer(run, network, key.Address, kept, DaysOf(run.Value(days)));
            AgreementChoice choice = await payer.ChooseAsync(run.Value(agreement), plan.ChunkBytes, isStream, cancel);
            if (run.Value(dryRun)) return Describe(run, plan, choice, isStream).Add("sent", false);
            Sending.Confirmation.Ask(run, run.Value(yes) || choice.Agreement is not null, () => ReportWriter.WriteText(Describe(run, plan, choice, isStream), run.Texts, run.Terminal.WithOutOnError()));

            using Account account = options.Unlock(run);
            using WalletKeys keys = account.DeriveFileKeys();
            Hash256 pays = choice.Agreement ?? await payer.OpenAsync(choice, account, cancel);
            string folder = Path.Combine(run.Home, "transfers");
            string journal = isStream ? Path.Combine(folder, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + ".stream")
                : UploadJournals.PathOf(folder, network.Chain.ChainId, account.Address, named.Select(Path.GetFullPath), run.Value(name), kept, run.Value(isPublic));
            var progress = new TransferProgress { ContentBytesTotal = isStream ? -1 : scan.ContentBytes };
            using Stream? input = isStream ? run.Terminal.OpenInput() : null;
            var request = new UploadRequest(pays, kept, run.Value(isPublic), scan.Items, journal, until)
            {
                Stream = input, StreamName = run.Value(name) ?? "stdin", ContentType = run.Value(contentType), Anchored = (seq, token) => AnchoredAsync(run, seq, token),
            };
            UploadResult result = await TransferDisplay.ShowAsync(run, progress, () => new Uploader(network, account, keys).UploadAsync(request, progress, cancel));
            return Describe(run, result, plan, scan);
        }, [paths, agreement, isPublic, contentType, name, exclude, coding, wait, days, yes, dryRun, .. options.All]);
    }

    private static Report Describe(Invocation run, UploadPlan plan, AgreementChoice choice, bool isStream)
    {
        Report report = new Report();
        if (!isStream)
        {
            report.Add("files", (ulong)plan.Files)
                .Add("content", JsonValue.Create(plan.ContentBytes), ByteText.Show(plan.ContentBytes))
                .Add("stored", JsonValue.Create(plan.StoredBytes), ByteText.Show(plan.StoredBytes))
                .Add("skippedLinks", (ulong)plan.SkippedLinks);
        }
        report.Add("coding", CodingText.Show(plan.Coding)).Add("public", plan.IsPublic);
        if (choice.Agreement is { } id) return report.Add("agreement", id).Say(run.Texts["text.upload.paid"]);
        return report.Add("agreement", null, run.Texts["text.upload.opens"])
            .Add("quota", JsonValue.Create(choice.QuotaBytes), ByteText.Show((long)choice.QuotaBytes))
            .Add("days", choice.Days)
            .Add("price", choice.Price);
    }

    private static Report Describe(Invocation run, UploadResult result, UploadPlan plan, SourceScan scan)
    {
        Report report = new Report()
            .Add("state", result.State.ToString().ToLowerInvariant(), Say(run, result.State))
            .Add("id", result.ManifestId)
            .Add("agreement", result.Agreement)
            .Add("files", (ulong)result.Files)
            .Add("content", JsonValue.Create(result.ContentBytes), ByteText.Show(result.ContentBytes))
            .Add("chunks", (ulong)result.Chunks)
            .Add("alreadyStored", (ulong)result.Skipped)
            .Add("zones", (ulong)result.Zones)
            .Add("coding", CodingText.Show(plan.Coding))
            .Add("batch", result.Seq);
        if (result.Objects.Count > 0) report.AddTable("objects", ["path", "object"], result.Objects.Select(static one => (IReadOnlyList<Cell>)[one.Path, Convert.ToHexStringLower(one.Object.Span)]).ToArray());
        if (scan.Skipped.Count > 0) report.Say(run.Texts["text.upload.links", string.Join(", ", scan.Skipped.Take(5))]);
        return report.Say(run.Texts["text.upload.next", "0x" + result.ManifestId.ToString()[2..10]]);
    }

    private static string Say(Invocation run, UploadState state) => state switch
    {
        UploadState.Placed => run.Texts["text.upload.placed"],
        UploadState.Certified => run.Texts["text.upload.certified"],
        _ => run.Texts["text.upload.anchored"],
    };

    /// <summary>The last anchor that the chain has tells how far it knows the log.</summary>
    private static async Task AnchoredAsync(Invocation run, ulong seq, CancellationToken cancel)
    {
        const int AttemptsMax = 300;
        var modules = new ModuleClient(run.Chain);
        for (int i = 0; i < AttemptsMax; i++)
        {
            try
            {
                if ((await modules.QueryAsync(CommitteeClient.LastAnchor(), cancel: cancel)).Seq >= seq) return;
            }
            catch (DsdnException none) when (none.Error.Class == ErrorClass.Rejected)
            {
                // No anchor yet.
            }
            await Task.Delay(AnchorPollMs, cancel);
        }
        throw new DsdnException(TransferCodes.NotAnchored, ErrorClass.Unreachable, seq.ToString(CultureInfo.InvariantCulture), AttemptsMax.ToString(CultureInfo.InvariantCulture));
    }

    private static UploadState Until(string? text) => text switch
    {
        null or "certified" => UploadState.Certified,
        "placed" => UploadState.Placed,
        "anchored" => UploadState.Anchored,
        _ => throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--wait", "placed, certified, anchored", text),
    };

    private static ulong DaysOf(string? text)
    {
        const ulong Default = 30, Max = 3_650;
        if (text is null) return Default;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong days) && days is >= 1 and <= Max
            ? days
            : throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--days", $"1 - {Max}", text);
    }
}
