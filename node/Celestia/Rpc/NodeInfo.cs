using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>node.Info: 1 is a bridge; a light node is 3 up to v0.28 and 2 from v0.29 on.</summary>
public sealed record NodeInfo(int Type, string ApiVersion)
{
    public static DaVerdict TryRead(JsonElement element, out NodeInfo? info) =>
        DaJson.Read(element, view => new NodeInfo(view["type"].Int32(byte.MaxValue), view["api_version"].Text(64)), out info);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("type", Type);
        json.WriteString("api_version", ApiVersion);
        json.WriteEndObject();
    }
}
