using System.Globalization;
using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>The id of a request as it stands in JSON: a number or a text.</summary>
public readonly record struct RpcId(string Json)
{
    private const int CharsMax = 64;

    public static RpcId Of(ulong number) => new(number.ToString(CultureInfo.InvariantCulture));

    public static bool TryRead(JsonElement element, out RpcId id)
    {
        id = default;
        if (element.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) return false;
        string json = element.GetRawText();
        if (json.Length > CharsMax) return false;
        id = new RpcId(json);
        return true;
    }
}
