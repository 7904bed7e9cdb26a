using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Commitments;

public sealed class CommitmentVectorTests
{
    [Theory]
    [InlineData("blob_commitments.json")]
    [InlineData("blob_commitments_onchain.json")]
    public void CommitmentsAndSubtreeRootsOfPublishedBlobs(string file)
    {
        foreach (JsonElement vector in Vectors.Json(file).Each("vectors"))
        {
            Blob blob = Read(vector, vector.Base64("data"));
            Assert.Equal(vector.Int("share_count"), blob.ShareCount);
            Assert.Equal(vector.Int("subtree_width"), SubtreeWidth.Of(blob.ShareCount));
            byte[] roots = ShareCommitment.SubtreeRoots(blob);
            Assert.Equal(vector.Int("subtree_root_count"), roots.Length / NmtNode.Size);
            if (vector.TryGetProperty("subtree_roots", out _)) Assert.Equal(vector.Joined("subtree_roots"), roots);
            Assert.Equal(new Hash256(vector.Base64("commitment")), ShareCommitment.Of(blob));
        }
    }

    [Fact]
    public void TestOnlyRootsOverTheSameSubtrees()
    {
        foreach (JsonElement vector in Vectors.Json("blob_commitments.json").Each("vectors"))
        {
            if (!vector.TryGetProperty("test_only_root_function", out JsonElement function)) continue;
            byte[] roots = ShareCommitment.SubtreeRoots(Read(vector, vector.Base64("data")));
            bool hashesEach = function.GetString()!.StartsWith("sha256(sha256", StringComparison.Ordinal);
            byte[] joined = hashesEach ? [.. roots.Chunk(NmtNode.Size).SelectMany(root => SHA256.HashData(root))] : roots;
            Assert.Equal(vector.Text("test_only_expected_hex"), Convert.ToHexStringLower(SHA256.HashData(joined)));
        }
    }

    [Fact]
    public void CommitmentsAtEveryBoundaryOfTheSubtreeWidth()
    {
        JsonElement vectors = Vectors.Json("blob_commitments_derived_boundaries.json");
        Assert.Equal(SubtreeWidth.Threshold, vectors.Int("subtree_root_threshold"));
        foreach (JsonElement vector in vectors.Each("vectors"))
        {
            byte[] data = [.. Enumerable.Range(0, vector.Int("data_length")).Select(i => (byte)((i * 31) + 7))];
            Assert.Equal(vector.Text("data_sha256"), Convert.ToHexStringLower(SHA256.HashData(data)));
            Blob blob = Read(vector, data);
            Assert.Equal(vector.Int("share_count"), blob.ShareCount);
            Assert.Equal(vector.Int("subtree_width"), SubtreeWidth.Of(blob.ShareCount));
            int[] sizes = [.. vector.Each("mountain_sizes").SelectMany(run => Enumerable.Repeat(run[0].GetInt32(), run[1].GetInt32()))];
            Assert.Equal(sizes, SubtreeWidth.Mountains(blob.ShareCount, vector.Int("subtree_width")));
            Assert.Equal(vector.Base64("first_subtree_root"), ShareCommitment.SubtreeRoots(blob)[..NmtNode.Size]);
            Assert.Equal(new Hash256(vector.Base64("commitment")), ShareCommitment.Of(blob));
        }
    }

    private static Blob Read(JsonElement vector, byte[] data)
    {
        byte[] signer = vector.TryGetProperty("signer", out JsonElement text) ? text.GetBytesFromBase64() : [];
        return Sample.Blob(new Namespace(vector.Base64("namespace")), data, (byte)vector.Int("share_version"), signer);
    }
}
