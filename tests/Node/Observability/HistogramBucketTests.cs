using System.Diagnostics.Metrics;
using Dsdn.Node.Observability;

namespace Dsdn.Node.Tests.Observability;

public sealed class HistogramBucketTests
{
    [Fact]
    public void HistogramHasTheBucketsThatItsInstrumentAdvises()
    {
        using var exporter = new PrometheusExporter();
        using var meter = new Meter("dsdn.test-buckets");
        Histogram<double> advised = meter.CreateHistogram("dsdn_test_advised", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 60] });
        Histogram<double> plain = meter.CreateHistogram<double>("dsdn_test_plain");
        advised.Record(30);
        plain.Record(30);
        string text = exporter.Scrape();
        Assert.Contains("dsdn_test_advised_bucket{le=\"1\"} 0\ndsdn_test_advised_bucket{le=\"60\"} 1\ndsdn_test_advised_bucket{le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("dsdn_test_plain_bucket{le=\"10\"} 0\ndsdn_test_plain_bucket{le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
    }
}
