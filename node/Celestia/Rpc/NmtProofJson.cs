using System.Text.Json;
using Dsdn.Celestia.Nmt;

namespace Dsdn.Celestia.Rpc;

/// <summary>nmt.Proof {start, end, nodes, leaf_hash, is_max_namespace_ignored}: members of value zero are left out.</summary>
public static class NmtProofJson
{
    public static DaVerdict TryRead(JsonElement element, out NmtProof? proof) => DaJson.Read(element, Read, out proof);

    internal static NmtProof Read(JsonView view)
    {
        const int LeavesMax = 2 * DaLimits.SquareWidthMax;
        NmtNode[] nodes = [.. view["nodes"].Items(DaLimits.ProofNodesMax).Select(DaJson.ReadNode)];
        byte[] leaf = view["leaf_hash"].Base64Or([], NmtNode.Size);
        return new NmtProof(view["start"].Int32Or(0, LeavesMax), view["end"].Int32Or(0, LeavesMax), nodes, leaf.Length == 0 ? null : DaJson.ToNode(leaf, view.Fault));
    }

    public static void Write(Utf8JsonWriter json, NmtProof proof)
    {
        json.WriteStartObject();
        if (proof.Start != 0) json.WriteNumber("start", proof.Start);
        if (proof.End != 0) json.WriteNumber("end", proof.End);
        if (proof.Nodes.Count != 0) DaJson.WriteNodes(json, "nodes", proof.Nodes);
        if (proof.AbsentLeaf is { } leaf) json.WriteBase64String("leaf_hash", leaf.ToArray());
        json.WriteBoolean("is_max_namespace_ignored", true);
        json.WriteEndObject();
    }
}
