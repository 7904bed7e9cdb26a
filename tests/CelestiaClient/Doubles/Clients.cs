using Dsdn.Celestia.Namespaces;

namespace Dsdn.CelestiaClient.Tests.Doubles;

/// <summary>Clients that wait long for what should come and not at all between attempts: the machine may be busy.</summary>
internal static class Clients
{
    public static CelestiaOptions Options(params TestNode[] nodes) => Options(nodes.Select(static node => node.Url), AccessToken.None);

    public static CelestiaOptions Options(IEnumerable<string> urls, AccessToken token) => new()
    {
        Endpoints = [.. urls.Select(url => Endpoint(url, token))],
        Namespace = TestChain.Own,
        TrustsOnFirstUse = true,
        RetryCount = 1,
        RetryDelayMs = 1,
        BlockTimeMs = 1_000,
        HeadAgeBlocksMax = 1_000_000,
        Subscribes = false,
        Timeouts = new DaTimeouts(HeaderMs: 30_000, SubmitMs: 60_000, ReadBackMs: 20_000),
    };

    public static CelestiaNode Of(params TestNode[] nodes) => new(Options(nodes));

    public static CelestiaEndpoint Endpoint(string url, AccessToken? token = null)
    {
        DaFailure failure = CelestiaEndpoint.TryCreate(url, token ?? AccessToken.None, out CelestiaEndpoint? endpoint);
        Assert.True(failure.IsNone, failure.ToString());
        return endpoint!;
    }

    public static Task<NamespaceReading> ReadAsync(this CelestiaNode node, ulong height, Namespace? name = null) => node.ReadAsync(height, name ?? TestChain.Own, CancellationToken.None);

    public static string Code(this NamespaceReading reading) => Assert.IsType<NamespaceReading.Unknown>(reading).Failure.Code;
}
