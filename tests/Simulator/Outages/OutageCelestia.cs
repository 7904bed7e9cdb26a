using Dsdn.Log.Routing;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>
/// Celestia and the node in front of it: blocks on a timer, a mempool from which transactions are dropped after 36 blocks, and every
/// fault of <see cref="Weather"/>. What it answers to a look-up is true, or unknown: proofs cannot be forged.
/// </summary>
internal sealed class OutageCelestia
{
    public const ulong GenesisMs = 1_700_000_000_000;
    private const ulong MempoolTtlBlocks = 36;
    private const ulong FirstHeight = 1_000;
    private const int HangMs = 45_000;

    private readonly VirtualTime _time;
    private readonly OutagePlan _plan;
    private readonly OutageStatistics _statistics;
    private readonly SeededRandom _random;
    private readonly List<(ulong Height, ulong Seq, bool IsOurs)> _blobs = [];
    private readonly Dictionary<ulong, List<(ulong Height, bool IsOurs)>> _heights = [];
    private readonly List<Transaction> _mempool = [];
    private ulong _headTimeMs = GenesisMs;

    public OutageCelestia(ulong seed, OutagePlan plan, VirtualTime time, OutageStatistics statistics)
    {
        (_plan, _time, _statistics, _random) = (plan, time, statistics, SeededRandom.Of(seed, "celestia"));
        _time.After(BlockUs, MakeBlock);
    }

    public ulong Head { get; private set; } = FirstHeight;

    public ulong NowMs => GenesisMs + _time.NowMs;

    private Weather Weather
    {
        get
        {
            Weather weather = _plan.WeatherAt(_time.NowMs);
            _statistics.Count(weather);
            return weather == Weather.Flaky ? (Weather)_random.Below((int)Weather.Flaky) : weather;
        }
    }

    private ulong BlockUs => (ulong)_plan.BlockMs * 1_000;

    /// <summary>Heights at which our own blobs of that batch lie.</summary>
    public IEnumerable<ulong> HeightsOf(ulong seq) => _heights.TryGetValue(seq, out List<(ulong Height, bool IsOurs)>? heights) ? heights.Where(static blob => blob.IsOurs).Select(static blob => blob.Height) : [];

    /// <summary>A transaction with a blob of that batch is there or may still come.</summary>
    public bool IsThereOrComes(ulong seq) => HeightsOf(seq).Any() || _mempool.Any(transaction => transaction.Seqs.Contains(seq));

    /// <summary>First heights of our batches' blobs, in the order of the chain.</summary>
    public IEnumerable<ulong> FirstOrder() => _blobs.Where(static blob => blob.IsOurs).Select(static blob => blob.Seq).Distinct();

    public void Probe(Action<ProbeResult> answer)
    {
        switch (Weather)
        {
            case Weather.Down:
                After(_random.Between(1, 50), () => answer(new ProbeResult.Failed(50, "DSDN-E-DA-UNREACHABLE")));
                break;
            case Weather.Hanging:
                After(HangMs, () => answer(new ProbeResult.Failed(HangMs, "DSDN-E-DA-TIMEOUT")));
                break;
            case Weather.Slow:
                int slowMs = _random.Between(20_000, 50_000);
                After(slowMs, () => answer(Answered((ulong)slowMs, DaBalance.Enough)));
                break;
            case Weather.Lagging:
                After(300, () => answer(new ProbeResult.Answered(300, Head - Math.Min(Head - FirstHeight, 40), _headTimeMs - (40 * (ulong)_plan.BlockMs), DaBalance.Enough)));
                break;
            case var weather:
                int latencyMs = _random.Between(20, 900);
                After(latencyMs, () => answer(Answered((ulong)latencyMs, weather == Weather.OutOfFunds && _random.OneIn(2) ? DaBalance.Empty : DaBalance.Enough)));
                break;
        }
    }

    public void Submit(IReadOnlyList<ulong> seqs, ulong timeoutMs, Action<SubmitOutcome> answer)
    {
        switch (Weather)
        {
            case Weather.Down:
                Refuse(SubmitRefusal.NotSent);
                break;
            case Weather.OutOfFunds:
                Refuse(SubmitRefusal.OutOfFunds);
                break;
            case Weather.NoAccess:
                Refuse(SubmitRefusal.NoAccess);
                break;
            case Weather.MempoolFull:
                Refuse(SubmitRefusal.MempoolFull);
                break;
            case Weather.SequenceWrong:
                Refuse(SubmitRefusal.Sequence);
                break;
            case Weather.SmallBlocks when seqs.Count > 2:
                Refuse(SubmitRefusal.TooBig);
                break;
            case Weather.RequestsLost:
                Silence();
                break;
            case Weather.RepliesLost:
                Accept(1);
                Silence();
                break;
            case Weather.Hanging:
                if (_random.OneIn(2)) Accept(_random.Between(1, (int)MempoolTtlBlocks));
                Silence();
                break;
            case Weather.Lying:
                After(9_000, () => answer(new SubmitOutcome.Included(Head)));
                break;
            case Weather.Stuck:
                Accept((int)MempoolTtlBlocks - _random.Below(3));
                Silence();
                break;
            case var weather:
                Accept(_random.Between(1, weather == Weather.Slow ? 9 : 3), answer, timeoutMs);
                break;
        }

        void Refuse(SubmitRefusal why) => After(_random.Between(5, 500), () => answer(new SubmitOutcome.Refused(why)));

        void Silence() => After((int)timeoutMs, () => answer(new SubmitOutcome.Unknown(0)));

        void Accept(int blocks, Action<SubmitOutcome>? told = null, ulong patienceMs = 0)
        {
            Transaction transaction = new([.. seqs], Head + (ulong)blocks, Head + MempoolTtlBlocks, told);
            _mempool.Add(transaction);
            if (told is not null) After((int)patienceMs, () => transaction.Tell(new SubmitOutcome.Unknown(0)));
        }
    }

    public void LookUp(IReadOnlyList<ulong> seqs, ulong from, ulong to, Action<IReadOnlyList<FoundBlob>, IReadOnlyList<ulong>> answer)
    {
        Weather weather = Weather;
        int latencyMs = weather switch { Weather.Hanging => HangMs, Weather.Slow => 40_000, _ => _random.Between(20, 3_000) };
        bool isUnknown = weather is Weather.Down or Weather.Hanging or Weather.Unreadable || (weather == Weather.Lagging && to > Head - 40);
        After(latencyMs, () =>
        {
            List<FoundBlob> found = [];
            List<ulong> absent = [];
            foreach (ulong seq in seqs)
            {
                if (isUnknown || to > Head) continue;
                ulong height = _heights.TryGetValue(seq, out List<(ulong Height, bool IsOurs)>? heights) ? heights.Find(blob => blob.Height >= from && blob.Height <= to).Height : 0;
                if (height != 0) found.Add(new FoundBlob(seq, height));
                else absent.Add(seq);
            }
            answer(found, absent);
        });
    }

    private ProbeResult.Answered Answered(ulong latencyMs, DaBalance balance) => new(latencyMs, Head, _headTimeMs, balance);

    private void MakeBlock()
    {
        _time.After(BlockUs * (ulong)_random.Between(80, 120) / 100, MakeBlock);
        if (_plan.WeatherAt(_time.NowMs) == Weather.Halted) return;
        Head++;
        _headTimeMs = NowMs;
        foreach (Transaction transaction in _mempool.Where(waiting => waiting.LandsAt <= Head || waiting.ExpiresAt < Head).ToList())
        {
            _mempool.Remove(transaction);
            if (transaction.LandsAt > Head) continue;
            Put(transaction.Seqs, isOurs: true);
            transaction.Tell(new SubmitOutcome.Included(Head));
        }
        // Anyone may write to a namespace: an old blob is there a second time.
        if (_blobs.Count > 0 && _random.PerMille(_plan.DuplicatesPerMille)) Put([_blobs[_random.Below(_blobs.Count)].Seq], isOurs: false);
    }

    private void Put(IReadOnlyList<ulong> seqs, bool isOurs)
    {
        foreach (ulong seq in seqs)
        {
            _blobs.Add((Head, seq, isOurs));
            if (!_heights.TryGetValue(seq, out List<(ulong, bool)>? heights)) _heights.Add(seq, heights = []);
            heights.Add((Head, isOurs));
        }
    }

    private void After(int ms, Action action) => _time.After((ulong)ms * 1_000, action);

    private sealed class Transaction(IReadOnlyList<ulong> seqs, ulong landsAt, ulong expiresAt, Action<SubmitOutcome>? told)
    {
        private Action<SubmitOutcome>? _told = told;

        public IReadOnlyList<ulong> Seqs => seqs;

        public ulong LandsAt => landsAt;

        public ulong ExpiresAt => expiresAt;

        /// <summary>The first news only: after its timeout nobody listens any more.</summary>
        public void Tell(SubmitOutcome outcome)
        {
            _told?.Invoke(outcome);
            _told = null;
        }
    }
}
