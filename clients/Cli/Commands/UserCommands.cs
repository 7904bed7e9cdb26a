using System.CommandLine;
using Dsdn.Cli.Commands.Files;

namespace Dsdn.Cli.Commands;

/// <summary>The table of contents of the user commands.</summary>
internal static class UserCommands
{
    public static IEnumerable<Command> Create(CommandContext context) =>
    [
        InitCommand.Create(context),
        KeysCommands.Create(context),
        UploadCommand.Create(context),
        GetCommand.Create(context),
        ListCommand.Create(context),
        RemoveCommand.Create(context),
        ShareCommand.Create(context),
        RecoverCommands.Create(context),
        BalanceCommand.Create(context),
        SendCommand.Create(context),
        StakeCommands.Create(context),
        ValidatorsCommand.Create(context),
        ValidatorCommands.Create(context),
        NodeCommands.Create(context),
        CommitteeCommands.Create(context),
        AgreementCommands.Create(context),
        ModulesCommand.Create(context),
        CallCommand.Create(context),
        TxCommand.Create(context),
        BlockCommand.Create(context),
        StatusCommand.Create(context),
        VerifyCommands.Create(context),
        FaucetCommand.Create(context),
        DoctorCommand.Create(context),
        CompletionCommand.Create(context),
    ];
}
