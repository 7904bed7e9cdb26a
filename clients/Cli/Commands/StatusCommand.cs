using System.CommandLine;
using System.Text.Json;
using Dsdn.Cli.Commands.Files;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn status</c>: the node and its chain in one look, by one batch; <c>dsdn status FILE</c>: how safe an upload is.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string?> name = context.OptionalArgument("stored-status");
        var options = new StorageOptions(context);
        return context.Leaf("status", (run, cancel) => run.Value(name) is { } wanted ? DurabilityCommand.RunAsync(run, options, wanted, cancel) : ChainAsync(run, cancel), [name, .. options.Reading]);
    }

    private static async Task<Report> ChainAsync(Invocation run, CancellationToken cancel)
    {
        IReadOnlyList<RpcReply> replies = await run.Rpc.BatchAsync(
        [
            new RpcRequest("eth_chainId"),
            new RpcRequest("web3_clientVersion"),
            new RpcRequest("eth_getBlockByNumber", "latest", false),
            new RpcRequest("eth_syncing"),
            new RpcRequest("txpool_status"),
            new RpcRequest("net_peerCount"),
        ], cancel);
        ulong chainId = Must(replies[0], "eth_chainId").ToUInt64();
        JsonElement head = Must(replies[2], "eth_getBlockByNumber");
        Report report = new Report()
            .Add("rpc", run.Rpc.Endpoint.ToString())
            .Add("network", NetworkName.Of(chainId))
            .Add("chainId", chainId)
            .Add("client", Must(replies[1], "web3_clientVersion").ToText())
            .Add("height", head.Field("number").ToUInt64())
            .Add("hash", head.Field("hash").ToHash())
            .Add("stateRoot", head.Field("stateRoot").ToHash())
            .Add("secondsSinceBlock", SecondsSince(head.Field("timestamp").ToUInt64()));
        if (head.OptionalField("baseFeePerGas") is { } fee) report.Add("baseFeePerGas", fee.ToAmount().ToString(), NusaText.ShowGasPrice(fee.ToAmount()));
        if (!replies[3].IsError) report.Add("syncing", replies[3].Result.ValueKind != JsonValueKind.False);
        if (!replies[4].IsError) report.Add("poolPending", replies[4].Result.Field("pending").ToUInt64()).Add("poolQueued", replies[4].Result.Field("queued").ToUInt64());
        if (!replies[5].IsError) report.Add("peers", replies[5].Result.ToUInt64());
        return report;
    }

    private static ulong SecondsSince(ulong unixSeconds)
    {
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return now > unixSeconds ? now - unixSeconds : 0;
    }

    private static JsonElement Must(RpcReply reply, string method) =>
        reply.Error is null ? reply.Result : throw new DsdnException(RpcFailure.From(method, reply.Error));
}
