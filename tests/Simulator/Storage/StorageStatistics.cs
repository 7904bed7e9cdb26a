using System.Globalization;

namespace Dsdn.Simulator.Storage;

/// <summary>What happened in runs: a fault that is never met tests nothing.</summary>
internal sealed class StorageStatistics
{
    private readonly long[] _faults = new long[Enum.GetValues<StorageFault>().Length];

    public long Batches { get; set; }

    public long Nodes { get; set; }

    public long Liars { get; set; }

    public long LiarsFound { get; set; }

    public long Beyond { get; set; }

    /// <summary>Chunks of seeds beyond the margin that were lost, and reported.</summary>
    public long Lost { get; set; }

    /// <summary>Faults that were left out because the promise does not cover them.</summary>
    public long Spared { get; set; }

    public long Puts { get; set; }

    public long PutsRefused { get; set; }

    public long Declared { get; set; }

    public long DeclaredShards { get; set; }

    public long Deleted { get; set; }

    public long Abandoned { get; set; }

    public long Struck { get; set; }

    public long Placed { get; set; }

    public long Copied { get; set; }

    public long Rebuilt { get; set; }

    public long FetchesFailed { get; set; }

    public long Erased { get; set; }

    public long Restored { get; set; }

    public long SaidLost { get; set; }

    public long Drained { get; set; }

    public long Audits { get; set; }

    public long AuditsFailed { get; set; }

    public long Banned { get; set; }

    public long Steps { get; set; }

    public void Count(StorageFault fault) => _faults[(int)fault]++;

    public void Add(StorageStatistics other)
    {
        for (int i = 0; i < _faults.Length; i++) _faults[i] += other._faults[i];
        Batches += other.Batches;
        Nodes += other.Nodes;
        Liars += other.Liars;
        LiarsFound += other.LiarsFound;
        Beyond += other.Beyond;
        Lost += other.Lost;
        Spared += other.Spared;
        Puts += other.Puts;
        PutsRefused += other.PutsRefused;
        Declared += other.Declared;
        DeclaredShards += other.DeclaredShards;
        Deleted += other.Deleted;
        Abandoned += other.Abandoned;
        Struck += other.Struck;
        Placed += other.Placed;
        Copied += other.Copied;
        Rebuilt += other.Rebuilt;
        FetchesFailed += other.FetchesFailed;
        Erased += other.Erased;
        Restored += other.Restored;
        SaidLost += other.SaidLost;
        Drained += other.Drained;
        Audits += other.Audits;
        AuditsFailed += other.AuditsFailed;
        Banned += other.Banned;
        Steps += other.Steps;
    }

    public IEnumerable<string> Lines()
    {
        yield return string.Join(' ', Enum.GetValues<StorageFault>().Select(fault => Text($"{fault}={_faults[(int)fault]}")));
        yield return Text($"spared={Spared} beyondSeeds={Beyond} lostAndReported={Lost} liars={Liars} liarsFound={LiarsFound} nodes={Nodes} steps={Steps} batches={Batches}");
        yield return Text($"puts={Puts} putsRefused={PutsRefused} declared={Declared} ofShards={DeclaredShards} deleted={Deleted} abandoned={Abandoned}");
        yield return Text($"struck={Struck} placedAgain={Placed} copied={Copied} rebuilt={Rebuilt} fetchesFailed={FetchesFailed} restored={Restored} erased={Erased} saidLost={SaidLost} drained={Drained}");
        yield return Text($"audits={Audits} auditsFailed={AuditsFailed} banned={Banned}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
