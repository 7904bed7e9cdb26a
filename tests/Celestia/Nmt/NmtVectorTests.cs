using System.Text.Json;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Nmt;

public sealed class NmtVectorTests
{
    [Fact]
    public void FigureOfTheSpecification()
    {
        JsonElement example = Vectors.Json("nmt_and_share_proofs.json").GetProperty("nmt_spec_example");
        int name = example.Int("namespace_size");
        byte[] nodes = [.. example.Each("leaf_hashes_hex").SelectMany(leaf => Convert.FromHexString(leaf.GetString()!))];
        byte[] inner = new byte[nodes.Length / 2], root = new byte[nodes.Length / 4];
        Assert.True(NmtHash.Layer(nodes, inner, name));
        Assert.Equal(string.Concat(example.Each("inner_hex").Select(node => node.GetString())), Convert.ToHexStringLower(inner));
        Assert.True(NmtHash.Layer(inner, root, name));
        Assert.Equal(example.Text("root_hex"), Convert.ToHexStringLower(root));
    }

    [Fact]
    public void ProofsOfANodeAreReadAndWrittenUnchanged()
    {
        foreach (JsonElement response in Vectors.Json("nmt_and_share_proofs.json").Each("blob_get_proof_responses"))
        {
            JsonElement text = response.GetProperty("proof");
            Sample.AssertValid(NmtProofJson.TryRead(text, out NmtProof? proof));
            Assert.Equal(response.Text("kind") == "absence", proof!.AbsentLeaf is not null);
            Sample.AssertValid(proof.CheckShape(4));
            Assert.Equal(text.Joined("nodes"), proof.Nodes.SelectMany(node => node.ToArray()));
            byte[] written = DaJson.Write(json => NmtProofJson.Write(json, proof));
            Sample.AssertValid(NmtProofJson.TryRead(JsonDocument.Parse(written).RootElement, out NmtProof? again));
            Assert.Equal(proof.Nodes, again!.Nodes);
            Assert.Equal((proof.Start, proof.End, proof.AbsentLeaf), (again.Start, again.End, again.AbsentLeaf));
        }
    }

    [Fact]
    public void RangeProofsOfARealSquareLeadToItsRoots()
    {
        JsonElement vector = Vectors.Json("eds_8x8.json");
        Sample.AssertValid(ExtendedSquare.TryCreate(vector.Joined("data_square"), out ExtendedSquare? square));
        foreach (JsonElement range in vector.GetProperty("derived").Each("namespace_range_proofs"))
        {
            int row = range.Int("row");
            Namespace name = new(range.Base64("namespace"));
            Sample.AssertValid(NmtProofJson.TryRead(range.GetProperty("proof"), out NmtProof? proof));
            int count = proof!.End - proof.Start;
            byte[] nodes = new byte[count * NmtNode.Size];
            NmtHash.OwnLeaves(square!.Shares.Span.Slice(((row * 8) + proof.Start) * ShareFormat.Bytes, count * ShareFormat.Bytes), nodes);
            Sample.AssertValid(NmtRange.TryRoot(proof, nodes, 8, out NmtNode root));
            Assert.Equal(range.Base64("root"), root.ToArray());
            Sample.AssertValid(NmtRange.CheckComplete(proof, name));
            Sample.AssertValid(square.TryRowTree(row, out NmtTree? tree));
            Assert.Equal(proof.Nodes, tree!.Prove(proof.Start, proof.End).Nodes);
        }
    }
}
