using System.Text.RegularExpressions;

namespace Dsdn.House.Tests.Text;

public sealed partial class AlertTests
{
    /// <summary>An alert on a metric that nobody writes never fires.</summary>
    [Fact]
    public void AlertsUseMetricsThatTheProgramWrites()
    {
        string sources = string.Concat(Repository.Files.Where(static file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)).Select(Repository.Read));
        string[] metrics = [.. Repository.Files.Where(static file => file.StartsWith("docs/alerts/", StringComparison.Ordinal)).SelectMany(static file => Metric().Matches(Repository.Read(file)).Select(static match => match.Value)).Distinct()];
        Assert.True(metrics.Length > 10);
        Assert.All(metrics, metric => Assert.Contains($"\"{Suffix().Replace(metric, "")}", sources, StringComparison.Ordinal));
    }

    [GeneratedRegex("dsdn_[a-z_]+")]
    private static partial Regex Metric();

    /// <summary>What Prometheus adds to a histogram's name.</summary>
    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
