using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>header.SyncState: how far the node's headers are.</summary>
/// <param name="Error">Empty where syncing is well.</param>
public sealed record SyncState(ulong Height, ulong FromHeight, ulong ToHeight, string Error)
{
    private const int ErrorCharsMax = 4_096;

    public bool IsSynced => ToHeight <= Height;

    public static DaVerdict TryRead(JsonElement element, out SyncState? state) => DaJson.Read(
        element,
        view => new SyncState(view["height"].UInt64(), view["from_height"].UInt64Or(0), view["to_height"].UInt64Or(0), view["error"].IsNull ? "" : view["error"].Text(ErrorCharsMax)),
        out state);

    /// <param name="hash">Of the header at the height, in upper-case hexadecimal.</param>
    public void Write(Utf8JsonWriter json, string hash, string time)
    {
        json.WriteStartObject();
        json.WriteNumber("id", 1);
        json.WriteNumber("height", Height);
        json.WriteNumber("from_height", FromHeight);
        json.WriteNumber("to_height", ToHeight);
        json.WriteString("from_hash", hash);
        json.WriteString("to_hash", hash);
        json.WriteString("start", time);
        json.WriteString("end", time);
        if (Error.Length != 0) json.WriteString("error", Error);
        json.WriteEndObject();
    }
}
