using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests.Configuration;

public sealed class AccessTokenTests : IDisposable
{
    private const string Secret = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl";

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("dsdn-da-token").FullName, "token");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task ReplacedFileIsUsedWithoutARestart()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Token = "second";
        File.WriteAllText(_file, "first\n");
        await using var client = new CelestiaNode(Clients.Options([node.Url], AccessToken.OfFile(_file)));
        Assert.Equal("DSDN-E-DA-CALL-TOKEN", (await client.HeadAsync(CancellationToken.None)).Failure.Code);
        File.WriteAllText(_file, "second\n");
        File.SetLastWriteTimeUtc(_file, DateTime.UtcNow.AddSeconds(5));
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
        File.Delete(_file); // while it is being replaced, the last one stays in use
        Assert.True((await client.HeadAsync(CancellationToken.None)).IsKnown);
    }

    [Fact]
    public async Task TokenStandsInNoTextThatTheClientGives()
    {
        await using TestNode node = await TestNode.StartAsync();
        node.Token = "another";
        CelestiaOptions options = Clients.Options([node.Url, "http://127.0.0.1:1"], AccessToken.Of(Secret));
        await using var client = new CelestiaNode(options);
        DaHealth health = await client.ProbeAsync(CancellationToken.None);
        Dsdn.CelestiaClient.Health.StartReport report = await Dsdn.CelestiaClient.Health.DaStartCheck.RunAsync(client, CancellationToken.None);
        SubmitOutcome outcome = await client.SubmitAsync([TestChain.Blob()], CancellationToken.None);
        string all = string.Join('\n', [
            options.ToString(), options.Endpoints[0].ToString(), options.Endpoints[0].Token.ToString(), health.ToString(), .. health.Failures.Select(static failure => failure.ToString()),
            .. report.Findings.Select(static finding => finding.ToString()), outcome.ToString(), client.Metrics.Snapshot().ToString(), .. client.Metrics.Snapshot().Calls.Select(static call => call.ToString())]);
        Assert.DoesNotContain(Secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nline")]
    public void FileThatHoldsNoTokenGivesNone(string text)
    {
        File.WriteAllText(_file, text);
        Assert.Null(AccessToken.OfFile(_file).Current());
    }
}
