using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Proofs;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Rpc;

/// <summary>The published examples of two versions of celestia-node: parameters that we write, results that we read.</summary>
public sealed class RpcExampleVectorTests
{
    /// <summary>What the generator of the examples writes where it has no value.</summary>
    private const string Placeholder = "Ynl0ZSBhcnJheQ==";

    private static readonly SquareProver Square = Sample.Square(Sample.Blob(Sample.User(5, 5), [1])).Prover;

    private static IEnumerable<(NodeVersion Version, JsonElement Example)> Examples(string? method = null)
    {
        JsonElement versions = Vectors.Json("rpc_examples_openrpc.json").GetProperty("versions");
        foreach ((string name, NodeVersion version) in ((string, NodeVersion)[])[("v0.16.0", NodeVersion.V0_16), ("v0.28.4", NodeVersion.V0_28)])
        {
            foreach (JsonElement example in versions.Each(name))
                if (method is null || example.Text("method") == method) yield return (version, example);
        }
    }

    private static JsonElement[] Params(JsonElement example) => [.. example.Each("params").Select(param => param.GetProperty("example"))];

    private static void AssertParams(JsonElement example, byte[] request)
    {
        Assert.Null(RpcRequest.TryRead(request, out IReadOnlyList<RpcRequest>? requests, out _));
        RpcRequest read = Assert.Single(requests!);
        Assert.Equal(example.Text("method"), read.Method);
        JsonElement[] expected = Params(example);
        Assert.Equal(expected.Length, read.Params.Count);
        for (int i = 0; i < expected.Length; i++) Assert.True(JsonElement.DeepEquals(expected[i], read.Params[i]), $"{read.Method} {i}: {read.Params[i]}");
    }

    [Fact]
    public void MethodsHaveTheirPermissionsAndCounts()
    {
        foreach ((NodeVersion version, JsonElement example) in Examples())
        {
            string name = example.Text("method");
            if (name.StartsWith("p2p.", StringComparison.Ordinal) || name.StartsWith("blobstream.", StringComparison.Ordinal)) continue;
            RpcMethod method = Assert.Single(RpcMethod.Of(version), method => method.Name == name);
            Assert.Equal(example.Text("auth"), method.Permission.Text());
            Assert.Equal(Params(example).Length, method.ParamCount);
        }
    }

    [Fact]
    public void BlobsAreReadWithTheCommitmentThatTheyHave()
    {
        foreach ((_, JsonElement example) in Examples("blob.GetAll"))
        {
            Sample.AssertValid(BlobJson.TryReadList(example.GetProperty("result"), out IReadOnlyList<RpcBlob>? blobs));
            RpcBlob blob = Assert.Single(blobs!);
            Assert.Equal(blob.Commitment, ShareCommitment.Of(blob.Blob));
            Assert.Equal(-1, blob.ExtendedIndex);
            AssertParams(example, CelestiaCalls.GetAll(RpcId.Of(1), 42, [blob.Blob.Namespace]));
            byte[] written = DaJson.Write(json => BlobJson.Write(json, blob.Blob, blob.Commitment!.Value));
            Assert.True(JsonElement.DeepEquals(example.GetProperty("result")[0], JsonElement.Parse(written)));
        }
        foreach ((_, JsonElement example) in Examples("blob.Get"))
        {
            Sample.AssertValid(BlobJson.TryRead(example.GetProperty("result"), out RpcBlob? blob));
            AssertParams(example, CelestiaCalls.OfBlob(RpcId.Of(1), RpcMethod.Get, 42, blob!.Blob.Namespace, blob.Commitment!.Value));
        }
    }

    [Fact]
    public void SubmittedBlobsAndOptionsAreWrittenAndRead()
    {
        foreach ((NodeVersion version, JsonElement example) in Examples("blob.Submit"))
        {
            RpcParams values = new(new RpcRequest(null, RpcMethod.Submit, Params(example)));
            RpcBlob blob = Assert.Single(values.Blobs(0));
            SubmitOptions options = values.Options(1);
            Assert.Null(values.Failure);
            Assert.Equal((new GasPrice(2_000_000), 142_225ul, "my_celes_key"), (options.Price!.Value, options.Gas, options.KeyName));
            Assert.Equal(version == NodeVersion.V0_16 ? null : new GasPrice(400_000_000), options.PriceMax);
            AssertParams(example, CelestiaCalls.Submit(RpcId.Of(9), [(blob.Blob, blob.Commitment!.Value)], options));
            Assert.Equal(42ul, example.GetProperty("result").GetUInt64());
        }
        foreach ((_, JsonElement example) in Examples("state.SubmitPayForBlob"))
        {
            Sample.AssertValid(TransactionResponse.TryRead(example.GetProperty("result"), out TransactionResponse? response));
            Assert.Equal((30_497ul, 0), (response!.Height, response.Code));
            JsonElement blob = Params(example)[0][0];
            if (blob.Text("data") != Placeholder) Sample.AssertValid(BlobJson.TryReadApp(blob, out _));
        }
    }

    [Fact]
    public void HeadersAreReadWithTheHashThatTheirCommitNames()
    {
        foreach (string method in (string[])["header.GetByHash", "header.GetByHeight", "header.LocalHead", "header.NetworkHead", "header.Tail", "header.WaitForHeight"])
        {
            foreach ((_, JsonElement example) in Examples(method))
            {
                // The examples come from a network whose namespaces had eight bytes: its square's roots are refused, its header is today's.
                Assert.Equal("DSDN-E-DA-JSON", HeaderJson.TryRead(example.GetProperty("result"), out _).Code);
                JsonNode text = JsonNode.Parse(example.GetProperty("result").GetRawText())!;
                text["dah"] = JsonNode.Parse(DaJson.Write(json => HeaderJson.WriteDah(json, Square.Dah)));
                Sample.AssertValid(HeaderJson.TryRead(JsonElement.Parse(text.ToJsonString()), out ExtendedHeader? header));
                Assert.Equal(67_374ul, header!.Height);
                Assert.Equal(header.Commit.BlockId.Hash, header.Hash);
                Assert.Equal(header.Header.ValidatorsHash, header.Validators.Hash());
                Assert.Equal(DaFault.DataRoot, HeaderVerifier.CheckAlone(header, "arabica-6").Fault);
                int signed = 0;
                foreach ((CommitSignature signature, CelestiaValidator member) in header.Commit.Signatures.Zip(header.Validators.Members))
                {
                    if (signature.Flag != CommitFlag.Commit) continue;
                    Assert.True(Ed25519.Verify(header.Commit.SignBytes("arabica-6", signature.Time), signature.Signature.Span, member.PublicKey.Span));
                    signed++;
                }
                Assert.Equal(1, signed);
            }
        }
        foreach ((_, JsonElement example) in Examples("header.GetByHash"))
            AssertParams(example, CelestiaCalls.GetByHash(RpcId.Of(1), new RpcParams(new RpcRequest(null, "header.GetByHash", Params(example))).HexHash(0)));
        foreach ((_, JsonElement example) in Examples("header.GetByHeight")) AssertParams(example, CelestiaCalls.AtHeight(RpcId.Of(1), RpcMethod.GetByHeight, 42));
    }

    [Fact]
    public void ProofsAreReadAndAskedFor()
    {
        foreach ((_, JsonElement example) in Examples("blob.Included"))
        {
            RpcParams values = new(new RpcRequest(null, "blob.Included", Params(example)));
            byte[] request = CelestiaCalls.Included(RpcId.Of(1), values.Number(0), values.Namespace(1), values.Proofs(2), values.Commitment(3));
            Assert.Null(values.Failure);
            AssertParams(example, request);
        }
        foreach ((_, JsonElement example) in Examples("share.GetNamespaceData"))
            AssertParams(example, CelestiaCalls.GetNamespaceData(RpcId.Of(1), 42, new RpcParams(new RpcRequest(null, "", Params(example))).Namespace(1)));
        foreach ((_, JsonElement example) in Examples("share.GetRange")) AssertParams(example, CelestiaCalls.GetRange(RpcId.Of(1), 42, 42, 42));
    }

    [Fact]
    public void StatesOfTheNodeAreRead()
    {
        foreach ((_, JsonElement example) in Examples("header.SyncState"))
        {
            Sample.AssertValid(SyncState.TryRead(example.GetProperty("result"), out SyncState? state));
            Assert.True(state!.IsSynced);
        }
        foreach ((_, JsonElement example) in Examples("das.SamplingStats"))
        {
            Sample.AssertValid(SamplingStats.TryRead(example.GetProperty("result"), out SamplingStats? stats));
            Assert.Equal(new SamplingStats(1092, 34_101, 470_292, false, true), stats);
        }
        foreach ((_, JsonElement example) in Examples("state.Balance"))
        {
            Sample.AssertValid(AccountBalance.TryRead(example.GetProperty("result"), out AccountBalance? balance));
            Assert.Equal(42u, balance!.Amount);
        }
        foreach ((_, JsonElement example) in Examples("node.Info"))
        {
            Sample.AssertValid(NodeInfo.TryRead(example.GetProperty("result"), out NodeInfo? info));
            Assert.Equal(3, info!.Type);
        }
    }

    [Fact]
    public void PlaceholdersAreRefusedNotThrown()
    {
        foreach ((_, JsonElement example) in Examples())
        {
            JsonElement result = example.GetProperty("result");
            if (example.Text("method") == "blob.GetCommitmentProof") Assert.Equal("DSDN-E-DA-JSON", ProofJson.TryReadCommitmentProof(result, out _).Code);
            if (example.Text("method") is "share.GetNamespaceData" or "share.GetSharesByNamespace") Assert.Equal(DaFault.Json, NamespaceDataJson.TryRead(result, out _).Fault);
            if (example.Text("method") == "share.GetRange") Assert.Equal(DaFault.Json, ProofJson.TryReadShareProof(result.GetProperty("Proof"), out _).Fault);
        }
    }
}
