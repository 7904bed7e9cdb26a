using System.Text.Json.Nodes;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>The result schemas of schemas.json, with the one branch this chain adds: transactions of type 0x7e (rulings 1).</summary>
internal sealed class MethodSchemas
{
    private readonly JsonObject _methods = RpcVectors.Json("schemas.json")["methods"]!.AsObject();

    public bool Has(string method) => _methods.ContainsKey(method);

    /// <summary>What is wrong with a result, or null. Methods without a schema have nothing wrong.</summary>
    public string? Check(string method, JsonNode? result)
    {
        if (_methods[method]?["result"] is not { } schema) return null;
        if (method == "debug_getRawTransaction" && result is null) return null; // unknown hash: the README names the schema's gap
        if (IsPending(result)) return null; // the schema demands block members of what is in no block (README, checks made here)
        return SchemaValidator.Check(schema, WithoutSystemTransactions(result), method);
    }

    /// <summary>A system transaction is checked by its own rule and then taken out, because the schema knows only Ethereum's types.</summary>
    private static JsonNode? WithoutSystemTransactions(JsonNode? result)
    {
        if (result is not JsonObject block || block["transactions"] is not JsonArray transactions) return result;
        JsonObject copy = block.DeepClone().AsObject();
        JsonArray kept = copy["transactions"]!.AsArray();
        for (int i = kept.Count - 1; i >= 0; i--)
        {
            if (kept[i] is not JsonObject transaction || (string?)transaction["type"] != "0x7e") continue;
            Assert.Null(SystemTransactionFault(transaction));
            kept.RemoveAt(i);
        }
        return copy;
    }

    public static string? SystemTransactionFault(JsonObject transaction)
    {
        if ((string?)transaction["from"] != "0xfffffffffffffffffffffffffffffffffffffffe") return "sender";
        foreach (string zero in (string[])["gas", "gasPrice", "nonce", "value", "v", "r", "s", "yParity"])
        {
            if ((string?)transaction[zero] != "0x0") return zero;
        }
        return null;
    }

    private static bool IsPending(JsonNode? result) =>
        result is JsonObject transaction && transaction.ContainsKey("blockHash") && transaction["blockHash"] is null && transaction.ContainsKey("nonce");
}
