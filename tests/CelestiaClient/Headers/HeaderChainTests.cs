using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Tests.Doubles;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Tests.Headers;

public sealed class HeaderChainTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"dsdn-trust-{Guid.NewGuid():N}", "trust.json");

    public void Dispose()
    {
        if (Directory.Exists(Path.GetDirectoryName(_file))) Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    private static CelestiaOptions Trusting(TestNode node, ulong height) =>
        Clients.Options(node) with { TrustsOnFirstUse = false, ChainId = TestChain.Id, Trusted = new TrustedHeader(height, node.Chain.At(height).Header.Hash) };

    private static int Headers(TestNode node) => node.Count(RpcMethod.GetByHeight);

    [Fact]
    public async Task LaterHeaderIsVerifiedInOneStepWhileValidatorsStay()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(200));
        await using var client = new CelestiaNode(Trusting(node, 1));
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(200));
        Assert.Equal(2, Headers(node));
    }

    [Fact]
    public async Task HeadersInBetweenAreFetchedWhereTheValidatorsChanged()
    {
        var chain = new TestChain(5, startMs: TestChain.NowMs() - 100_000);
        for (int i = 1; i <= 4; i++)
        {
            chain.ChangeValidators(i, i + 1, i + 2, i + 3);
            for (int k = 0; k < 5; k++) chain.Add();
        }
        await using TestNode node = await TestNode.StartAsync(chain);
        await using var client = new CelestiaNode(Trusting(node, 1));
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(chain.Height));
        Assert.InRange(Headers(node), 3, 12);
    }

    [Fact]
    public async Task HeaderOfOtherValidatorsIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(9));
        var forged = new TestChain(3, startMs: node.Chain.StartMs);
        forged.ChangeValidators(10, 11, 12);
        for (int i = 0; i < 5; i++) forged.Add();
        await using var client = new CelestiaNode(Trusting(node, 1));
        node.Lie = request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() > 4
            ? TestReply.Result(request, json => HeaderJson.Write(json, forged.At(request.Params[0].GetUInt64()).Header)) : null;
        NamespaceReading reading = await client.ReadAsync(9);
        Assert.True(Assert.IsType<NamespaceReading.Unknown>(reading).Failure.IsProvedWrong, reading.ToString());
    }

    [Fact]
    public async Task EarlierHeaderIsVerifiedByHashesDownward()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(150));
        await using var client = new CelestiaNode(Trusting(node, 150));
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(3));
        Assert.Equal(3, node.Count(RpcMethod.GetRangeByHeight)); // 64 at a time
    }

    [Fact]
    public async Task EarlierHeaderThatIsNotAnAncestorIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(20));
        var other = new TestChain(20, startMs: node.Chain.StartMs + 1);
        await using var client = new CelestiaNode(Trusting(node, 20));
        node.Lie = request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() == 10 ? TestReply.Result(request, json => HeaderJson.Write(json, other.At(10).Header)) : null;
        Assert.Equal("DSDN-E-DA-HEADER", (await client.ReadAsync(10)).Code());
    }

    [Fact]
    public async Task OldHeaderIsNotTrustedForwardButItsAncestorsAreByHash()
    {
        var clock = new ShiftedClock();
        var chain = new TestChain(10, blockMs: 86_400_000);
        await using TestNode node = await TestNode.StartAsync(chain);
        await using var client = new CelestiaNode(Trusting(node, 8), clock);
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(9));
        clock.Ahead = TimeSpan.FromDays(20);
        chain.Add();
        Assert.Equal("DSDN-E-DA-EXPIRED", (await client.ReadAsync(11)).Code());
        Assert.IsType<NamespaceReading.ProvenAbsent>(await client.ReadAsync(2));
    }

    [Fact]
    public async Task NothingIsBelievedWithoutATrustedHeader()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Clients.Options(node) with { TrustsOnFirstUse = false });
        Assert.Equal(DaCodes.NoTrust, (await client.ReadAsync(2)).Code());
        Assert.Equal(DaCodes.NoTrust, (await client.HeadAsync(CancellationToken.None)).Failure.Code);
    }

    [Fact]
    public async Task TrustedHashThatTheNodeDoesNotServeIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using var client = new CelestiaNode(Trusting(node, 2) with { Trusted = new TrustedHeader(2, Hash256.Zero) });
        Assert.Equal("DSDN-E-DA-TRUST", (await client.ReadAsync(2)).Code());
    }

    [Fact]
    public async Task NodeOfAnotherNetworkIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(chainId: "mocha-4"));
        await using var client = new CelestiaNode(Clients.Options(node) with { ChainId = "celestia" });
        Assert.Equal(DaCodes.WrongChain, (await client.ReadAsync(2)).Code());
    }

    [Fact]
    public async Task NodeThatChangesTheNetworkIsRefusedFromThenOn()
    {
        await using TestNode one = await TestNode.StartAsync(new TestChain(chainId: "one"));
        await using TestNode two = await TestNode.StartAsync(new TestChain(chainId: "two"));
        await using CelestiaNode client = Clients.Of(one, two);
        Assert.Equal(3UL, (await client.HeadAsync(CancellationToken.None)).Height);
        one.Lie = static _ => TestReply.Drop;
        Assert.Equal(DaCodes.WrongChain, (await client.HeadAsync(CancellationToken.None)).Failure.Code);
    }

    [Fact]
    public async Task OtherHeaderAtAVerifiedHeightIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using CelestiaNode client = Clients.Of(node);
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        var fork = new TestChain(3, startMs: node.Chain.StartMs + 1);
        node.Lie = request => request.Method == RpcMethod.NetworkHead ? TestReply.Result(request, json => HeaderJson.Write(json, fork.At(3).Header)) : null;
        Assert.Equal("DSDN-E-DA-HEADER", (await client.HeadAsync(CancellationToken.None)).Failure.Code);
    }

    [Fact]
    public async Task TrustIsKeptOverARestartAndNeedsNoConfigurationThen()
    {
        await using TestNode node = await TestNode.StartAsync(new TestChain(30));
        await using (var client = new CelestiaNode(Trusting(node, 5) with { TrustFile = _file })) Assert.Equal(30UL, (await client.HeadAsync(CancellationToken.None)).Height);
        node.Chain.Add();
        node.Lie = request => request.Method == RpcMethod.GetByHeight && request.Params[0].GetUInt64() <= 30 ? TestReply.Error(request, "requested header (5) is below Tail (31)") : null;
        await using var again = new CelestiaNode(Clients.Options(node) with { TrustsOnFirstUse = false, TrustFile = _file });
        Assert.Equal(31UL, (await again.HeadAsync(CancellationToken.None)).Height);
        Assert.Equal(TestChain.Id, again.ChainId);
    }

    [Fact]
    public async Task DamagedTrustFileIsReportedAndNeverReplacedByFirstUse()
    {
        await using TestNode node = await TestNode.StartAsync();
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        foreach (string damage in (string[])["", "{}", "[1]", "{\"version\":2}", "{\"version\":1,\"chain_id\":\"x\",\"newest\":{},\"anchors\":[]}"])
        {
            File.WriteAllText(_file, damage);
            await using var client = new CelestiaNode(Clients.Options(node) with { TrustFile = _file });
            Assert.Equal(DaCodes.TrustFile, (await client.HeadAsync(CancellationToken.None)).Failure.Code);
        }
        await using var configured = new CelestiaNode(Trusting(node, 2) with { TrustFile = _file });
        Assert.True((await configured.HeadAsync(CancellationToken.None)).IsKnown);
    }

    [Fact]
    public async Task ConfigurationThatContradictsTheFileIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync();
        await using (var client = new CelestiaNode(Trusting(node, 2) with { TrustFile = _file })) Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        await using var other = new CelestiaNode(Trusting(node, 2) with { TrustFile = _file, Trusted = new TrustedHeader(2, Hash256.Zero) });
        Assert.Equal(DaCodes.TrustFile, (await other.HeadAsync(CancellationToken.None)).Failure.Code);
    }
}
