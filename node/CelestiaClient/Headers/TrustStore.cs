using System.Buffers;
using System.Text.Json;
using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Headers;

/// <param name="Newest">The newest verified header as a whole: the next are verified from it without asking for it again.</param>
/// <param name="Anchors">In ascending order.</param>
internal sealed record TrustState(string ChainId, ExtendedHeader Newest, IReadOnlyList<HeaderAnchor> Anchors);

/// <summary>The file of trusted headers: JSON, replaced as a whole and on disk before it counts.</summary>
internal sealed class TrustStore(string? path)
{
    private const int Version = 1, FileBytesMax = 8 << 20, AnchorsMax = 4_096;

    /// <param name="state">Null where there is no file yet, or it is not usable.</param>
    public DaFailure TryLoad(out TrustState? state)
    {
        state = null;
        if (path is null || !File.Exists(path)) return DaFailure.None;
        try
        {
            if (new FileInfo(path).Length > FileBytesMax) return Damaged("it is too large");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return TryRead(document.RootElement, out state) is { } what ? Damaged(what) : DaFailure.None;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return Damaged("it is not JSON of this kind");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Damaged("it cannot be read");
        }
    }

    /// <returns>None where it is on disk, or nothing is to be kept.</returns>
    public DaFailure Save(TrustState state)
    {
        if (path is null) return DaFailure.None;
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            string next = path + ".new";
            using (FileStream file = File.Create(next))
            {
                file.Write(Encode(state));
                file.Flush(flushToDisk: true);
            }
            File.Move(next, path, overwrite: true);
            return DaFailure.None;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Damaged("it cannot be written");
        }
    }

    private DaFailure Damaged(string what) => new(DaCodes.TrustFile, $"{path}: {what}");

    /// <returns>What is wrong, or null.</returns>
    private static string? TryRead(JsonElement root, out TrustState? state)
    {
        state = null;
        if (root.GetProperty("version").GetInt32() != Version) return "it is of another version";
        string chainId = root.GetProperty("chain_id").GetString() ?? "";
        if (!HeaderJson.TryRead(root.GetProperty("newest"), out ExtendedHeader? newest).IsValid || newest is null) return "its newest header is none";
        DaVerdict verdict = HeaderVerifier.CheckAlone(newest, chainId);
        if (!verdict.IsValid) return $"its newest header is wrong: {verdict.Detail}";
        List<HeaderAnchor> anchors = [];
        foreach (JsonElement item in root.GetProperty("anchors").EnumerateArray())
        {
            if (anchors.Count == AnchorsMax || !Hash256.TryParse(item.GetProperty("hash").GetString() ?? "", out Hash256 hash)) return "its anchors are none";
            HeaderAnchor anchor = new(item.GetProperty("height").GetUInt64(), hash, item.GetProperty("time_ms").GetUInt64());
            if (anchors.Count > 0 && anchors[^1].Height >= anchor.Height) return "its anchors are out of order";
            anchors.Add(anchor);
        }
        state = new TrustState(chainId, newest, anchors);
        return null;
    }

    private static byte[] Encode(TrustState state)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("chain_id", state.ChainId);
            json.WriteStartArray("anchors");
            foreach (HeaderAnchor anchor in state.Anchors)
            {
                json.WriteStartObject();
                json.WriteNumber("height", anchor.Height);
                json.WriteString("hash", anchor.Hash.ToString());
                json.WriteNumber("time_ms", anchor.TimeMs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WritePropertyName("newest");
            HeaderJson.Write(json, state.Newest);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
