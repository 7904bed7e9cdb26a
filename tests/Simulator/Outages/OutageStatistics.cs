using System.Globalization;
using Dsdn.Log.Routing;

namespace Dsdn.Simulator.Outages;

/// <summary>What happened in runs: a fault that is never met tests nothing.</summary>
internal sealed class OutageStatistics
{
    private readonly long[] _weather = new long[Enum.GetValues<Weather>().Length];
    private readonly long[] _entered = new long[Enum.GetValues<RouterMode>().Length + 1];

    public long Batches { get; set; }

    public long Submits { get; set; }

    /// <summary>Batches that were handed over again after an attempt before.</summary>
    public long Retries { get; set; }

    public long LookUps { get; set; }

    public long FoundAfterSilence { get; set; }

    public long Crashes { get; set; }

    public long PowerFailures { get; set; }

    public long TornWrites { get; set; }

    public long Paused { get; set; }

    public long EmergencyCopies { get; set; }

    public long Orders { get; set; }

    public long QuorumCanonical { get; set; }

    public long EmergencyCanonical { get; set; }

    public long Alerts { get; set; }

    public long Steps { get; set; }

    public void Count(Weather weather) => _weather[(int)weather]++;

    public void Count(RouterMode mode) => _entered[(int)mode]++;

    public void Add(OutageStatistics other)
    {
        for (int i = 0; i < _weather.Length; i++) _weather[i] += other._weather[i];
        for (int i = 0; i < _entered.Length; i++) _entered[i] += other._entered[i];
        Batches += other.Batches;
        Submits += other.Submits;
        Retries += other.Retries;
        LookUps += other.LookUps;
        FoundAfterSilence += other.FoundAfterSilence;
        Crashes += other.Crashes;
        PowerFailures += other.PowerFailures;
        TornWrites += other.TornWrites;
        Paused += other.Paused;
        EmergencyCopies += other.EmergencyCopies;
        Orders += other.Orders;
        QuorumCanonical += other.QuorumCanonical;
        EmergencyCanonical += other.EmergencyCanonical;
        Alerts += other.Alerts;
        Steps += other.Steps;
    }

    /// <summary>Weather by calls that met it, modes by entries.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Join(' ', Enum.GetValues<Weather>().Select(weather => Text($"{weather}={_weather[(int)weather]}")));
        yield return string.Join(' ', Enum.GetValues<RouterMode>().Select(mode => Text($"{mode}={_entered[(int)mode]}")));
        yield return Text($"batches={Batches} submits={Submits} retries={Retries} lookUps={LookUps} foundAfterSilence={FoundAfterSilence} quorumCanonical={QuorumCanonical} emergencyCanonical={EmergencyCanonical} emergencyCopies={EmergencyCopies}");
        yield return Text($"crashes={Crashes} powerFailures={PowerFailures} tornOrLostWrites={TornWrites} pauses={Paused} orders={Orders} alerts={Alerts} steps={Steps}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
