using System.CommandLine;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn call MODULE METHOD [ARGS]</c>: asks a module, changing nothing.</summary>
internal static class CallCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> module = context.Argument("module");
        Argument<string> method = context.Argument("method");
        Argument<string[]> arguments = MethodArguments.Create(context);
        Option<string?> from = context.Option<string?>("--from", "key");
        Option<string?> value = context.Option<string?>("--value", "amount");
        Option<string?> block = context.Option<string?>("--block", "block");
        module.CompletionSources.Add(_ => ModuleCatalog.All.Select(known => known.Name));
        return context.Leaf("call", async (run, cancel) =>
        {
            ModuleMethod target = ModuleChoice.Method(run.Value(module) ?? "", run.Value(method) ?? "");
            AbiValue[] values = AbiParser.Parse(target.Function, MethodArguments.Resolve(run, target.Function, run.Value(arguments) ?? []));
            AbiValue[] results = await new ModuleClient(run.Chain).CallAsync(target, values,
                run.Value(from) is { } caller ? run.Address(caller) : null, run.Amount(value) ?? default, BlockArgument.Parse(run.Value(block)), cancel);
            return Describe(target, results);
        }, module, method, arguments, from, value, block);
    }

    private static Report Describe(ModuleMethod method, AbiValue[] results)
    {
        var report = new Report().Add("module", method.Module.Name).Add("method", method.Function.Name);
        return report.Add("result", AbiText.ToJson(method.Function.Outputs, results), AbiText.Format(method.Function.Outputs, results));
    }
}
