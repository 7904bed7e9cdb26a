using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Chain;

/// <summary>What <c>eth_call</c> and <c>eth_estimateGas</c> run.</summary>
public sealed record CallRequest(Address? From, Address To, Amount Value, ReadOnlyMemory<byte> Data)
{
    public JsonObject ToNode()
    {
        var node = new JsonObject { ["to"] = To.ToString(), ["data"] = Hex.Encode(Data.Span) };
        if (From is { } from) node["from"] = from.ToString();
        if (!Value.IsZero) node["value"] = RpcValue.Quantity(Value.BaseUnits);
        return node;
    }
}
