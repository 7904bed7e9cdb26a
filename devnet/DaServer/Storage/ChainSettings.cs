using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dsdn.DaServer.Storage;

/// <summary>What was chosen when the folder was made, in chain.json; not secret.</summary>
internal sealed record ChainSettings(string ChainId, ulong BalanceUtia, int Accounts)
{
    public byte[] Encode() =>
        Encoding.UTF8.GetBytes(new JsonObject { ["chainId"] = ChainId, ["balanceUtia"] = BalanceUtia, ["accounts"] = Accounts }.ToJsonString());

    /// <exception cref="DaServerException">it is damaged</exception>
    public static ChainSettings Decode(byte[] bytes)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(bytes);
            if (root?["chainId"]?.GetValue<string>() is { } chainId && root["balanceUtia"]?.GetValue<ulong>() is { } balance && root["accounts"]?.GetValue<int>() is { } accounts)
                return new ChainSettings(chainId, balance, accounts);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            throw new DaServerException("chain.json is damaged", isIntegrity: true, malformed);
        }
        throw new DaServerException("chain.json is damaged", isIntegrity: true);
    }
}
