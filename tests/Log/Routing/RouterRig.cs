using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;

namespace Dsdn.Log.Tests.Routing;

/// <summary>A router with its outbox in memory and a small Celestia, quorum and emergency store whose behaviour a test switches; time passes only in <see cref="Run"/>.</summary>
internal sealed class RouterRig
{
    private readonly PriorityQueue<Action, (ulong AtMs, int Order)> _due = new();
    private readonly MemoryDevice _first = new(), _second = new();
    private readonly SortedDictionary<ulong, List<PointerFacts>> _pointers = [];
    private int _order, _process;
    private ulong _wakeAtMs, _archived;

    public RouterRig(RouterOptions? options = null)
    {
        Options = options ?? RouterOptions.Default with { FlushAgeMs = 0 };
        Outbox = OutboxJournal.Open(_first, _second);
        Router = new DaRouter(Options);
    }

    public RouterOptions Options { get; private set; }

    public OutboxJournal Outbox { get; private set; }

    public DaRouter Router { get; private set; }

    public RouterMode Mode => Router.Mode;

    public ulong NowMs { get; private set; } = 1_000_000;

    /// <summary>Every effect of every process.</summary>
    public List<RouterEffect> Effects { get; } = [];

    /// <summary>When each mode was entered.</summary>
    public List<(ulong AtMs, RouterEffect.ModeChanged Change)> Changes { get; } = [];

    public ulong Head { get; set; } = 500;

    public bool HasBlocks { get; set; } = true;

    public ulong LatencyMs { get; set; } = 50;

    public DaBalance Balance { get; set; } = DaBalance.Enough;

    /// <summary>Probes and look-ups are refused at once.</summary>
    public bool IsDown { get; set; }

    public bool IsQuorumUp { get; set; } = true;

    public string? EmergencyFault { get; set; }

    /// <summary>What becomes of a transaction; null: no answer for as long as its timeout is, then unknown.</summary>
    public Func<RouterEffect.Submit, SubmitOutcome?> OnSubmit { get; set; } = static _ => new SubmitOutcome.Included(0);

    /// <summary>Where a batch is on Celestia; what <see cref="OnSubmit"/> includes is added by itself.</summary>
    public Dictionary<ulong, ulong> Chain { get; } = [];

    /// <summary>Look-ups are answered truly; false: unknown.</summary>
    public bool AnswersLookUps { get; set; } = true;

    /// <summary>Look-ups over more heights take too long.</summary>
    public ulong LookUpHeightsAnswered { get; set; } = ulong.MaxValue;

    public IEnumerable<RouterEffect.Submit> Submits => Effects.OfType<RouterEffect.Submit>();

    public IEnumerable<RouterEffect.LookUp> LookUps => Effects.OfType<RouterEffect.LookUp>();

    public PressureLevel Pressure => Effects.OfType<RouterEffect.Backpressure>().Last().Level;

    public IReadOnlyList<PointerFacts> Pointers(ulong seq) => _pointers.TryGetValue(seq, out List<PointerFacts>? pointers) ? pointers : [];

    public DaTier? Canonical(ulong seq) => Pointers(seq) is [var first, ..] ? first.Tier : null;

    public RouterRig Start()
    {
        Feed(new RouterInput.Started([.. Outbox.Pending.Select(batch => batch.Merge(Pointers(batch.Seq)))], Outbox.HighestSeq, Outbox.Memory, NowMs));
        for (ulong seq = Outbox.HighestSeq + 1; seq <= _archived; seq++) Decided(seq, 1_000);
        return this;
    }

    /// <summary>The process ends and another one begins; what was under way is never answered.</summary>
    public RouterRig Restart(RouterOptions? options = null)
    {
        _process++;
        Options = options ?? Options;
        Outbox = OutboxJournal.Open(_first, _second);
        Router = new DaRouter(Options);
        return Start();
    }

    public void Decide(int count = 1, uint bytes = 1_000)
    {
        for (int i = 0; i < count; i++) Decided(++_archived, bytes);
    }

    public void Force(RouterMode? mode) => Feed(new RouterInput.ModeForced(mode, NowMs));

    public void Run(ulong ms)
    {
        ulong end = NowMs + ms;
        while (true)
        {
            bool isDue = _due.TryPeek(out _, out (ulong AtMs, int) next) && next.AtMs <= end;
            if (_wakeAtMs <= end && (!isDue || _wakeAtMs <= next.AtMs))
            {
                Pass(_wakeAtMs);
                _wakeAtMs = ulong.MaxValue;
                Feed(new RouterInput.Tick(NowMs));
            }
            else if (isDue)
            {
                Pass(next.AtMs);
                _due.Dequeue()();
            }
            else
            {
                break;
            }
        }
        Pass(end);
    }

    public void Feed(RouterInput input)
    {
        foreach (RouterEffect effect in Router.Step(input))
        {
            Effects.Add(effect);
            if (effect is RouterEffect.Record record) Put(record);
            Outbox.Carry(effect);
            Do(effect);
        }
        Outbox.Flush();
    }

    public static Hash256 HashOf(ulong seq, byte kind)
    {
        byte[] bytes = new byte[Hash256.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, seq);
        bytes[^1] = kind;
        return new Hash256(bytes);
    }

    private ulong HeadTimeMs { get; set; } = 1_000_000;

    /// <summary>A block every six seconds.</summary>
    private void Pass(ulong toMs)
    {
        while (HasBlocks && HeadTimeMs + 6_000 <= toMs)
        {
            HeadTimeMs += 6_000;
            Head++;
        }
        NowMs = Math.Max(NowMs, toMs);
    }

    private void Decided(ulong seq, uint bytes)
    {
        Feed(new RouterInput.BatchDecided(seq, HashOf(seq, 1), HashOf(seq, 2), bytes, NowMs));
        Certify(seq);
    }

    private void Certify(ulong seq) => After(500, () =>
    {
        if (IsQuorumUp) Feed(new RouterInput.Certified(seq, HashOf(seq, 3), NowMs));
        else Certify(seq);
    });

    private void Put(RouterEffect.Record record)
    {
        if (!_pointers.TryGetValue(record.Seq, out List<PointerFacts>? pointers)) _pointers.Add(record.Seq, pointers = []);
        Assert.Equal(pointers.Count == 0, record.IsCanonical);
        pointers.Add(record.Facts);
    }

    private void Do(RouterEffect effect)
    {
        switch (effect)
        {
            case RouterEffect.Probe when IsDown:
                After(20, () => Feed(new RouterInput.ProbeDone(new ProbeResult.Failed(20, "DSDN-E-DA-UNREACHABLE"), NowMs)));
                break;
            case RouterEffect.Probe:
                After(LatencyMs, () => Feed(new RouterInput.ProbeDone(new ProbeResult.Answered(LatencyMs, Head, HeadTimeMs, Balance), NowMs)));
                break;
            case RouterEffect.Submit submit when OnSubmit(submit) is { } outcome:
                ulong height = Head + 1;
                if (outcome is SubmitOutcome.Included { Height: 0 })
                {
                    outcome = new SubmitOutcome.Included(height);
                    foreach (ulong seq in submit.Seqs) Chain[seq] = height;
                }
                After(outcome is SubmitOutcome.Included ? 7_000UL : 20, () => Feed(new RouterInput.SubmitDone(submit.Id, outcome, NowMs)));
                break;
            case RouterEffect.Submit submit:
                After(submit.TimeoutMs, () => Feed(new RouterInput.SubmitDone(submit.Id, new SubmitOutcome.Unknown(0), NowMs)));
                break;
            case RouterEffect.LookUp lookUp:
                After(100, () => Answer(lookUp));
                break;
            case RouterEffect.StoreEmergency store:
                After(10, () => Feed(EmergencyFault is { } fault ? new RouterInput.EmergencyFailed(store.Seq, fault, NowMs) : new RouterInput.EmergencyStored(store.Seq, NowMs)));
                break;
            case RouterEffect.ModeChanged change:
                Changes.Add((NowMs, change));
                break;
            case RouterEffect.WakeAt wake:
                _wakeAtMs = wake.AtMs;
                break;
        }
    }

    private void Answer(RouterEffect.LookUp lookUp)
    {
        List<FoundBlob> found = [];
        List<ulong> absent = [];
        foreach (SoughtBlob blob in lookUp.Blobs)
        {
            Assert.Equal(HashOf(blob.Seq, 2), blob.Commitment);
            if (!AnswersLookUps || IsDown || lookUp.ToHeight - lookUp.FromHeight >= LookUpHeightsAnswered) continue;
            if (Chain.TryGetValue(blob.Seq, out ulong at) && at >= lookUp.FromHeight && at <= lookUp.ToHeight) found.Add(new FoundBlob(blob.Seq, at));
            else absent.Add(blob.Seq);
        }
        Feed(new RouterInput.LookupDone(lookUp.Id, found, absent, NowMs));
    }

    private void After(ulong ms, Action action)
    {
        int process = _process;
        _due.Enqueue(() =>
        {
            if (process == _process) action();
        }, (NowMs + ms, _order++));
    }
}

/// <summary>A file that keeps what was written; what was synced is kept apart.</summary>
internal sealed class MemoryDevice : IOutboxDevice
{
    public List<byte> Bytes { get; init; } = [];

    public List<byte> Synced { get; } = [];

    public byte[] ReadAll() => [.. Bytes];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (Bytes.Count < offset + bytes.Length) Bytes.Add(0);
        for (int i = 0; i < bytes.Length; i++) Bytes[(int)offset + i] = bytes[i];
    }

    public void Sync()
    {
        Synced.Clear();
        Synced.AddRange(Bytes);
    }
}
