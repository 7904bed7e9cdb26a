using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Health;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Health;

public sealed class StartCheckTests
{
    private static async Task<StartReport> CheckAsync(CelestiaOptions options)
    {
        await using var client = new CelestiaNode(options);
        return await DaStartCheck.RunAsync(client, CancellationToken.None);
    }

    private static StartFinding Finding(StartReport report, string code) => Assert.Single(report.Findings, finding => finding.Code == code);

    private static CelestiaOptions Trusting(TestNode node) =>
        Clients.Options(node) with { TrustsOnFirstUse = false, Trusted = new TrustedHeader(1, node.Chain.At(1).Header.Hash) };

    [Fact]
    public async Task AllIsGood()
    {
        await using TestNode node = await TestNode.StartAsync();
        StartReport report = await CheckAsync(Trusting(node));
        Assert.All(report.Findings, static finding => Assert.Equal(StartLevel.Good, finding.Level));
        Assert.Equal(["balance", "chain", "connection", "namespace", "permission", "sync", "trust"], report.Findings.Select(static finding => finding.Check).Order(StringComparer.Ordinal));
        Assert.Equal((true, true, true, false), (report.CanRead, report.CanWrite, report.MayServe, report.IsDegraded));
        Assert.Equal(3UL, node.Chain.Height); // nothing was submitted
    }

    [Fact]
    public async Task OutageDoesNotKeepAServiceFromStarting()
    {
        StartReport report = await CheckAsync(Clients.Options(["http://127.0.0.1:1"], AccessToken.None));
        Assert.Equal((false, false, true, true), (report.CanRead, report.CanWrite, report.MayServe, report.IsDegraded));
        Assert.All(report.Findings.Where(static finding => finding.Code == DaCodes.Unreachable), static finding => Assert.NotEqual("", finding.Suggestion));
    }

    [Fact]
    public async Task ReadTokenStartsDegraded()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Lie = request => request.Method == RpcMethod.Submit ? TestReply.Error(request, "missing permission to invoke 'Submit' (need 'write')") : null;
        StartReport report = await CheckAsync(Trusting(node));
        Assert.Equal((true, false, true, true), (report.CanRead, report.CanWrite, report.MayServe, report.IsDegraded));
        Assert.Contains("celestia light auth write", Finding(report, "DSDN-E-DA-CALL-PERMISSION").Suggestion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongNetworkIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync();
        StartReport report = await CheckAsync(Clients.Options(node) with { ChainId = "celestia" });
        Assert.Equal(StartLevel.Refusal, Finding(report, DaCodes.WrongChain).Level);
        Assert.False(report.MayServe);
    }

    [Fact]
    public async Task MissingTrustIsRefusedAndFirstUseFlagged()
    {
        await using TestNode node = await TestNode.StartAsync();
        StartReport none = await CheckAsync(Clients.Options(node) with { TrustsOnFirstUse = false });
        Assert.False(none.MayServe);
        Assert.Contains(none.Findings, static finding => finding is { Check: "trust", Level: StartLevel.Refusal });
        StartReport report = await CheckAsync(Clients.Options(node));
        Assert.Equal(StartLevel.Warning, Finding(report, DaCodes.NoTrust).Level);
        Assert.True(report.MayServe);
    }

    [Fact]
    public async Task ReservedNamespaceIsRefused()
    {
        await using TestNode node = await TestNode.StartAsync();
        StartReport report = await CheckAsync(Trusting(node) with { Namespace = Celestia.Namespaces.Namespace.PayForBlobs });
        Assert.Equal(StartLevel.Refusal, Finding(report, DaCodes.Namespace).Level);
    }

    [Fact]
    public async Task TokenThatOthersCanReadIsAWarning()
    {
        if (OperatingSystem.IsWindows()) return; // files have no modes there
        await using TestNode node = await TestNode.StartAsync();
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "abc");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
            CelestiaOptions options = Trusting(node) with { Endpoints = [Clients.Endpoint(node.Url, AccessToken.OfFile(file))] };
            Assert.Equal(StartLevel.Warning, Finding(await CheckAsync(options), DaCodes.TokenFile).Level);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Assert.DoesNotContain((await CheckAsync(options)).Findings, static finding => finding.Code == DaCodes.TokenFile);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task LowBalanceIsAWarning()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Balance = 999_999;
        StartReport report = await CheckAsync(Trusting(node));
        Assert.Equal(StartLevel.Warning, Finding(report, DaCodes.LowBalance).Level);
        Assert.True(report.CanWrite);
    }
}
