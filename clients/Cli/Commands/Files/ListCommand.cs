using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;

namespace Dsdn.Cli.Commands.Files;

/// <summary><c>dsdn ls [NAME]</c>: what a wallet has uploaded, from the log alone; or what is in one upload.</summary>
internal static class ListCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string?> name = context.OptionalArgument("stored-path");
        var options = new StorageOptions(context);
        return context.Leaf("ls", async (run, cancel) =>
        {
            using StorageNetwork network = await options.ConnectAsync(run, cancel);
            (WalletKeys keys, Address owner) = options.OpenKeys(run);
            using (keys)
            {
                var catalog = new Catalog(network, keys, owner);
                return run.Value(name) is { } wanted ? await InsideAsync(catalog, wanted, cancel) : await AllAsync(run, catalog, cancel);
            }
        }, [name, .. options.Reading]);
    }

    private static async Task<Report> AllAsync(Invocation run, Catalog catalog, CancellationToken cancel)
    {
        (IReadOnlyList<CatalogEntry> uploads, IReadOnlyList<UnreadableEntry> unreadable) = await catalog.ListAsync(cancel);
        Report report = new Report().AddTable("uploads", ["name", "files", "content", "id", "agreement"], uploads.Select(static upload => (IReadOnlyList<Cell>)
        [
            string.Join(", ", upload.Names), (ulong)upload.Files, new Cell(JsonValue.Create(upload.ContentBytes), ByteText.Show(upload.ContentBytes)), Id(upload.ManifestId), Id(upload.Agreement),
        ]).ToArray());
        if (unreadable.Count > 0)
        {
            report.AddTable("unreadable", ["id", "agreement", "code"], unreadable.Select(static entry => (IReadOnlyList<Cell>)[Id(entry.ManifestId), Id(entry.Agreement), entry.Error.Code]).ToArray());
            report.Say(run.Texts["text.ls.unreadable"]);
        }
        return report;
    }

    private static async Task<Report> InsideAsync(Catalog catalog, string wanted, CancellationToken cancel)
    {
        (CatalogEntry upload, string path) = await catalog.FindAsync(wanted, cancel);
        IReadOnlyList<ManifestEntry> entries = path.Length == 0 ? upload.Manifest.Entries : upload.At(path);
        return new Report().Add("id", upload.ManifestId).Add("agreement", upload.Agreement)
            .AddTable("entries", ["path", "content", "mode", "modified", "object"], entries.Select(static entry => (IReadOnlyList<Cell>)
            [
                entry.Path + (entry.Content is null ? "/" : ""),
                entry.Content is { } content ? new Cell(JsonValue.Create(content.Layout.ContentBytes), ByteText.Show(content.Layout.ContentBytes)) : default,
                Convert.ToString(entry.Mode, 8), TimeText.Cell(entry.ModifiedMs), entry.Content?.Place is ContentPlace.Public open ? Convert.ToHexStringLower(open.Listing.ChunkId.Span) : null,
            ]).ToArray());
    }

    /// <summary>Programs get the whole id.</summary>
    private static Cell Id(Hash256 id) => new(JsonValue.Create(id.ToString()), id.ToString()[..10]);
}
