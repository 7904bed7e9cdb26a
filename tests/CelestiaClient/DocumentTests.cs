using System.Text.RegularExpressions;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.CelestiaClient.Tests.Doubles;

namespace Dsdn.CelestiaClient.Tests;

/// <summary>What operators read agrees with the code.</summary>
public sealed partial class DocumentTests
{
    private static string Read(string path)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dsdn.sln"))) folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder!.FullName, path));
    }

    [Fact]
    public void ExampleOfTheEnvironmentNamesEveryVariableAndHoldsNoSecret()
    {
        string example = Read("docs/.env.example");
        Assert.Equal(DaVariable.All.Select(static one => one.Name).Order(StringComparer.Ordinal), Variable().Matches(example).Select(static match => match.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.Matches("(?m)^# DA_AUTH_TOKEN=$", example);
        Assert.DoesNotContain("eyJ", example, StringComparison.Ordinal);
    }

    [Fact]
    public void ExampleOfTheEnvironmentIsAcceptable()
    {
        Dictionary<string, string> set = Read("docs/.env.example").Split('\n').Where(static line => line.StartsWith("DA_", StringComparison.Ordinal) && !line.StartsWith(DaVariable.TokenFile, StringComparison.Ordinal))
            .ToDictionary(static line => line[..line.IndexOf('=', StringComparison.Ordinal)], static line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        DaFailure failure = DaConfiguration.TryLoad("env", set.GetValueOrDefault, null, out CelestiaOptions? options);
        Assert.True(failure.IsNone, failure.ToString());
        Assert.Equal("mocha-4", options!.ChainId);
    }

    [Fact]
    public void GuidesExplainTheVariables()
    {
        foreach (DaVariable one in DaVariable.All) Assert.Contains($"`{one.Name}`", Read("docs/da-operators.md"), StringComparison.Ordinal);
        Assert.Contains(DaVariable.Namespace, Read("docs/id/operator-da.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AlertsUseMetricsThatExist()
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        using var listener = new System.Diagnostics.Metrics.MeterListener { InstrumentPublished = (instrument, _) => { lock (names) names.Add(instrument.Name); } };
        listener.Start();
        await using var client = new CelestiaNode(Clients.Options(["http://127.0.0.1:1"], AccessToken.None));
        IEnumerable<string> used = Metric().Matches(Read("docs/alerts/dsdn-da.yml")).Select(static match => match.Value.Replace("_bucket", "", StringComparison.Ordinal)).Distinct();
        lock (names) Assert.All(used, name => Assert.Contains(name, names));
        Assert.True(used.Count() > 8);
    }

    [GeneratedRegex("(?m)^(?:# )?(DA_[A-Z_]+)=")]
    private static partial Regex Variable();

    [GeneratedRegex("dsdn_da_[a-z_]+")]
    private static partial Regex Metric();
}
