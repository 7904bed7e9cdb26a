using Dsdn.Celestia.Namespaces;

namespace Dsdn.CelestiaClient.Tests.Doubles;

/// <summary>Clients with short deadlines.</summary>
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
        Timeouts = new DaTimeouts(ReadMs: 5_000, HeaderMs: 5_000, NamespaceMs: 5_000, SubmitMs: 5_000, ReadBackMs: 2_000, ConnectMs: 2_000),
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
