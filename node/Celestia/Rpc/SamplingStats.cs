using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>das.SamplingStats: how far the node has sampled.</summary>
public sealed record SamplingStats(ulong SampledHead, ulong CatchUpHead, ulong NetworkHead, bool IsCaughtUp, bool IsRunning)
{
    public static DaVerdict TryRead(JsonElement element, out SamplingStats? stats) => DaJson.Read(
        element,
        view => new SamplingStats(
            view["head_of_sampled_chain"].UInt64(), view["head_of_catchup"].UInt64Or(0), view["network_head_height"].UInt64(),
            view["catch_up_done"].BooleanOr(false), view["is_running"].BooleanOr(false)),
        out stats);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("head_of_sampled_chain", SampledHead);
        json.WriteNumber("head_of_catchup", CatchUpHead);
        json.WriteNumber("network_head_height", NetworkHead);
        json.WriteNumber("concurrency", 0);
        json.WriteBoolean("catch_up_done", IsCaughtUp);
        json.WriteBoolean("is_running", IsRunning);
        json.WriteEndObject();
    }
}
