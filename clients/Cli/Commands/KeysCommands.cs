using System.CommandLine;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn keys ...</c>: account keys, each a keystore v3 file in <c>HOME/keys</c>.</summary>
internal static class KeysCommands
{
    public static Command Create(CommandContext context) =>
        context.Group("keys", New(context), Import(context), Export(context), List(context), Rotate(context));

    private static Command New(CommandContext context)
    {
        Argument<string> name = context.Argument("name");
        Option<string?> password = context.Option<string?>("--password-file", "file");
        Option<string?> mnemonicOut = context.Option<string?>("--mnemonic-out", "file");
        return context.Leaf("keys.new", (run, _) =>
        {
            var report = new Report();
            NewKey.Create(run, run.Value(name) ?? "", run.Value(password), run.Value(mnemonicOut), report);
            return Task.FromResult(report);
        }, name, password, mnemonicOut);
    }

    private static Command Import(CommandContext context)
    {
        Argument<string> name = context.Argument("name");
        Option<string?> file = context.Option<string?>("--file", "file");
        Option<uint> index = context.Option<uint>("--index", "number");
        Option<string?> password = context.Option<string?>("--password-file", "file");
        Option<string?> keystorePassword = context.Option<string?>("--keystore-password-file", "file");
        return context.Leaf("keys.import", (run, _) =>
        {
            string wanted = run.Value(name) ?? "";
            run.Keys.CheckNewName(wanted);
            using Account account = SecretImport.Read(run, run.Value(file), run.Value(index), run.Value(keystorePassword));
            KeyEntry entry = run.Keys.Add(wanted, account, Passwords.New(run, wanted, run.Value(password)));
            return Task.FromResult(new Report().Add("key", entry.Name).Add("address", entry.Address).Add("file", entry.Path));
        }, name, file, index, password, keystorePassword);
    }

    private static Command Export(CommandContext context)
    {
        Argument<string> name = context.Argument("name");
        Option<string?> output = context.Option<string?>("--out", "file");
        Option<bool> plain = context.Option<bool>("--private-key");
        Option<string?> password = context.Option<string?>("--password-file", "file");
        Option<bool> yes = context.Option<bool>("--yes", null, "-y");
        return context.Leaf("keys.export", (run, _) =>
        {
            KeyEntry key = run.DefaultKey(run.Value(name));
            string? target = run.Value(output);
            if (!run.Value(plain))
            {
                string keystore = run.Keys.ReadKeystore(key);
                if (target is null) return Task.FromResult(new Report().AddRaw("keystore", keystore.TrimEnd() + "\n"));
                PrivateFile.Write(target, keystore, overwrite: false);
                return Task.FromResult(new Report().Add("key", key.Name).Add("file", Path.GetFullPath(target)));
            }
            // A private key goes into a file of its owner only, never to a screen or a pipe that may be logged.
            if (target is null) throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--out", "dsdn keys export");
            Confirmation.Ask(run, run.Value(yes), () => run.Terminal.Error.WriteLine(run.Texts["text.exportWarning", key.Name, target]));
            using Account account = Passwords.Unlock(run, key, run.Value(password));
            PrivateFile.Write(target, account.RevealPrivateKey() + "\n", overwrite: false);
            return Task.FromResult(new Report().Add("key", key.Name).Add("file", Path.GetFullPath(target)));
        }, name, output, plain, password, yes);
    }

    private static Command List(CommandContext context) => context.Leaf("keys.list", (run, _) =>
    {
        string? chosen = run.Settings.Key;
        return Task.FromResult(new Report().AddTable("keys", ["name", "address", "file", "default"],
            run.Keys.List().Select(key => (IReadOnlyList<Cell>)[key.Name, key.Address, key.Path, key.Name == chosen]).ToArray()));
    });

    private static Command Rotate(CommandContext context)
    {
        Argument<string> name = context.Argument("name");
        Option<string?> password = context.Option<string?>("--password-file", "file");
        Option<string?> newPassword = context.Option<string?>("--new-password-file", "file");
        return context.Leaf("keys.rotate", (run, _) =>
        {
            KeyEntry key = run.DefaultKey(run.Value(name));
            using Account account = Passwords.Unlock(run, key, run.Value(password));
            run.Keys.Replace(key, account, Passwords.New(run, key.Name, run.Value(newPassword), "DSDN_NEW_PASSWORD"));
            return Task.FromResult(new Report().Add("key", key.Name).Add("address", key.Address).Add("file", key.Path));
        }, name, password, newPassword);
    }
}
