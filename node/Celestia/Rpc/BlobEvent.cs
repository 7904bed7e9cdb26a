using System.Text.Json;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Rpc;

/// <summary>An item of blob.Subscribe: {Blobs, Height, Header}. One comes for every header, so it is a sign of life and a wake-up; its blobs are not proved.</summary>
public sealed record BlobEvent(ulong Height, int BlobCount)
{
    public static DaVerdict TryRead(JsonElement element, out BlobEvent? item) =>
        DaJson.Read(element, view => new BlobEvent(view["Height"].UInt64(), view["Blobs"].Items(BlobJson.BlobsMax).Count), out item);

    /// <param name="writeHeader">The raw header, from node v0.29 on; otherwise null.</param>
    public static void Write(Utf8JsonWriter json, ulong height, IReadOnlyList<(Blob Blob, Hash256 Commitment, int ExtendedIndex)> blobs, Action<Utf8JsonWriter>? writeHeader)
    {
        json.WriteStartObject();
        if (blobs.Count == 0)
        {
            json.WriteNull("Blobs");
        }
        else
        {
            json.WriteStartArray("Blobs");
            foreach ((Blob blob, Hash256 commitment, int index) in blobs) BlobJson.Write(json, blob, commitment, index);
            json.WriteEndArray();
        }
        json.WriteNumber("Height", height);
        if (writeHeader is not null)
        {
            json.WritePropertyName("Header");
            writeHeader(json);
        }
        json.WriteEndObject();
    }
}
