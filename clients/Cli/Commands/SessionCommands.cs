using System.CommandLine;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn agreement session add|revoke|list</c>: keys that upload or delete for an account without being able to spend from it.</summary>
internal static class SessionCommands
{
    private const ulong RowsMax = 100;

    public static Command Create(CommandContext context) => context.Group("agreement.session", Add(context), Revoke(context), List(context));

    private static Command Add(CommandContext context)
    {
        Argument<string> key = context.Argument("session-key");
        Option<string?> scope = context.OptionOf<string?>("agreement", "--scope", "upload|delete|all");
        scope.CompletionSources.Add("upload", "delete", "all");
        Option<string?> duration = context.OptionOf<string?>("agreement", "--for", "30d");
        var options = new SendOptions(context);
        return context.Leaf("agreement.session.add", async (run, cancel) =>
        {
            Address address = run.Address(run.Value(key) ?? "");
            SessionScopes scopes = ReadScopes(run.Value(scope));
            ulong seconds = DurationText.ParseSeconds(run.Value(duration) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--for", "dsdn agreement session add"));
            ulong expiresMs = await AgreementCommands.NowMsAsync(run, cancel) + (seconds * 1_000);
            ModuleCall call = AgreementsClient.RegisterSession(address, (ulong)scopes, expiresMs);
            string what = run.Texts["text.agreement.session", Report.Checksum(address), ScopesText(scopes), TimeText.Show(expiresMs)];
            return await Sender.SendAsync(run, options, new Intent(call.To, call.Value, call.Data, what), cancel);
        }, [key, scope, duration, .. options.All]);
    }

    private static Command Revoke(CommandContext context)
    {
        Argument<string> key = context.Argument("session-key");
        var options = new SendOptions(context);
        return context.Leaf("agreement.session.revoke", (run, cancel) => ModuleSender.SendAsync(
            run, options, ModuleCatalog.Method("Agreements", "revokeSession"), [run.Address(run.Value(key) ?? "")], default, cancel), [key, .. options.All]);
    }

    private static Command List(CommandContext context)
    {
        Option<string?> account = context.Option<string?>("--account", "account");
        return context.Leaf("agreement.session.list", async (run, cancel) =>
        {
            Address owner = run.AddressOrDefault(run.Value(account)), next = default;
            var modules = new ModuleClient(run.Chain);
            var rows = new List<IReadOnlyList<Cell>>();
            do
            {
                AgreementsSessionsOfResult found = await modules.QueryAsync(AgreementsClient.SessionsOf(owner, next, RowsMax), cancel: cancel);
                rows.AddRange(found.Page.Select(static row => (IReadOnlyList<Cell>)[row.Key, ScopesText((SessionScopes)(byte)row.Scopes), TimeText.Cell(row.ExpiresMs)]));
                next = found.Next;
            }
            while (!next.IsZero);
            return new Report().AddTable("sessions", ["key", "scopes", "expires"], rows);
        }, account);
    }

    private static SessionScopes ReadScopes(string? text) => text switch
    {
        null or "upload" => SessionScopes.Upload,
        "delete" => SessionScopes.Delete,
        "all" => SessionScopes.All,
        _ => throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--scope", "upload|delete|all", text),
    };

    private static string ScopesText(SessionScopes scopes) => scopes switch
    {
        SessionScopes.Upload => "upload",
        SessionScopes.Delete => "delete",
        _ => "all",
    };
}
