using System.CommandLine;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn init</c>: the home folder, a first key, and the settings. Running it again changes nothing that exists.</summary>
internal static class InitCommand
{
    private const string FirstKey = "main";

    public static Command Create(CommandContext context)
    {
        Option<string?> password = context.Option<string?>("--password-file", "file");
        Option<string?> mnemonicOut = context.Option<string?>("--mnemonic-out", "file");
        return context.Leaf("init", (run, _) =>
        {
            PrivateFile.CreateFolder(run.Home);
            PrivateFile.CreateFolder(run.Keys.Folder);
            var report = new Report().Add("home", run.Home);
            IReadOnlyList<KeyEntry> existing = run.Keys.List();
            if (existing.Count > 0)
            {
                run.Settings.Save(run.Home);
                report.Add("key", existing[0].Name).Add("address", existing[0].Address).Add("created", false);
            }
            else
            {
                NewKey.Create(run, FirstKey, run.Value(password), run.Value(mnemonicOut), report);
                (run.Settings with { Key = FirstKey }).Save(run.Home);
            }
            return Task.FromResult(report);
        }, password, mnemonicOut);
    }
}
