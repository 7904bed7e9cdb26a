using System.CommandLine;
using System.Text.Json;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn tx HASH [--wait]</c> shows a transaction; <c>dsdn tx MODULE METHOD [ARGS]</c> makes one.</summary>
internal static class TxCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string> target = context.Argument("target");
        Argument<string?> method = context.OptionalArgument("method");
        Argument<string[]> arguments = MethodArguments.Create(context);
        Option<string?> value = context.Option<string?>("--value", "amount");
        var options = new SendOptions(context);
        target.CompletionSources.Add(_ => ModuleCatalog.All.Select(known => known.Name));
        return context.Leaf("tx", (run, cancel) =>
        {
            string first = run.Value(target) ?? "";
            if (run.Value(method) is { } name)
            {
                ModuleMethod called = ModuleChoice.Method(first, name);
                AbiValue[] values = AbiParser.Parse(called.Function, MethodArguments.Resolve(run, called.Function, run.Value(arguments) ?? []));
                return ModuleSender.SendAsync(run, options, called, values, run.Amount(value) ?? default, cancel);
            }
            if (!first.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            {
                ModuleInterface module = ModuleChoice.Module(first);
                throw new DsdnException(ErrorCodes.MethodUnknown, ErrorClass.Usage, "", module.Name, string.Join(", ", module.Functions.Select(known => known.Name)));
            }
            return Hash256.TryParse(first, out Hash256 hash)
                ? ShowAsync(run, hash, run.Value(options.Wait), run.Value(options.Timeout), cancel)
                : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, first);
        }, [target, method, arguments, value, .. options.All]);
    }

    private static async Task<Report> ShowAsync(Invocation run, Hash256 hash, bool wait, int timeout, CancellationToken cancel)
    {
        ReceiptInfo? receipt = wait ? await Sender.WaitAsync(run, hash, timeout, cancel) : await run.Chain.ReceiptAsync(hash, cancel);
        JsonElement transaction = await run.Chain.TransactionAsync(hash, cancel) ?? throw new DsdnException(ErrorCodes.NotFound, ErrorClass.Rejected, hash.ToString());
        Amount value = transaction.Field("value").ToAmount();
        if (receipt is not null) return ReceiptReport.Describe(run, receipt, value);
        return new Report()
            .Add("transaction", hash)
            .Add("status", "pending", run.Texts["text.pending"])
            .Add("from", transaction.Field("from").ToAddress())
            .Add("to", transaction.OptionalField("to")?.ToAddress() is { } to ? Report.Checksum(to) : null)
            .Add("value", value)
            .Add("nonce", transaction.Field("nonce").ToUInt64())
            .Add("gasLimit", transaction.Field("gas").ToUInt64());
    }
}
