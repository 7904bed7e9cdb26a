using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Fees;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>eth_feeHistory: base fees, how full the blocks were, and tips at percentiles of the gas used.</summary>
internal static class FeeHistoryMethod
{
    public static RpcError? FeeHistory(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (ReadCount(ref args, out ulong count) is { } badCount) return badCount;
        BlockSelector newest = args.BlockNumber();
        if (args.Error is { } badBlock) return badBlock;
        if (ReadPercentiles(ref args, context.Options.FeeHistoryPercentilesMax, out List<double> percentiles) is { } badPercentiles) return badPercentiles;
        if (args.End() is { } tooMany) return tooMany;
        ulong head = context.Head.Number;
        ulong last = newest.Kind == BlockKind.Number ? newest.Number : head;
        if (last > head) return RpcError.Server($"request beyond head block: requested {last}, head {head}");
        count = Math.Min(Math.Min(count, context.Options.FeeHistoryBlocksMax), last + 1);
        if (count == 0)
        {
            reply.Raw("{\"oldestBlock\":\"0x0\",\"baseFeePerGas\":[],\"gasUsedRatio\":[]}"u8);
            return null;
        }
        return Write(context, last + 1 - count, last, percentiles, reply);
    }

    private static RpcError? Write(CallContext context, ulong first, ulong last, List<double> percentiles, ReplyWriter reply)
    {
        var headers = new List<Header>();
        for (ulong number = first; number <= last; number++)
        {
            Header? header = number == context.Head.Number ? context.Head.Block.Header : context.Chain.HeaderAt(number);
            if (header is null) return RpcError.Pruned;
            headers.Add(header);
        }
        reply.Raw("{\"oldestBlock\":"u8);
        reply.Quantity(first);
        reply.Raw(",\"baseFeePerGas\":["u8);
        foreach (Header header in headers)
        {
            reply.Quantity(header.BaseFeePerGas);
            reply.Byte((byte)',');
        }
        reply.Quantity(last == context.Head.Number ? context.Chain.NextBaseFee : context.Chain.HeaderAt(last + 1)?.BaseFeePerGas ?? context.Chain.NextBaseFee);
        reply.Raw("],\"gasUsedRatio\":["u8);
        for (int i = 0; i < headers.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Ratio(headers[i].GasLimit == 0 ? 0 : (double)headers[i].GasUsed / headers[i].GasLimit);
        }
        reply.Byte((byte)']');
        if (percentiles.Count > 0)
        {
            reply.Raw(",\"reward\":["u8);
            for (ulong number = first; number <= last; number++)
            {
                if (number > first) reply.Byte((byte)',');
                BlockData? data = number == context.Head.Number ? context.Head.Data : context.Chain.BlockAt(number);
                if (data is null) return RpcError.Pruned;
                WriteRewards(data, percentiles, reply);
            }
            reply.Byte((byte)']');
        }
        reply.Byte((byte)'}');
        return null;
    }

    /// <summary>Tips in ascending order, weighed by gas used; the one at each percentile (geth).</summary>
    private static void WriteRewards(BlockData data, List<double> percentiles, ReplyWriter reply)
    {
        var tips = new List<(Uint256 Tip, ulong GasUsed)>();
        for (int i = 0; i < data.Block.Transactions.Count; i++)
        {
            Transaction transaction = data.Block.Transactions[i];
            if (transaction.Type == TransactionType.System) continue;
            tips.Add((EffectivePrice.Tip(transaction, data.Block.Header.BaseFeePerGas), data.Receipts[i].GasUsed));
        }
        tips.Sort(static (a, b) => a.Tip.CompareTo(b.Tip));
        reply.Byte((byte)'[');
        int at = 0;
        ulong sum = tips.Count > 0 ? tips[0].GasUsed : 0;
        for (int i = 0; i < percentiles.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            ulong threshold = (ulong)(data.Block.Header.GasUsed * percentiles[i] / 100);
            while (sum < threshold && at < tips.Count - 1) sum += tips[++at].GasUsed;
            reply.Quantity(tips.Count == 0 ? Uint256.Zero : tips[at].Tip);
        }
        reply.Byte((byte)']');
    }

    /// <summary>A quantity, or a JSON number as some clients write it (geth: math.HexOrDecimal64).</summary>
    private static RpcError? ReadCount(ref ParamReader args, out ulong count)
    {
        count = 0;
        if (!args.Next()) return RpcError.MissingArgument(args.Index);
        bool isRead = args.Token switch
        {
            JsonTokenType.Number => args.Json.TryGetUInt64(out count),
            JsonTokenType.String => TryParse(args.Json.ValueSpan, out count),
            _ => false,
        };
        return isRead ? null : RpcError.InvalidArgument(args.Index, $"invalid hex or decimal integer \"{Shown(ref args)}\"");
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out ulong count)
    {
        if (HexText.HasPrefix(text))
            return ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out count);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);
    }

    private static string Shown(ref ParamReader args) =>
        args.Token is JsonTokenType.Number or JsonTokenType.String && args.Json.ValueSpan.Length <= 80
            ? System.Text.Encoding.UTF8.GetString(args.Json.ValueSpan)
            : args.GoKind();

    private static RpcError? ReadPercentiles(ref ParamReader args, int max, out List<double> percentiles)
    {
        percentiles = [];
        if (!args.Next()) return RpcError.MissingArgument(args.Index);
        if (args.Token != JsonTokenType.StartArray) return args.Unmarshal(args.GoKind(), "[]float64");
        ref Utf8JsonReader json = ref args.Json;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number) return args.Unmarshal(ParamReader.GoKind(json.TokenType), "float64");
            if (!json.TryGetDouble(out double value) || !double.IsFinite(value)) return args.Unmarshal("number", "float64");
            int count = percentiles.Count;
            if (count == max) return RpcError.InvalidParams($"invalid reward percentile: over the query limit {max}");
            if (value is < 0 or > 100) return RpcError.InvalidParams(string.Create(CultureInfo.InvariantCulture, $"invalid reward percentile: {value:F6}"));
            if (count > 0 && value <= percentiles[^1])
                return RpcError.InvalidParams(string.Create(CultureInfo.InvariantCulture, $"invalid reward percentile: #{count - 1}:{percentiles[^1]:F6} >= #{count}:{value:F6}"));
            percentiles.Add(value);
        }
        return null;
    }
}
