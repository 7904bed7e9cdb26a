using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Auditing;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Auditing;

/// <summary>What a tampered server does to a height is caught and named.</summary>
public sealed class AuditTests
{
    private static readonly Blob First = TestChain.Blob(40_000, 1), Second = TestChain.Blob(900, 2), Invented = TestChain.Blob(900, 3);

    private static async Task<HeightAudit> AuditAsync(Func<TestNode, RpcRequest, TestReply?> lie)
    {
        await using TestNode node = await TestNode.StartAsync();
        ulong height = node.Chain.Add(First, Second);
        node.Lie = request => lie(node, request);
        await using CelestiaNode client = Clients.Of(node);
        return Assert.Single(await HeightAuditor.RunAsync(client, height, TestChain.Own, CancellationToken.None));
    }

    private static TestReply List(TestNode node, RpcRequest request, params (Blob Blob, Blob StatedOf, int Index)[] blobs) => TestReply.Result(request, json =>
    {
        json.WriteStartArray();
        foreach ((Blob blob, Blob statedOf, int index) in blobs) BlobJson.Write(json, blob, ShareCommitment.Of(statedOf), index);
        json.WriteEndArray();
    });

    private static IReadOnlyList<VerifiedBlob> Truth(TestNode node) => node.Chain.At(node.Chain.Height).Blobs;

    private static IReadOnlyList<NamespaceRow> Rows(TestNode node) => node.Chain.At(node.Chain.Height).Prover.ProveNamespace(TestChain.Own);

    private static NmtProof Shortened(NmtProof proof) => proof with { Nodes = [.. proof.Nodes.Take(proof.Nodes.Count - 1)] };

    [Fact]
    public async Task HonestHeightIsSound()
    {
        HeightAudit audit = await AuditAsync(static (_, _) => null);
        Assert.True(audit.IsSound, string.Join(' ', audit.Failures));
        Assert.All(audit.Blobs, static blob => Assert.True(blob.IsComplete && blob.IsListed && blob.IsProved));
        Assert.Equal([ShareCommitment.Of(First), ShareCommitment.Of(Second)], audit.Blobs.Select(static blob => blob.Commitment));
    }

    [Fact]
    public async Task EmptyHeightIsProvenAbsent()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        HeightAudit audit = Assert.Single(await HeightAuditor.RunAsync(client, 2, TestChain.Own, CancellationToken.None));
        Assert.Equal((true, true), (audit.IsSound, audit.IsProvenAbsent));
    }

    /// <summary>Up to v0.14 an empty list came as an error.</summary>
    [Fact]
    public async Task NotFoundForAnEmptyListIsAnEmptyList()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = static request => request.Method == RpcMethod.GetAll ? TestReply.Error(request, "blob: not found") : null;
        await using CelestiaNode client = Clients.Of(node);
        HeightAudit audit = Assert.Single(await HeightAuditor.RunAsync(client, 2, TestChain.Own, CancellationToken.None));
        Assert.Equal((true, true), (audit.IsSound, audit.IsProvenAbsent));
    }

    [Fact]
    public async Task WrongCommitmentIsNamed()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method == RpcMethod.GetAll
            ? List(node, request, (First, Invented, Truth(node)[0].ExtendedIndex), (Second, Second, Truth(node)[1].ExtendedIndex)) : null);
        Assert.Equal("DSDN-E-DA-COMMITMENT", audit.Failures[0].Code);
        Assert.True(audit.IsTampered);
    }

    [Fact]
    public async Task DataChangedToMatchAnotherCommitmentIsNamed()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method == RpcMethod.GetAll
            ? List(node, request, (First, First, Truth(node)[0].ExtendedIndex), (Invented, Invented, Truth(node)[1].ExtendedIndex)) : null);
        Assert.Equal(["DSDN-E-DA-COMMITMENT"], audit.Failures.Select(static failure => failure.Code));
    }

    [Fact]
    public async Task InventedBlobIsNamed()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method == RpcMethod.GetAll
            ? List(node, request, (First, First, Truth(node)[0].ExtendedIndex), (Second, Second, Truth(node)[1].ExtendedIndex), (Invented, Invented, 2)) : null);
        Assert.Equal([DaCodes.InventedBlob], audit.Failures.Select(static failure => failure.Code));
    }

    [Fact]
    public async Task WithheldBlobIsNamed()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method == RpcMethod.GetAll ? List(node, request, (First, First, Truth(node)[0].ExtendedIndex)) : null);
        Assert.Equal([DaCodes.WithheldBlob], audit.Failures.Select(static failure => failure.Code));
        Assert.Equal([true, false], audit.Blobs.Select(static blob => blob.IsListed));
    }

    [Fact]
    public async Task WithheldRowIsNamedAndListedBlobsAreStillProvedOneByOne()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method == RpcMethod.GetNamespaceData
            ? TestReply.Result(request, json => NamespaceDataJson.Write(json, [.. Rows(node).Skip(1)])) : null);
        Assert.Equal(["DSDN-E-DA-ROWS"], audit.Failures.Select(static failure => failure.Code));
        Assert.Equal(2, audit.Blobs.Count(static blob => blob.IsProved && !blob.IsComplete));
    }

    [Fact]
    public async Task TruncatedProofIsNamed()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method == RpcMethod.GetNamespaceData
            ? TestReply.Result(request, json => NamespaceDataJson.Write(json, [.. Rows(node).Select(static row => row with { Proof = Shortened(row.Proof) })])) : null);
        Assert.Equal("DSDN-E-DA-PROOF", audit.Failures[0].Code);
        Assert.DoesNotContain(audit.Failures, static failure => failure.Code == DaCodes.InventedBlob);
    }

    [Fact]
    public async Task TruncatedProofOfACommitmentIsNamed()
    {
        HeightAudit audit = await AuditAsync((node, request) =>
        {
            if (request.Method != RpcMethod.GetCommitmentProof) return null;
            VerifiedBlob blob = Truth(node)[0];
            Assert.True(node.Chain.At(node.Chain.Height).Prover.TryProveCommitment(blob.SquareIndex, blob.Blob.ShareCount, out CommitmentProof? proof).IsValid);
            return TestReply.Result(request, json => ProofJson.Write(json, proof! with { SubtreeRoots = [.. proof.SubtreeRoots.SkipLast(1)] }));
        });
        Assert.All(audit.Failures, static failure => Assert.True(failure.IsProvedWrong, failure.ToString()));
        Assert.Equal(2, audit.Failures.Count);
    }

    [Fact]
    public async Task InventedSharesAreNamedByTheProofsThatTheyDoNotHave()
    {
        HeightAudit audit = await AuditAsync((node, request) => request.Method switch
        {
            RpcMethod.GetNamespaceData => TestReply.Result(request, json => NamespaceDataJson.Write(json, InventedRows(node))),
            RpcMethod.GetAll => List(node, request, (First, First, Truth(node)[0].ExtendedIndex), (Second, Second, Truth(node)[1].ExtendedIndex), (Invented, Invented, 2)),
            _ => null,
        });
        Assert.Equal(DaCodes.InventedBlob, audit.Failures[0].Code);
        Assert.Equal(2, audit.Blobs.Count(static blob => blob.IsProved));

        static IReadOnlyList<NamespaceRow> InventedRows(TestNode node)
        {
            byte[] shares = new byte[Invented.ShareCount * ShareFormat.Bytes];
            BlobWriter.Write(Invented, 0, shares);
            IReadOnlyList<NamespaceRow> rows = Rows(node);
            return [.. rows.SkipLast(1), rows[^1] with { Shares = (byte[])[.. rows[^1].Shares.Span, .. shares] }];
        }
    }

    /// <summary>Nodes have said "not found" of blobs that they list.</summary>
    [Fact]
    public async Task BlobOfTheSquareThatIsNotFoundIsNamed()
    {
        HeightAudit audit = await AuditAsync(static (_, request) => request.Method == RpcMethod.GetCommitmentProof ? TestReply.Error(request, "blob: not found") : null);
        Assert.All(audit.Failures, static failure => Assert.Equal(DaCodes.WithheldBlob, failure.Code));
        Assert.All(audit.Blobs, static blob => Assert.True(blob.IsComplete && blob.IsListed && !blob.IsProved));
    }

    [Fact]
    public async Task OutageIsNotTampering()
    {
        HeightAudit audit = await AuditAsync(static (_, request) => request.Method == RpcMethod.GetNamespaceData ? TestReply.Text(503, "server busy, try again later") : null);
        Assert.Equal((false, false), (audit.IsSound, audit.IsTampered));
    }

    [Fact]
    public async Task ForgedHeaderIsNamed()
    {
        var forged = new TestChain(4, startMs: 1);
        HeightAudit audit = await AuditAsync((_, request) => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() == 4 ? TestReply.Result(request, json => HeaderJson.Write(json, forged.At(4).Header)) : null);
        Assert.False(audit.IsSound);
        Assert.Null(audit.DataRoot);
    }
}
