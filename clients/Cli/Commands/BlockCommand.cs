using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn block [N|latest|HASH]</c>.</summary>
internal static class BlockCommand
{
    private const ulong SecondsMax = 253_402_300_799; // the last second of year 9999

    public static Command Create(CommandContext context)
    {
        Argument<string?> which = context.OptionalArgument("block");
        return context.Leaf("block", async (run, cancel) =>
        {
            string text = run.Value(which) ?? "latest";
            JsonElement block = await run.Chain.BlockAsync(BlockArgument.Parse(text), transactions: false, cancel)
                ?? throw new DsdnException(ErrorCodes.NotFound, ErrorClass.Rejected, text);
            return Describe(block);
        }, which);
    }

    private static Report Describe(JsonElement block)
    {
        ulong time = block.Field("timestamp").ToUInt64();
        string[] transactions = block.Field("transactions").Items().Select(hash => hash.ToText()).ToArray();
        Report report = new Report()
            .Add("number", block.Field("number").ToUInt64())
            .Add("hash", block.Field("hash").ToHash())
            .Add("parent", block.Field("parentHash").ToHash())
            .Add("time", JsonValue.Create(time), time > SecondsMax ? time.ToString(CultureInfo.InvariantCulture)
                : DateTimeOffset.FromUnixTimeSeconds((long)time).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture))
            .Add("proposer", block.Field("miner").ToAddress())
            .Add("gasUsed", block.Field("gasUsed").ToUInt64())
            .Add("gasLimit", block.Field("gasLimit").ToUInt64());
        if (block.OptionalField("baseFeePerGas") is { } fee) report.Add("baseFeePerGas", fee.ToAmount().ToString(), NusaText.ShowGasPrice(fee.ToAmount()));
        return report
            .Add("stateRoot", block.Field("stateRoot").ToHash())
            .AddTable("transactions", ["transaction"], transactions.Select(hash => (IReadOnlyList<Cell>)[hash]).ToArray());
    }
}
