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

/// <summary>
/// <c>dsdn share NAME[/PATH] --link | --to KEY</c>: a link that opens an upload or a part of it, for whoever has it or for one wallet. <c>--key</c> shows what others share to. Nothing secret is sent anywhere.
/// </summary>
internal static class ShareCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string?> name = context.OptionalArgument("stored");
        Option<bool> link = context.Option<bool>("--link");
        Option<string?> to = context.OptionOf<string?>("share", "--to", "key");
        Option<bool> ownKey = context.OptionOf<bool>("share", "--key");
        var options = new StorageOptions(context);
        Option<bool> yes = context.Option<bool>("--yes", null, "-y");
        return context.Leaf("share", async (run, cancel) =>
        {
            if (run.Value(ownKey)) return Key(run, options);
            string wanted = run.Value(name) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "NAME", "dsdn share");
            if (run.Value(link) == (run.Value(to) is not null)) throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--link, --to", "dsdn share");
            Hash256? receiver = run.Value(to) is { } text ? ReceiverOf(text) : null;
            using StorageNetwork network = await options.ConnectAsync(run, cancel);
            using Account account = options.Unlock(run);
            using WalletKeys keys = account.DeriveFileKeys();
            (CatalogEntry upload, string path) = await new Catalog(network, keys, account.Address).FindAsync(wanted, cancel);
            Confirmation.Ask(run, run.Value(yes), () => run.Terminal.Error.WriteLine(run.Texts[receiver is null ? "text.share.ask" : "text.share.ask.to", wanted]));
            bool isWhole = path.Length == 0 || (upload.Names.Count == 1 && path == upload.Names[0]);
            Hash256 id = isWhole ? upload.ManifestId : await StorePartAsync(network, account, keys, upload, path, cancel);
            using FileKey key = keys.ManifestKey(id);
            var made = new ShareLink(upload.Agreement, id, key);
            // The link is the result and, unless it is sealed, the secret at once: it goes to standard output and nowhere else.
            return new Report().Add("link", receiver is { } one ? made.SealFor(one) ?? throw WrongKey(one.ToString()) : made.Reveal()).Say(run.Texts["text.share.done"]);
        }, [name, link, to, ownKey, yes, .. options.All]);
    }

    /// <summary>What somebody else names with --to, so that this wallet opens it.</summary>
    private static Report Key(Invocation run, StorageOptions options)
    {
        using Account account = options.Unlock(run);
        using WalletKeys keys = account.DeriveFileKeys();
        return new Report().Add("key", keys.ReceivingKey).Say(run.Texts["text.share.key"]);
    }

    private static Hash256 ReceiverOf(string text) => Hash256.TryParse(text, out Hash256 key) && WalletKeys.SealTo(key, []) is not null ? key : throw WrongKey(text);

    private static DsdnException WrongKey(string text) => new(ErrorCodes.OptionValue, ErrorClass.Usage, "--to", "0x... (dsdn share --key)", text);

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
