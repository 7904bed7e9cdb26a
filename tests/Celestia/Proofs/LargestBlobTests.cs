using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Tests.Proofs;

public sealed class LargestBlobTests
{
    /// <summary>Beyond 128 shares a row, the parity is over GF(2^16).</summary>
    [Fact]
    public void LargestBlobIsLaidOutExtendedProvedAndVerified()
    {
        Namespace mine = Sample.User(5, 5);
        Blob blob = Sample.Blob(mine, Sample.Bytes(DaLimits.BlobBytesMax));
        SquareBuilder builder = new(256);
        Assert.True(builder.TryAdd(new BlobTransaction(Sample.Bytes(200), [blob])));
        BuiltSquare built = builder.Build();
        Assert.Equal(256, built.Square.Width);
        Sample.AssertValid(SquareProver.TryCreate(ExtendedSquare.Extend(built.Square), out SquareProver? prover));
        Sample.AssertValid(NamespaceVerifier.Verify(prover!.Dah, mine, prover.ProveNamespace(mine), out VerifiedNamespace? found));
        VerifiedBlob own = Assert.Single(found!.Blobs);
        Assert.Equal(ShareCommitment.Of(blob), own.Commitment);
        Assert.True(blob.Data.Span.SequenceEqual(own.Blob.Data.Span));
        Sample.AssertValid(prover.TryProveCommitment(own.SquareIndex, blob.ShareCount, out CommitmentProof? proof));
        Sample.AssertValid(proof!.Verify(prover.Dah.DataRoot(), mine, own.Commitment));
    }
}
