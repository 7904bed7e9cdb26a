using Dsdn.Cli;
using Dsdn.Host;

return await CommandLine.RunAsync(args, hostCommands: static context =>
[
    NodeCommand.Create(context),
    SignerCommand.Create(context),
    CoordinatorCommand.Create(context),
    IngressCommand.Create(context),
    StorageCommand.Create(context),
    LogCommand.Create(context),
    AuditCommand.Create(context),
    GenesisCommand.Create(context),
    StateCommand.Create(context),
    SnapshotCommands.Create(context),
    TestnetCommand.Create(context),
    DevCommand.Create(context),
    DaCommand.Create(context),
]);
