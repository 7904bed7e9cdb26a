using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Sharing;

namespace Dsdn.Cli.Commands.Files;

/// <summary><c>dsdn get NAME|ID|LINK [TARGET|-]</c>: fetches what was uploaded, whole or a range of one file.</summary>
internal static class GetCommand
{
    private const string Stdout = "-";

    public static Command Create(CommandContext context)
    {
        Argument<string> source = context.Argument("stored");
        Argument<string?> target = context.OptionalArgument("target-path");
        var options = new StorageOptions(context);
        Option<bool> overwrite = context.Option<bool>("--overwrite");
        Option<string?> range = context.Option<string?>("--range", "first-last");
        return context.Leaf("get", async (run, cancel) =>
        {
            string wanted = run.Value(source) ?? "", to = run.Value(target) ?? ".";
            if (to == Stdout && run.Json) throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "--json -", "dsdn get");
            if (run.Value(range) is not null && to != Stdout) throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "--range", "dsdn get NAME -");
            (long offset, long bytes) = RangeOf(run.Value(range));
            using StorageNetwork network = await options.ConnectAsync(run, cancel);
            IReadOnlyList<ManifestEntry> entries = await FindAsync(run, options, network, wanted, cancel);
            var downloader = new Downloader(network);
            if (to == Stdout)
            {
                ManifestEntry one = entries is [{ Content: not null } single] ? single : throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "-", "dsdn get");
                await using Stream output = run.Terminal.OpenOutput();
                await downloader.WriteAsync(one, offset, bytes, output, cancel);
                return new Report();
            }
            (string folder, IReadOnlyList<ManifestEntry> placed) = Place(entries, to);
            var progress = new TransferProgress();
            int files = await TransferDisplay.ShowAsync(run, progress, () => downloader.GetAsync(placed, folder, run.Value(overwrite), progress, cancel));
            return new Report().Add("files", (ulong)files)
                .Add("content", JsonValue.Create(progress.ContentBytes), ByteText.Show(progress.ContentBytes))
                .Add("path", Path.Combine(folder, placed.Count > 0 ? placed[0].Path.Split('/')[0] : ""));
        }, [source, target, overwrite, range, .. options.Reading]);
    }

    private static async Task<IReadOnlyList<ManifestEntry>> FindAsync(Invocation run, StorageOptions options, StorageNetwork network, string wanted, CancellationToken cancel)
    {
        if (ShareLink.IsLink(wanted))
        {
            ShareLink link = LinkOf(run, options, wanted);
            using FileKey key = link.Key;
            return (await new ManifestReader(network, new StoredChunks(network)).ReadAsync(link.Agreement, link.ManifestId, key, 0, cancel)).Entries;
        }
        (WalletKeys keys, var owner) = options.OpenKeys(run);
        using (keys)
        {
            (CatalogEntry upload, string path) = await new Catalog(network, keys, owner).FindAsync(wanted, cancel);
            if (path.Length == 0) return upload.Manifest.Entries;
            int above = path.LastIndexOf('/') + 1;
            return [.. upload.At(path).Select(entry => entry with { Path = entry.Path[above..] })];
        }
    }

    private static ShareLink LinkOf(Invocation run, StorageOptions options, string text)
    {
        if (!ShareLink.IsSealed(text)) return ShareLink.TryParse(text, out ShareLink? open) ? open : throw new DsdnException(TransferCodes.Link, ErrorClass.Usage);
        using WalletKeys keys = options.OpenKeys(run).Keys;
        if (!ShareLink.TryOpen(text, keys, out ShareLink? link)) throw new DsdnException(TransferCodes.Link, ErrorClass.Usage);
        return link ?? throw new DsdnException(TransferCodes.LinkOther, ErrorClass.Key);
    }

    /// <summary>A single file may be given a name; everything else goes into a folder under its own.</summary>
    private static (string Folder, IReadOnlyList<ManifestEntry> Entries) Place(IReadOnlyList<ManifestEntry> entries, string to)
    {
        if (Directory.Exists(to) || Path.EndsInDirectorySeparator(to) || entries is not [{ Content: not null } one]) return (Path.GetFullPath(to), entries);
        string full = Path.GetFullPath(to);
        return (Path.GetDirectoryName(full) ?? ".", [one with { Path = Path.GetFileName(full) }]);
    }

    /// <summary>first-last as in HTTP: both are written; without the last one to the end.</summary>
    private static (long Offset, long Bytes) RangeOf(string? text)
    {
        if (text is null) return (0, -1);
        string[] ends = text.Split('-');
        if (ends.Length == 2 && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first))
        {
            if (ends[1].Length == 0) return (first, -1);
            if (long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last >= first && last < long.MaxValue) return (first, last - first + 1);
        }
        throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--range", "0-99, 100-", text);
    }
}
