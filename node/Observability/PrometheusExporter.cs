using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Dsdn.Node.Observability;

/// <summary>
/// Collects every instrument whose meter begins with "dsdn" and writes the Prometheus text format 0.0.4. Counters and
/// observable instruments are one sample a tag set; histograms have fixed buckets in seconds unless the instrument advises others.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public PrometheusExporter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("dsdn", StringComparison.OrdinalIgnoreCase)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    public string Scrape()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach ((string name, Family family) in _families) family.Write(text, name);
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = Labels(tags);
        lock (_lock)
        {
            string name = MetricName(instrument.Name);
            if (!_families.TryGetValue(name, out Family? family)) _families[name] = family = new Family(instrument);
            family.Record(labels, value);
        }
    }

    private static string MetricName(string name) => name.Replace('.', '_').Replace('-', '_');

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0) return "";
        var text = new StringBuilder();
        foreach ((string key, object? value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            string escaped = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(MetricName(key)).Append("=\"").Append(escaped).Append('"');
        }
        return text.ToString();
    }

    private sealed class Family(Instrument instrument)
    {
        private readonly bool _isHistogram = instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);
        private readonly bool _isSum = instrument.GetType().Name is { } type && !type.StartsWith("Observable", StringComparison.Ordinal) && type.Contains("Counter", StringComparison.Ordinal);
        private readonly bool _isCounter = instrument.GetType().Name is { } type && type.Contains("Counter", StringComparison.Ordinal) && !type.Contains("UpDown", StringComparison.Ordinal);
        private readonly SortedDictionary<string, Sample> _samples = new(StringComparer.Ordinal);
        private readonly IReadOnlyList<double> _buckets = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? Buckets;

        public void Record(string labels, double value)
        {
            if (!_samples.TryGetValue(labels, out Sample? sample)) _samples[labels] = sample = new Sample(_isHistogram ? new long[_buckets.Count] : []);
            sample.Value = _isSum || _isHistogram ? sample.Value + value : value;
            sample.Count++;
            for (int i = 0; i < sample.Buckets.Length; i++)
            {
                if (value <= _buckets[i]) sample.Buckets[i]++;
            }
        }

        public void Write(StringBuilder text, string name)
        {
            string kind = _isHistogram ? "histogram" : _isCounter ? "counter" : "gauge";
            if (instrument.Description is { Length: > 0 } help) text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            foreach ((string labels, Sample sample) in _samples)
            {
                if (_isHistogram) WriteHistogram(text, name, labels, sample);
                else Line(text, name, labels, sample.Value);
            }
        }

        private void WriteHistogram(StringBuilder text, string name, string labels, Sample sample)
        {
            string prefix = labels.Length == 0 ? "" : labels + ",";
            for (int i = 0; i < _buckets.Count; i++)
            {
                Line(text, name + "_bucket", $"{prefix}le=\"{_buckets[i].ToString(CultureInfo.InvariantCulture)}\"", sample.Buckets[i]);
            }
            Line(text, name + "_bucket", prefix + "le=\"+Inf\"", sample.Count);
            Line(text, name + "_sum", labels, sample.Value);
            Line(text, name + "_count", labels, sample.Count);
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    private sealed class Sample(long[] buckets)
    {
        public double Value;
        public long Count;
        public readonly long[] Buckets = buckets;
    }
}
