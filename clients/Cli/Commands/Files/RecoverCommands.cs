using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Sdk.Recovery;

namespace Dsdn.Cli.Commands.Files;

/// <summary><c>dsdn recover shares|restore</c>: three lists of words, any two of which open the wallet's files again and none of which can spend.</summary>
internal static class RecoverCommands
{
    private const int Needed = 2, Shares = 3, ShareBytesMax = 4_096;

    public static Command Create(CommandContext context) => context.Group("recover", Make(context), Restore(context));

    private static Command Make(CommandContext context)
    {
        Option<string?> from = context.Option<string?>("--from", "key");
        Option<string?> password = context.Option<string?>("--password-file", "file");
        Option<string?> folder = context.OptionOf<string?>("recover", "--out", "folder");
        Option<bool> yes = context.Option<bool>("--yes", null, "-y");
        return context.Leaf("recover.shares", (run, _) =>
        {
            string? target = run.Value(folder);
            // Secrets go to a person at a terminal or into files of their owner, never into a pipe.
            if (target is null && !run.Terminal.IsInteractive) throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--out", "dsdn recover shares");
            Confirmation.Ask(run, run.Value(yes), () => run.Terminal.Error.WriteLine(run.Texts["text.recover.warning"]));
            using Account account = Passwords.Unlock(run, run.DefaultKey(run.Value(from)), run.Value(password));
            using WalletKeys keys = account.DeriveFileKeys();
            byte[] root = keys.RevealRoot();
            IReadOnlyList<string> shares = RecoveryShares.Split(root, Needed, Shares);
            CryptographicOperations.ZeroMemory(root);
            Report report = new Report().Add("owner", account.Address);
            for (int i = 0; i < shares.Count; i++)
            {
                string number = (i + 1).ToString(CultureInfo.InvariantCulture);
                if (target is null)
                {
                    run.Terminal.Error.WriteLine(run.Texts["text.recover.share", number, shares[i]]);
                    continue;
                }
                PrivateFile.Write(Path.Combine(target, $"share-{number}.txt"), shares[i] + "\n", overwrite: false);
            }
            if (target is not null) report.Add("path", Path.GetFullPath(target));
            return Task.FromResult(report.Say(run.Texts["text.recover.made", Report.Checksum(account.Address)]));
        }, from, password, folder, yes);
    }

    private static Command Restore(CommandContext context)
    {
        Option<string[]> files = context.Option<string[]>("--share-file", "file");
        Option<string?> owner = context.OptionOf<string?>("recover", "--owner", "address");
        Option<string?> output = context.Option<string?>("--out", "file");
        Option<string?> password = context.Option<string?>("--password-file", "file");
        return context.Leaf("recover.restore", (run, _) =>
        {
            Address address = run.Address(run.Value(owner) ?? throw Missing("--owner"));
            string target = run.Value(output) ?? throw Missing("--out");
            string[] shares = run.Value(files) is { Length: > 0 } named ? [.. named.Select(static file => PrivateFile.ReadText(file, ShareBytesMax))] : Ask(run);
            ShareFault fault = RecoveryShares.TryCombine(shares, out byte[] root, out int at, out int word);
            if (fault != ShareFault.None) throw Failure(run, fault, at, word);
            if (root.Length != FileKey.Size) throw new DsdnException(ErrorCodes.SharesUnfit, ErrorClass.Key, run.Texts["text.recover.otherSet"]);
            FileRootFile.Write(target, root, address, Passwords.New(run, Path.GetFileName(target), run.Value(password)), run.Terminal.KeyCosts.Wallet);
            CryptographicOperations.ZeroMemory(root);
            return Task.FromResult(new Report().Add("owner", address).Add("file", Path.GetFullPath(target)).Say(run.Texts["text.recover.restored", target]));
        }, files, owner, output, password);
    }

    /// <summary>Typed in, not shown.</summary>
    private static string[] Ask(Invocation run)
    {
        if (!run.Terminal.IsInteractive) throw Missing("--share-file");
        return [.. Enumerable.Range(1, Needed).Select(i =>
        {
            run.Terminal.Error.Write(run.Texts["text.recover.ask", i.ToString(CultureInfo.InvariantCulture)] + ": ");
            return run.Terminal.ReadSecretLine() ?? throw Missing("--share-file");
        })];
    }

    /// <summary>Says which share and which word, never the word.</summary>
    private static DsdnException Failure(Invocation run, ShareFault fault, int at, int word)
    {
        string why = fault switch
        {
            ShareFault.Length => run.Texts["text.recover.length"],
            ShareFault.Word => run.Texts["text.recover.word", word.ToString(CultureInfo.InvariantCulture)],
            ShareFault.Checksum => run.Texts["text.recover.checksum"],
            ShareFault.OtherSet => run.Texts["text.recover.otherSet"],
            ShareFault.Twice => run.Texts["text.recover.twice"],
            ShareFault.Count => run.Texts["text.recover.count"],
            _ => run.Texts["text.recover.form"],
        };
        return at > 0
            ? new DsdnException(ErrorCodes.ShareInvalid, ErrorClass.Key, at.ToString(CultureInfo.InvariantCulture), why)
            : new DsdnException(ErrorCodes.SharesUnfit, ErrorClass.Key, why);
    }

    private static DsdnException Missing(string option) => new(ErrorCodes.MissingArgument, ErrorClass.Usage, option, "dsdn recover restore");
}
