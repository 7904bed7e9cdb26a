using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Cli.Commands.Files;

/// <summary><c>dsdn rm NAME|ID</c>: gives up an upload. Nodes erase its bytes after their grace; that they did nobody can prove, and the command does not say so.</summary>
internal static class RemoveCommand
{
    /// <summary>The longest grace of a class of nodes: Regular (docs/decisions/0029).</summary>
    private const ulong GraceMsMax = 30UL * 24 * 60 * 60 * 1_000;

    public static Command Create(CommandContext context)
    {
        Argument<string> name = context.Argument("stored");
        var options = new StorageOptions(context);
        Option<bool> yes = context.Option<bool>("--yes", null, "-y");
        return context.Leaf("rm", async (run, cancel) =>
        {
            using StorageNetwork network = await options.ConnectAsync(run, cancel);
            using Account account = options.Unlock(run);
            using WalletKeys keys = account.DeriveFileKeys();
            (CatalogEntry upload, string path) = await new Catalog(network, keys, account.Address).FindAsync(run.Value(name) ?? "", cancel);
            // One name of several, or a path inside: the log gives up whole files of its own.
            if (path.Length > 0 && (upload.Names.Count > 1 || path != upload.Names[0])) throw new DsdnException(TransferCodes.OnlyWhole, ErrorClass.Usage, path, upload.ManifestId.ToString()[..10]);
            Confirmation.Ask(run, run.Value(yes), () => run.Terminal.Error.WriteLine(run.Texts["text.rm.ask", string.Join(", ", upload.Names), ByteText.Show(upload.ContentBytes)]));
            ulong seq = await new Uploader(network, account, keys).DeleteAsync(upload.Agreement, [upload.ManifestId, keys.DataId(upload.ManifestId)], cancel);
            ulong until = network.NowMs + GraceMsMax;
            return new Report().Add("id", upload.ManifestId).Add("files", (ulong)upload.Files).Add("batch", seq)
                .Add("erasedBy", JsonValue.Create(until), TimeText.Show(until))
                .Say(run.Texts["text.rm.done", until.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }, [name, yes, .. options.All]);
    }
}
