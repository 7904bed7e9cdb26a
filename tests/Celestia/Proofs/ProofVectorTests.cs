using System.Text.Json;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Proofs;

public sealed class ProofVectorTests
{
    [Fact]
    public void CommitmentProofsLeadToTheirDataRoots()
    {
        foreach (JsonElement vector in Vectors.Json("commitment_proofs.json").Each("vectors"))
        {
            Sample.AssertValid(ProofJson.TryReadCommitmentProof(vector.GetProperty("commitment_proof"), out CommitmentProof? proof));
            Assert.Equal(vector.Int("share_count"), proof!.RangeProofs.Sum(range => range.End - range.Start));
            Hash256 root = new(vector.Base64("data_root")), commitment = new(vector.Base64("commitment"));
            Sample.AssertValid(proof.Verify(root, proof.Namespace, commitment));
            Assert.Equal(DaFault.Commitment, proof.Verify(root, proof.Namespace, root).Fault);
            Assert.Equal(DaFault.ProofRoot, proof.Verify(commitment, proof.Namespace, commitment).Fault);
            Assert.Equal(DaFault.Namespace, proof.Verify(root, Namespace.PayForBlobs, commitment).Fault);
            byte[] written = DaJson.Write(json => ProofJson.Write(json, proof));
            Sample.AssertValid(ProofJson.TryReadCommitmentProof(JsonDocument.Parse(written).RootElement, out CommitmentProof? again));
            Sample.AssertValid(again!.Verify(root, proof.Namespace, commitment));
        }
    }

    [Fact]
    public void RowProofLeadsToTheDataRoot()
    {
        JsonElement vector = Vectors.Json("nmt_and_share_proofs.json").GetProperty("row_proof");
        Hash256 root = Hash256.Parse("0x" + vector.Text("data_root"));
        Sample.AssertValid(HeaderJson.TryReadDah(vector.GetProperty("dah"), out DataAvailabilityHeader? dah));
        Sample.AssertValid(dah!.Check(root));
        Sample.AssertValid(ProofJson.TryReadRowProof(vector.GetProperty("row_proof"), out RowProof? proof));
        Sample.AssertValid(proof!.Verify(root));
        Assert.Equal(dah.RowRoots.Take(2), proof.RowRoots);
        Assert.Equal(proof.Paths[1].Aunts.ToArray(), dah.ProveRow(1).Aunts.ToArray());
    }

    [Fact]
    public void ShareProofLeadsToTheDataRootAndItsSharesAreTheBlob()
    {
        JsonElement vector = Vectors.Json("nmt_and_share_proofs.json").GetProperty("share_proof"), derived = vector.GetProperty("derived");
        Hash256 root = Hash256.Parse("0x" + vector.Text("data_root"));
        Sample.AssertValid(ProofJson.TryReadShareProof(vector.GetProperty("share_proof"), out ShareProof? proof));
        Sample.AssertValid(proof!.Verify(root));
        Assert.Equal(new Namespace(derived.Base64("namespace")), proof.Namespace);
        Sample.AssertValid(BlobReader.Read(proof.Namespace, proof.Shares, out IReadOnlyList<SharedBlob> blobs));
        Blob blob = Assert.Single(blobs).Blob;
        Assert.Equal(derived.Base64("blob_data"), blob.Data.ToArray());
        Assert.Equal(new Hash256(derived.Base64("commitment")), ShareCommitment.Of(blob));
        byte[] written = DaJson.Write(json => ProofJson.Write(json, proof));
        Sample.AssertValid(ProofJson.TryReadShareProof(JsonDocument.Parse(written).RootElement, out ShareProof? again));
        Sample.AssertValid(again!.Verify(root));
        // The same rows, handed over as what share.GetNamespaceData gives, are all of the namespace.
        Sample.AssertValid(HeaderJson.TryReadDah(vector.GetProperty("dah"), out DataAvailabilityHeader? dah));
        NamespaceRow[] rows = [new(proof.Shares[..ShareFormat.Bytes], proof.RangeProofs[0]), new(proof.Shares[ShareFormat.Bytes..], proof.RangeProofs[1])];
        Sample.AssertValid(NamespaceVerifier.Verify(dah!, proof.Namespace, rows, out VerifiedNamespace? found));
        Assert.Equal(new Hash256(derived.Base64("commitment")), Assert.Single(found!.Blobs).Commitment);
    }
}
