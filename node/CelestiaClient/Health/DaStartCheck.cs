using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Health;

/// <summary>What a service checks before it serves: connection, permissions, network, namespace, trust, sync and balance.</summary>
public static class DaStartCheck
{
    public static async Task<StartReport> RunAsync(CelestiaNode node, CancellationToken cancel)
    {
        List<StartFinding> findings = [Namespace(node.Options), Trust(node.Options)];
        DaHealth health = await node.ProbeAsync(cancel);
        foreach (EndpointHealth endpoint in health.Endpoints)
        {
            findings.Add(endpoint.CanRead ? Good("connection", $"{endpoint.Endpoint}: height {endpoint.HeadHeight} in {endpoint.LatencyMs} ms") : Bad("connection", endpoint.Failures.Count > 0 ? endpoint.Failures[0] : new DaFailure(DaCodes.Unreachable, "", endpoint.Endpoint)));
            if (!endpoint.CanRead) continue;
            if (endpoint.Failures.Count == 0) findings.Add(Good("sync", $"{endpoint.Endpoint}: head is {endpoint.HeadAgeMs / 1000} s old"));
            findings.AddRange(endpoint.Failures.Select(static failure => Bad("sync", failure)));
        }
        if (health.CanRead) findings.Add(Good("chain", $"\"{node.ChainId}\""));
        findings.AddRange(TokenFiles(node.Options));
        bool mayWrite = await MayWriteAsync(node, health, findings, cancel);
        findings.Add(Balance(health.Balance, node.Options.LowBalanceUtia));
        if (!node.Headers.StoreFailure.IsNone) findings.Add(new StartFinding(StartLevel.Warning, "trust", node.Headers.StoreFailure.Code, node.Headers.StoreFailure.Detail, StartAdvice.Of(node.Headers.StoreFailure.Code)));
        return new StartReport(findings, health.CanRead, mayWrite && health.CanWrite, health);
    }

    /// <summary>By a submit of nothing: permissions are looked at before blobs.</summary>
    private static async Task<bool> MayWriteAsync(CelestiaNode node, DaHealth health, List<StartFinding> findings, CancellationToken cancel)
    {
        bool may = false;
        for (int i = 0; i < health.Endpoints.Count; i++)
        {
            if (!health.Endpoints[i].CanRead) continue;
            CallFailure? failure = await node.Pool.All[i].TryWriteAsync(cancel);
            cancel.ThrowIfCancellationRequested();
            bool isRefused = failure is { Fault: null or CallFault.Unauthorized or CallFault.Forbidden or CallFault.NoStateAccess or CallFault.UnknownMethod or CallFault.Busy or CallFault.RateLimited };
            may |= !isRefused;
            findings.Add(isRefused && failure is { } failed ? Bad("permission", failed.Failure) : Good("permission", $"{health.Endpoints[i].Endpoint}: may submit"));
        }
        return may;
    }

    private static StartFinding Namespace(CelestiaOptions options) => options.Namespace.IsForBlobs
        ? Good("namespace", options.Namespace.ToString())
        : new StartFinding(StartLevel.Refusal, "namespace", DaCodes.Namespace, $"{options.Namespace} is not a user's namespace", StartAdvice.Of(DaCodes.Namespace));

    /// <summary>A token lets whoever reads it spend the account's TIA.</summary>
    private static IEnumerable<StartFinding> TokenFiles(CelestiaOptions options)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        foreach (string file in options.Endpoints.Select(static endpoint => endpoint.Token.File).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!File.Exists(file)) yield return Bad("token", new DaFailure(DaCodes.TokenFile, $"{file} does not exist"));
            else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0) yield return Bad("token", new DaFailure(DaCodes.TokenFile, $"others on this machine may read {file}"));
        }
    }

    private static StartFinding Trust(CelestiaOptions options)
    {
        if (options.Trusted is { } trusted) return Good("trust", $"header {trusted.Height} {trusted.Hash}");
        if (options.TrustsOnFirstUse) return new StartFinding(StartLevel.Warning, "trust", DaCodes.NoTrust, "the first header that is served is trusted: for development networks only", StartAdvice.Of(DaCodes.NoTrust));
        return File.Exists(options.TrustFile) ? Good("trust", $"headers kept in {options.TrustFile}") : Bad("trust", new DaFailure(DaCodes.NoTrust, "no trusted header is configured"));
    }

    private static StartFinding Balance(DaBalance balance, UInt128 low)
    {
        if (!balance.IsKnown) return Bad("balance", balance.Failure);
        return balance.Utia >= low ? Good("balance", $"{balance.Utia} utia") : Bad("balance", new DaFailure(DaCodes.LowBalance, $"{balance.Utia} utia, {low} are advised at least"));
    }

    private static StartFinding Good(string check, string detail) => new(StartLevel.Good, check, "", detail, "");

    private static StartFinding Bad(string check, DaFailure failure) => new(
        failure.Code is DaCodes.WrongChain or DaCodes.NoTrust or DaCodes.Namespace ? StartLevel.Refusal : StartLevel.Warning,
        check, failure.Code, failure.Endpoint.Length == 0 ? failure.Detail : $"{failure.Endpoint}: {failure.Detail}", StartAdvice.Of(failure.Code));
}
