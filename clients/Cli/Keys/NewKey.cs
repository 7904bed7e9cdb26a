using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Keys;

/// <summary>
/// Makes a key from a fresh mnemonic. The words are the only backup and are shown once: on the terminal of a person, or into
/// a file of the user's choice (0600). Where neither is possible nothing is made, because the words would be lost.
/// </summary>
internal static class NewKey
{
    public static void Create(Invocation run, string name, string? passwordFile, string? mnemonicOut, Report report)
    {
        run.Keys.CheckNewName(name);
        if (mnemonicOut is null && !run.Terminal.IsInteractive) throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "--mnemonic-out", "dsdn keys new");
        if (mnemonicOut is not null && File.Exists(mnemonicOut)) throw new DsdnException(ErrorCodes.KeyExists, ErrorClass.Key, mnemonicOut);
        string password = Passwords.New(run, name, passwordFile);
        using Wallet wallet = Wallet.Create();
        if (mnemonicOut is not null) PrivateFile.Write(mnemonicOut, wallet.RevealMnemonic() + "\n", overwrite: false);
        using Account account = wallet.Account(0);
        KeyEntry entry = run.Keys.Add(name, account, password);
        if (mnemonicOut is null) Show(run, wallet);
        report.Add("key", entry.Name).Add("address", entry.Address).Add("file", entry.Path).Add("created", true);
        if (mnemonicOut is not null) report.Add("mnemonicFile", Path.GetFullPath(mnemonicOut));
    }

    private static void Show(Invocation run, Wallet wallet)
    {
        run.Terminal.Error.WriteLine(run.Texts["text.mnemonicOnce"]);
        run.Terminal.Error.WriteLine();
        run.Terminal.Error.WriteLine("  " + wallet.RevealMnemonic());
        run.Terminal.Error.WriteLine();
    }
}
