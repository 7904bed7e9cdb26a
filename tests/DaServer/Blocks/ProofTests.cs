using System.Text.Json;
using Dsdn.Celestia;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Tests.Blocks;

/// <summary>Everything the server proves, checked by the verifiers of a client that trusts only the header.</summary>
public sealed class ProofTests
{
    [Fact]
    public async Task BlobsOfSeveralTransactionsLieInOneSquareAndAreProvedComplete()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob[] blobs = [RunningServer.Blob("bb", 100, 1), RunningServer.Blob("aa", 40_000, 2), RunningServer.Blob("bb", 9_000, 3), RunningServer.Blob("cc", 1, 4)];
        ulong height = await running.PublishAsync(blobs);
        ExtendedHeader header = await running.HeaderAsync(height);
        foreach (string id in (string[])["aa", "bb", "cc"])
        {
            VerifiedNamespace found = await ReadAsync(running, header, RunningServer.Name(id));
            Blob[] expected = [.. blobs.Where(blob => blob.Namespace == RunningServer.Name(id))];
            Assert.Equal(expected.Length, found.Blobs.Count);
            JsonElement all = await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [RunningServer.Name(id)]));
            Assert.True(BlobJson.TryReadList(all, out IReadOnlyList<RpcBlob>? listed).IsValid);
            for (int i = 0; i < found.Blobs.Count; i++)
            {
                Assert.Contains(expected, blob => blob.Data.Span.SequenceEqual(found.Blobs[i].Blob.Data.Span));
                Assert.Equal(found.Blobs[i].Commitment, listed![i].Commitment);
                Assert.Equal(found.Blobs[i].ExtendedIndex, listed[i].ExtendedIndex);
            }
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("bbb")]
    [InlineData("zzzzzzzzzz")]
    public async Task AbsenceIsProved(string id)
    {
        await using RunningServer running = await RunningServer.StartAsync();
        ulong height = await running.PublishAsync(RunningServer.Blob("bb", 3_000), RunningServer.Blob("cc", 3_000));
        VerifiedNamespace found = await ReadAsync(running, await running.HeaderAsync(height), RunningServer.Name(id));
        Assert.True(found.IsAbsent);
        Assert.Equal("[]", (await running.OkAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [RunningServer.Name(id)]))).GetRawText());
    }

    [Fact]
    public async Task CommitmentShareAndRangeProofsLeadToTheDataRoot()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob[] blobs = [RunningServer.Blob("one", 200), RunningServer.Blob("two", 60_000), RunningServer.Blob("six", 33_333)];
        ulong height = await running.PublishAsync(blobs);
        ExtendedHeader header = await running.HeaderAsync(height);
        Hash256 root = header.Header.DataHash!.Value;
        foreach (Blob blob in blobs)
        {
            Hash256 commitment = ShareCommitment.Of(blob);
            JsonElement json = await running.OkAsync(CelestiaCalls.OfBlob(RpcId.Of(1), RpcMethod.GetCommitmentProof, height, blob.Namespace, commitment));
            Assert.True(ProofJson.TryReadCommitmentProof(json, out CommitmentProof? proof).IsValid);
            DaVerdict verdict = proof!.Verify(root, blob.Namespace, commitment);
            Assert.True(verdict.IsValid, verdict.Detail);
            JsonElement one = await running.OkAsync(CelestiaCalls.OfBlob(RpcId.Of(1), RpcMethod.Get, height, blob.Namespace, commitment));
            Assert.True(BlobJson.TryRead(one, out RpcBlob? read).IsValid);
            int k = header.Dah.Width, start = (read!.ExtendedIndex / (2 * k) * k) + (read.ExtendedIndex % (2 * k));
            JsonElement range = await running.OkAsync(CelestiaCalls.GetRange(RpcId.Of(1), height, start, start + blob.ShareCount));
            Assert.True(ProofJson.TryReadShareProof(range.GetProperty("Proof"), out ShareProof? shares).IsValid);
            Assert.True(shares!.Verify(root).IsValid);
            Assert.True(BlobWriter.Write(blob).AsSpan().SequenceEqual(shares.Shares.Span));
        }
    }

    [Fact]
    public async Task ProofsOfABlobCoverItsRowsAndAreIncluded()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("name", 20_000), other = RunningServer.Blob("name", 500, 9);
        ulong height = await running.PublishAsync(other, blob);
        Hash256 commitment = ShareCommitment.Of(blob);
        JsonElement json = await running.OkAsync(CelestiaCalls.OfBlob(RpcId.Of(1), RpcMethod.GetProof, height, blob.Namespace, commitment));
        List<NmtProof> proofs = [];
        foreach (JsonElement item in json.EnumerateArray())
        {
            Assert.True(NmtProofJson.TryRead(item, out NmtProof? proof).IsValid);
            proofs.Add(proof!);
        }
        Assert.True((await running.OkAsync(CelestiaCalls.Included(RpcId.Of(1), height, blob.Namespace, proofs, commitment))).GetBoolean());
        Assert.False((await running.OkAsync(CelestiaCalls.Included(RpcId.Of(1), height, blob.Namespace, proofs, Hash256.Zero))).GetBoolean());
        Assert.Equal(ErrorText.InvalidProof, (await running.ErrorAsync(CelestiaCalls.Included(RpcId.Of(1), height, blob.Namespace, [proofs[0] with { End = proofs[0].End + 1 }], commitment))).Message);
        string nil = $"{height},{RunningServer.Base64(blob.Namespace)},null,{RunningServer.Base64(commitment)}";
        Assert.Equal(ErrorText.NilProof, (await running.ErrorAsync(RpcMethod.Included, nil)).Message);
    }

    [Fact]
    public async Task WholeSquareAndItsRowsAreThoseOfTheHeader()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        ulong height = await running.PublishAsync(RunningServer.Blob("x", 10_000), RunningServer.Blob("y", 10_000));
        ExtendedHeader header = await running.HeaderAsync(height);
        Assert.True(SquareJson.TryReadSquare(await running.OkAsync("share.GetEDS", $"{height}"), out ExtendedSquare? square).IsValid);
        Assert.True(square!.TryHeader(out DataAvailabilityHeader? dah).IsValid);
        Assert.True(dah!.Check(header.Header.DataHash!.Value).IsValid);
        Assert.True(SquareJson.TryReadRow(await running.OkAsync("share.GetRow", $"{height},1"), out byte[]? row, out RowSide side).IsValid);
        Assert.Equal(RowSide.Left, side);
        Assert.True(square.Shares.Span.Slice(square.ExtendedWidth * ShareFormat.Bytes, row!.Length).SequenceEqual(row));
        Assert.Equal(square.Share(0, 1).ToArray(), (await running.OkAsync("share.GetShare", $"{height},0,1")).GetBytesFromBase64());
        Assert.Contains("out of bounds", (await running.ErrorAsync("share.GetRow", $"{height},999")).Message, StringComparison.Ordinal);
        Assert.Contains("out of bounds", (await running.ErrorAsync("share.GetShare", $"{height},0,999")).Message, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await running.OkAsync("share.SharesAvailable", $"{height}")).ValueKind);
    }

    [Fact]
    public async Task PayingTransactionsDecodeAndPayForTheBlobs()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob[] blobs = [RunningServer.Blob("a", 10), RunningServer.Blob("b", 20_000)];
        ulong height = await running.PublishAsync(blobs);
        VerifiedNamespace found = await ReadAsync(running, await running.HeaderAsync(height), Namespace.PayForBlobs);
        Assert.True(CompactShares.TryRead(Namespace.PayForBlobs, found.Shares.Span, out IReadOnlyList<byte[]> units).IsValid);
        Assert.Equal(2, units.Count);
        List<Hash256> paid = [];
        foreach (byte[] unit in units)
        {
            Assert.True(IndexWrapper.TryDecode(unit, out IndexWrapper? wrapper).IsValid);
            Assert.True(PayForBlobs.TryFind(wrapper!.Transaction.Span, out PayForBlobs? message).IsValid);
            Assert.Equal(running.Server.AccountAddress, message!.Signer);
            paid.AddRange(message.Commitments);
        }
        Assert.Equal(blobs.Select(static blob => ShareCommitment.Of(blob)).Order(), paid.Order());
    }

    [Fact]
    public async Task DataRootTuplesOfARangeAreProved()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await running.PublishAsync(RunningServer.Blob("a", 1));
        for (int i = 0; i < 4; i++) await running.Server.ProduceBlockAsync();
        Hash256 root = Hash256.Parse("0x" + (await running.OkAsync("blobstream.GetDataRootTupleRoot", "1,6")).GetString());
        JsonElement proof = await running.OkAsync("blobstream.GetDataRootTupleInclusionProof", "2,1,6");
        Hash256[] aunts = [.. proof.GetProperty("aunts").EnumerateArray().Select(static aunt => new Hash256(aunt.GetBytesFromBase64()))];
        Assert.True(Sha256Tree.TryRoot(new Hash256(proof.GetProperty("leaf_hash").GetBytesFromBase64()), 1, 5, aunts, out Hash256 led));
        Assert.Equal(root, led);
        Assert.Contains("not in range", (await running.ErrorAsync("blobstream.GetDataRootTupleInclusionProof", "6,1,6")).Message, StringComparison.Ordinal);
        Assert.Contains("range", (await running.ErrorAsync("blobstream.GetDataRootTupleRoot", "3,3")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlobAcrossAWideSquareIsProved()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        Blob blob = RunningServer.Blob("wide", 300_000);
        ulong height = await running.PublishAsync(blob);
        ExtendedHeader header = await running.HeaderAsync(height);
        Assert.Equal(32, header.Dah.Width);
        VerifiedNamespace found = await ReadAsync(running, header, blob.Namespace);
        Assert.Equal(ShareCommitment.Of(blob), Assert.Single(found.Blobs).Commitment);
    }

    internal static async Task<VerifiedNamespace> ReadAsync(RunningServer running, ExtendedHeader header, Namespace name)
    {
        Assert.True(NamespaceDataJson.TryRead(await running.OkAsync(CelestiaCalls.GetNamespaceData(RpcId.Of(1), header.Height, name)), out IReadOnlyList<NamespaceRow>? rows).IsValid);
        DaVerdict verdict = NamespaceVerifier.Verify(header.Dah, name, rows!, out VerifiedNamespace? found);
        Assert.True(verdict.IsValid, $"{verdict.Code} {verdict.Detail}");
        return found!;
    }
}
