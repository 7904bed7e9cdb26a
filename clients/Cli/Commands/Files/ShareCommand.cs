using System.CommandLine;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Sharing;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Cli.Commands.Files;

/// <summary><c>dsdn share NAME[/PATH] --link</c>: a link that opens an upload or a part of it, for whoever has it. Nothing secret is sent anywhere.</summary>
internal static class ShareCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> name = context.Argument("stored");
        Option<bool> link = context.Option<bool>("--link");
        var options = new StorageOptions(context);
        Option<bool> yes = context.Option<bool>("--yes", null, "-y");
        return context.Leaf("share", async (run, cancel) =>
        {
            if (!run.Value(link)) throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--link", "dsdn share");
            using StorageNetwork network = await options.ConnectAsync(run, cancel);
            using Account account = options.Unlock(run);
            using WalletKeys keys = account.DeriveFileKeys();
            (CatalogEntry upload, string path) = await new Catalog(network, keys, account.Address).FindAsync(run.Value(name) ?? "", cancel);
            Confirmation.Ask(run, run.Value(yes), () => run.Terminal.Error.WriteLine(run.Texts["text.share.ask", run.Value(name) ?? ""]));
            bool isWhole = path.Length == 0 || (upload.Names.Count == 1 && path == upload.Names[0]);
            Hash256 id = isWhole ? upload.ManifestId : await StorePartAsync(network, account, keys, upload, path, cancel);
            using FileKey key = keys.ManifestKey(id);
            // The link is the result and the secret at once: it goes to standard output and nowhere else.
            return new Report().Add("link", new ShareLink(upload.Agreement, id, key).Reveal()).Say(run.Texts["text.share.done"]);
        }, [name, link, yes, .. options.All]);
    }

    /// <summary>A manifest of that part alone, so that the link opens nothing else.</summary>
    private static async Task<Hash256> StorePartAsync(StorageNetwork network, Account account, WalletKeys keys, CatalogEntry upload, string path, CancellationToken cancel)
    {
        int above = path.LastIndexOf('/') + 1;
        Manifest part = Manifest.Of(upload.At(path).Select(entry => entry with { Path = entry.Path[above..] }));
        ChunkCoding coding = upload.Manifest.Entries.Select(static entry => entry.Content).OfType<ManifestContent>().SelectMany(Transfers.Downloading.ContentReader.ChunksOf).Select(static chunk => chunk.Coding).FirstOrDefault();
        Hash256 id = keys.CreateShareId();
        await new Uploader(network, account, keys).StoreManifestAsync(part, upload.Agreement, id, coding, new TransferProgress(), cancel);
        return id;
    }
}
