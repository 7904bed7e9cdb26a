using System.Text.Json;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Rpc;

/// <summary>
/// The proofs to the data root: CommitmentProof of blob.GetCommitmentProof and ShareProof of share.GetRange. Row roots are base64 in the
/// first and upper-case hexadecimal in the second.
/// </summary>
public static class ProofJson
{
    /// <summary>A path of the widest square's rows and columns.</summary>
    private const int AuntsMax = 12;

    private const int RowsMax = DaLimits.SquareWidthMax;
    private const int SubtreesMax = RowsMax * RowsMax;

    public static DaVerdict TryReadCommitmentProof(JsonElement element, out CommitmentProof? proof) => DaJson.Read(
        element,
        view => new CommitmentProof(
            DaJson.ReadSplitNamespace(view["namespace_id"], view["namespace_version"]),
            [.. view["subtree_roots"].Items(SubtreesMax).Select(DaJson.ReadNode)],
            [.. view["subtree_root_proofs"].Items(RowsMax).Select(NmtProofJson.Read)],
            ReadRowProof(view["row_proof"])),
        out proof);

    public static DaVerdict TryReadShareProof(JsonElement element, out ShareProof? proof) => DaJson.Read(
        element,
        view => new ShareProof(
            DaJson.ReadSplitNamespace(view["namespace_id"], view["namespace_version"]),
            NamespaceDataJson.ReadShares(view["data"], SubtreesMax),
            [.. view["share_proofs"].Items(RowsMax).Select(NmtProofJson.Read)],
            ReadRowProof(view["row_proof"])),
        out proof);

    public static DaVerdict TryReadRowProof(JsonElement element, out RowProof? proof) => DaJson.Read(element, ReadRowProof, out proof);

    public static void Write(Utf8JsonWriter json, CommitmentProof proof)
    {
        byte[] name = proof.Namespace.ToArray();
        json.WriteStartObject();
        DaJson.WriteNodes(json, "subtree_roots", proof.SubtreeRoots);
        WriteRangeProofs(json, "subtree_root_proofs", proof.RangeProofs);
        json.WriteBase64String("namespace_id", name.AsSpan(1));
        json.WritePropertyName("row_proof");
        Write(json, proof.Rows, isHex: false);
        json.WriteNumber("namespace_version", name[0]);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ShareProof proof)
    {
        byte[] name = proof.Namespace.ToArray();
        json.WriteStartObject();
        NamespaceDataJson.WriteShares(json, "data", proof.Shares.Span);
        WriteRangeProofs(json, "share_proofs", proof.RangeProofs);
        json.WriteBase64String("namespace_id", name.AsSpan(1));
        json.WritePropertyName("row_proof");
        Write(json, proof.Rows, isHex: true);
        json.WriteNumber("namespace_version", name[0]);
        json.WriteEndObject();
    }

    /// <param name="isHex">Row roots in hexadecimal.</param>
    private static void Write(Utf8JsonWriter json, RowProof proof, bool isHex)
    {
        json.WriteStartObject();
        json.WriteStartArray("row_roots");
        foreach (NmtNode root in proof.RowRoots)
        {
            if (isHex) json.WriteStringValue(Convert.ToHexString(root.ToArray()));
            else json.WriteBase64StringValue(root.ToArray());
        }
        json.WriteEndArray();
        json.WriteStartArray("proofs");
        foreach (AuditPath path in proof.Paths)
        {
            json.WriteStartObject();
            DaJson.WriteText(json, "total", (ulong)path.Total);
            DaJson.WriteText(json, "index", (ulong)path.Index);
            json.WriteBase64String("leaf_hash", path.LeafHash.Span);
            json.WriteStartArray("aunts");
            foreach (ref readonly Hash256 aunt in path.Aunts.Span) json.WriteBase64StringValue(aunt.Span);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("start_row", proof.StartRow);
        json.WriteNumber("end_row", proof.EndRow);
        json.WriteEndObject();
    }

    private static void WriteRangeProofs(Utf8JsonWriter json, string name, IReadOnlyList<NmtProof> proofs)
    {
        json.WriteStartArray(name);
        foreach (NmtProof proof in proofs) NmtProofJson.Write(json, proof);
        json.WriteEndArray();
    }

    private static RowProof ReadRowProof(JsonView view) => new(
        [.. view["row_roots"].Items(RowsMax).Select(ReadRoot)],
        [.. view["proofs"].Items(RowsMax).Select(ReadPath)],
        view["start_row"].Int32Or(0, RowsMax),
        view["end_row"].Int32Or(0, RowsMax));

    /// <summary>180 hexadecimal digits or 120 of base64.</summary>
    private static NmtNode ReadRoot(JsonView view) =>
        view.Text(2 * NmtNode.Size).Length == 2 * NmtNode.Size ? DaJson.ToNode(view.Hex(NmtNode.Size), view.Fault) : DaJson.ReadNode(view);

    private static AuditPath ReadPath(JsonView view) => new(
        view["total"].Int32Or(0, int.MaxValue),
        view["index"].Int32Or(0, int.MaxValue),
        DaJson.ReadHash(view["leaf_hash"]),
        view["aunts"].Items(AuntsMax).Select(DaJson.ReadHash).ToArray());
}
