using System.Text.Json;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Rpc;

/// <summary>The answer of share.GetNamespaceData: [{shares, proof}], null where no row spans the namespace.</summary>
public static class NamespaceDataJson
{
    public static DaVerdict TryRead(JsonElement element, out IReadOnlyList<NamespaceRow>? rows) => DaJson.Read(element, Read, out rows);

    public static void Write(Utf8JsonWriter json, IReadOnlyList<NamespaceRow> rows)
    {
        json.WriteStartArray();
        foreach (NamespaceRow row in rows)
        {
            json.WriteStartObject();
            if (row.Shares.IsEmpty) json.WriteNull("shares");
            else WriteShares(json, "shares", row.Shares.Span);
            json.WritePropertyName("proof");
            NmtProofJson.Write(json, row.Proof);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    internal static void WriteShares(Utf8JsonWriter json, string name, ReadOnlySpan<byte> shares)
    {
        json.WriteStartArray(name);
        for (; !shares.IsEmpty; shares = shares[ShareFormat.Bytes..]) json.WriteBase64StringValue(shares[..ShareFormat.Bytes]);
        json.WriteEndArray();
    }

    internal static byte[] ReadShares(JsonView view, int max)
    {
        IReadOnlyList<JsonView> items = view.Items(max);
        byte[] shares = new byte[items.Count * ShareFormat.Bytes];
        for (int i = 0; i < items.Count; i++)
        {
            byte[] share = items[i].Base64(ShareFormat.Bytes);
            if (share.Length == ShareFormat.Bytes) share.CopyTo(shares, i * ShareFormat.Bytes);
            else view.Fault.Set($"a share of {share.Length} bytes");
        }
        return shares;
    }

    private static IReadOnlyList<NamespaceRow> Read(JsonView view)
    {
        List<NamespaceRow> rows = [];
        foreach (JsonView item in view.Items(DaLimits.SquareWidthMax))
            rows.Add(new NamespaceRow(ReadShares(item["shares"], DaLimits.SquareWidthMax), NmtProofJson.Read(item["proof"])));
        return rows;
    }
}
