using System.Text.Json;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Rpc;

public sealed class SquareJsonTests
{
    private static readonly SquareProver Prover = Sample.Square(Sample.Blob(Sample.User(5, 5), Sample.Bytes(3_000))).Prover;

    [Fact]
    public void SquaresComeBackAndTheirParityIsChecked()
    {
        JsonElement json = JsonElement.Parse(DaJson.Write(writer => SquareJson.Write(writer, Prover.Square)));
        Sample.AssertValid(SquareJson.TryReadSquare(json, out ExtendedSquare? square));
        Assert.Equal(Prover.Square.Shares.ToArray(), square!.Shares.ToArray());
        string changed = json.GetRawText().Replace("Leopard", "Other", StringComparison.Ordinal);
        Assert.Equal(DaFault.Json, SquareJson.TryReadSquare(JsonElement.Parse(changed), out _).Fault);
        Assert.Equal(DaFault.Square, SquareJson.TryReadSquare(JsonElement.Parse("""{"data_square":null,"codec":"Leopard"}"""), out _).Fault);
    }

    [Fact]
    public void RealSquareOfANodeIsReadVector()
    {
        JsonElement vector = Vectors.Json("eds_8x8.json");
        Sample.AssertValid(SquareJson.TryReadSquare(vector, out ExtendedSquare? square));
        Assert.Equal(4, square!.Width);
    }

    [Fact]
    public void RowsAndRangesComeBack()
    {
        JsonElement row = JsonElement.Parse(DaJson.Write(writer => SquareJson.WriteRow(writer, Prover.Square, 1)));
        Sample.AssertValid(SquareJson.TryReadRow(row, out byte[]? shares, out RowSide side));
        Assert.Equal((RowSide.Left, Prover.Square.Width * ShareFormat.Bytes), (side, shares!.Length));
        Assert.Equal(DaFault.Json, SquareJson.TryReadRow(JsonElement.Parse("""{"shares":null,"side":"UP"}"""), out _, out _).Fault);
        VerifiedNamespace mine = Verified();
        int start = mine.Blobs[0].SquareIndex;
        Sample.AssertValid(Prover.TryProveShares(start, start + 2, out ShareProof? proof));
        JsonElement range = JsonElement.Parse(DaJson.Write(writer => SquareJson.WriteRange(writer, proof!)));
        Sample.AssertValid(ProofJson.TryReadShareProof(range.GetProperty("Proof"), out ShareProof? again));
        Sample.AssertValid(again!.Verify(Prover.Dah.DataRoot()));
        Assert.Equal(2, range.GetProperty("Shares").GetArrayLength());
    }

    private static VerifiedNamespace Verified()
    {
        Sample.AssertValid(NamespaceVerifier.Verify(Prover.Dah, Sample.User(5, 5), Prover.ProveNamespace(Sample.User(5, 5)), out VerifiedNamespace? found));
        return found!;
    }
}
