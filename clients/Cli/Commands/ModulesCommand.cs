using System.CommandLine;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn modules [MODULE]</c>: what can be called; needs no node.</summary>
internal static class ModulesCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string?> name = context.OptionalArgument("module");
        name.CompletionSources.Add(_ => ModuleCatalog.All.Select(module => module.Name));
        return context.Leaf("modules", (run, _) => Task.FromResult(run.Value(name) is { } wanted ? Methods(ModuleChoice.Module(wanted)) : Modules()), name);
    }

    private static Report Modules() => new Report().AddTable("modules", ["module", "address", "summary"],
        ModuleCatalog.All.Select(module => (IReadOnlyList<Cell>)[module.Name, module.Address, module.Summary]).ToArray());

    private static Report Methods(ModuleInterface module) => new Report()
        .Add("module", module.Name)
        .Add("address", module.Address)
        .Add("summary", module.Summary)
        .AddTable("methods", ["method", "kind"], module.Functions.Select(Row).ToArray())
        .AddTable("errors", ["error", "code"], module.Errors.Select(error => (IReadOnlyList<Cell>)[error.Abi.Signature, error.Code]).ToArray());

    private static IReadOnlyList<Cell> Row(AbiFunction function) =>
        [AbiParser.Declaration(function), function.Mutability switch { AbiMutability.View => "view", AbiMutability.Payable => "payable", _ => "nonpayable" }];
}
