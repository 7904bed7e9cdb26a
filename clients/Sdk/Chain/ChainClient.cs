using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Chain;

/// <summary>
/// What a wallet or a service asks of Chain Nusantara, typed. Amounts are base units; every failure is a coded
/// <see cref="DsdnException"/>. Blocks are final as soon as they are visible, so a receipt needs no confirmations.
/// </summary>
public sealed class ChainClient(RpcClient rpc)
{
    public const ulong DevnetChainId = 17847;

    private const int PollMs = 100;

    public RpcClient Rpc { get; } = rpc;

    public async Task<ulong> ChainIdAsync(CancellationToken cancel = default) => (await Rpc.CallAsync("eth_chainId", cancel)).ToUInt64();

    /// <summary>Height of the decided head.</summary>
    public async Task<ulong> HeightAsync(CancellationToken cancel = default) => (await Rpc.CallAsync("eth_blockNumber", cancel)).ToUInt64();

    public async Task<Amount> BalanceAsync(Address address, BlockRef block = default, CancellationToken cancel = default) =>
        (await Rpc.CallAsync("eth_getBalance", [RpcValue.Node(address.ToString()), block.ToNode()], cancel)).ToAmount();

    /// <summary>The nonce the next transaction of the account must carry; by default counting those in the pool.</summary>
    public async Task<ulong> NonceAsync(Address address, BlockRef? block = null, CancellationToken cancel = default) =>
        (await Rpc.CallAsync("eth_getTransactionCount", [RpcValue.Node(address.ToString()), (block ?? BlockRef.Pending).ToNode()], cancel)).ToUInt64();

    /// <summary>
    /// Fees for a transaction that should enter one of the next blocks: the median tip of the last blocks (at least 1 gwei),
    /// and twice the next base fee, which covers six full blocks in a row (1.125^6 is about 2).
    /// </summary>
    public async Task<Fees> FeesAsync(CancellationToken cancel = default)
    {
        JsonElement history = await Rpc.CallAsync(
            "eth_feeHistory", [RpcValue.Node("0xa"), RpcValue.Node("latest"), new JsonArray(50)], cancel);
        Amount baseFee = history.Field("baseFeePerGas").Items().LastOrDefault() is { ValueKind: JsonValueKind.String } last ? last.ToAmount() : Amount.Gwei(1);
        Amount[] tips = history.OptionalField("reward") is { } rewards
            ? rewards.Items().Select(row => row.Items().FirstOrDefault()).Where(tip => tip.ValueKind == JsonValueKind.String)
                .Select(tip => tip.ToAmount()).Where(tip => !tip.IsZero).Order().ToArray()
            : [];
        Amount priority = tips.Length == 0 ? Amount.Gwei(1) : Amount.Max(Amount.Gwei(1), tips[tips.Length / 2]);
        return new Fees(baseFee + baseFee + priority, priority, baseFee);
    }

    /// <summary>Return data of a call that changes nothing.</summary>
    public async Task<byte[]> CallAsync(CallRequest call, BlockRef block = default, CancellationToken cancel = default) =>
        (await Rpc.CallAsync("eth_call", [call.ToNode(), block.ToNode()], cancel)).ToBytes();

    /// <summary>The gas limit with which the call succeeds.</summary>
    public async Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancel = default) =>
        (await Rpc.CallAsync("eth_estimateGas", [call.ToNode()], cancel)).ToUInt64();

    /// <summary>Fills in chain id, nonce (after the pool's), fees and gas. Estimating runs the call, so one that would revert fails here.</summary>
    /// <param name="gasLimit">Skips the estimate.</param>
    public async Task<PreparedTransaction> PrepareAsync(
        Address from, Address to, Amount value, ReadOnlyMemory<byte> data, ulong? gasLimit = null, CancellationToken cancel = default)
    {
        ulong chainId = await ChainIdAsync(cancel);
        ulong nonce = await NonceAsync(from, BlockRef.Pending, cancel);
        Fees fees = await FeesAsync(cancel);
        ulong gas = gasLimit ?? await EstimateGasAsync(new CallRequest(from, to, value, data), cancel);
        return new PreparedTransaction(from, to, chainId, nonce, value, data, gas, fees);
    }

    /// <summary>Signs, sends and waits for the receipt, which may be that of a failed transaction.</summary>
    public async Task<ReceiptInfo> SendAsync(PreparedTransaction prepared, Account account, TimeSpan timeout, CancellationToken cancel = default)
    {
        Transaction signed = prepared.Sign(account);
        await SendRawAsync(signed.Raw, signed.Hash, cancel);
        return await WaitAsync(signed.Hash, timeout, cancel);
    }

    /// <summary>Null while the transaction is unknown or waits in the pool.</summary>
    public async Task<ReceiptInfo?> ReceiptAsync(Hash256 hash, CancellationToken cancel = default)
    {
        JsonElement receipt = await Rpc.CallAsync("eth_getTransactionReceipt", [RpcValue.Node(hash.ToString())], cancel);
        return receipt.ValueKind == JsonValueKind.Null ? null : ReceiptInfo.Parse(receipt);
    }

    /// <summary>Null where unknown.</summary>
    public async Task<JsonElement?> TransactionAsync(Hash256 hash, CancellationToken cancel = default) =>
        NullIfNull(await Rpc.CallAsync("eth_getTransactionByHash", [RpcValue.Node(hash.ToString())], cancel));

    /// <summary>Null where unknown or pruned.</summary>
    public async Task<JsonElement?> BlockAsync(BlockRef block, bool transactions, CancellationToken cancel = default) => NullIfNull(
        await Rpc.CallAsync(block.IsHash ? "eth_getBlockByHash" : "eth_getBlockByNumber", [RpcValue.Node(block.ToString()), transactions], cancel));

    /// <param name="topics">A position, any of its topics; an empty position matches any.</param>
    public async Task<IReadOnlyList<LogInfo>> LogsAsync(
        ulong fromBlock, ulong toBlock, IReadOnlyList<Address> addresses, IReadOnlyList<IReadOnlyList<Hash256>> topics, CancellationToken cancel = default)
    {
        var filter = new JsonObject
        {
            ["fromBlock"] = RpcValue.Quantity(fromBlock),
            ["toBlock"] = RpcValue.Quantity(toBlock),
            ["address"] = new JsonArray(addresses.Select(address => (JsonNode?)RpcValue.Node(address.ToString())).ToArray()),
            ["topics"] = new JsonArray(topics.Select(any => any.Count == 0
                ? null
                : (JsonNode?)new JsonArray(any.Select(topic => (JsonNode?)RpcValue.Node(topic.ToString())).ToArray())).ToArray()),
        };
        return (await Rpc.CallAsync("eth_getLogs", [filter], cancel)).Items().Select(LogInfo.Parse).ToArray();
    }

    /// <summary>Waits until the transaction is in a decided block.</summary>
    /// <exception cref="DsdnException"><see cref="ErrorCodes.ReceiptTimeout"/>: it may still be included later</exception>
    public async Task<ReceiptInfo> WaitAsync(Hash256 hash, TimeSpan timeout, CancellationToken cancel = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(timeout);
        try
        {
            while (true)
            {
                if (await ReceiptAsync(hash, deadline.Token) is { } receipt) return receipt;
                await Task.Delay(PollMs, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DsdnException(ErrorCodes.ReceiptTimeout, ErrorClass.Unreachable, hash.ToString());
        }
    }

    /// <summary>Hands a signed transaction to the node's pool. Accepted is not final: wait for the receipt.</summary>
    /// <exception cref="DsdnException">refused by the pool, or <see cref="ErrorCodes.OutcomeUnknown"/> where the connection broke and
    /// the node does not tell whether it took it (the same bytes may then be sent again safely)</exception>
    public async Task SendRawAsync(ReadOnlyMemory<byte> raw, Hash256 hash, CancellationToken cancel = default)
    {
        RpcReply reply;
        try
        {
            reply = await Rpc.TryCallAsync("eth_sendRawTransaction", [RpcValue.Node(Hex.Encode(raw.Span))], cancel);
        }
        catch (DsdnException lost) when (lost.Error.Code is ErrorCodes.Timeout or ErrorCodes.ConnectionLost or ErrorCodes.BadReply)
        {
            if (await IsKnownAsync(hash, cancel)) return;
            throw new DsdnException(ClientError.Of(ErrorCodes.OutcomeUnknown, ErrorClass.Unreachable, hash.ToString()).With(lost.Error.Details), lost);
        }
        if (reply.Error is null || reply.Error.Message.StartsWith("already known", StringComparison.OrdinalIgnoreCase)) return;
        throw new DsdnException(RpcFailure.From("eth_sendRawTransaction", reply.Error));
    }

    private async Task<bool> IsKnownAsync(Hash256 hash, CancellationToken cancel)
    {
        try
        {
            return await TransactionAsync(hash, cancel) is not null;
        }
        catch (DsdnException)
        {
            return false;
        }
    }

    private static JsonElement? NullIfNull(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value;
}
