using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Checks;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator;

/// <summary>Everything of one run: time, machines, links, and the checkers that watch them. One thread.</summary>
internal sealed class World
{
    public static readonly StateOptions State = new() { CachedAccountsMax = 256, CachedRecordsMax = 256, TrieCacheBytesMax = 1 << 20, HistoryBlocks = 64, ProofBlocks = 16, TrieFlushBlocks = 8 };

    private readonly ReplicaOptions _options;

    public World(SimulatedGenesis genesis, ulong seed, CoreOptions core, TestDoubles doubles)
    {
        (Genesis, Doubles) = (genesis.Block, doubles);
        _options = new ReplicaOptions { ChainId = Genesis.ChainId, GenesisHash = Genesis.Block.Hash, Core = core };
        Scheme = new MemoScheme(new ChainMessageScheme(Genesis.ChainId, Genesis.Block.Hash));
        Transactions = new TransactionReader(Genesis.ChainId);
        Signatures = new SignatureBook(Scheme);
        Evidence = new EvidenceBook(MachineOf);
        Audits = new AuditBook(Genesis.ChainId, Genesis.Block.Hash, MachineOf);
        Chain = new ChainBook(Genesis, Evidence.Decided);
        Links = new Links(this, SeededRandom.Of(seed, "network"));
        Latencies = new Latencies(SeededRandom.Of(seed, "latency"), slowest: 20_000);
        Disasters = SeededRandom.Of(seed, "disk");
        Crashes = new RandomCrashes(SeededRandom.Of(seed, "crash"), Faults);
    }

    public VirtualTime Time { get; } = new();

    public GenesisBlock Genesis { get; }

    public TestDoubles Doubles { get; }

    public IMessageScheme Scheme { get; }

    public TransactionReader Transactions { get; }

    public FaultCounters Faults { get; } = new();

    public TraceHash Trace { get; } = new();

    public SignatureBook Signatures { get; }

    public ChainBook Chain { get; }

    public EvidenceBook Evidence { get; }

    public AuditBook Audits { get; }

    /// <summary>Null: nobody may decide differently.</summary>
    public ForkBook? Forks { get; set; }

    public MemoryBook Memory { get; } = new();

    public List<Machine> Machines { get; } = [];

    public Links Links { get; }

    public Latencies Latencies { get; }

    public ICrashPlan Crashes { get; set; }

    /// <summary>Draws of what a crash leaves on disk.</summary>
    public SeededRandom Disasters { get; }

    public IEnumerable<Machine> Correct => Machines.Where(static machine => machine.IsCorrect);

    /// <summary>Heights that a signer without record leaves out: two epochs.</summary>
    public ulong MarginHeights => 2 * (ulong)Genesis.Parameters.EpochBlocks;

    public ReplicaCore NewCore(Machine machine) => new(_options, Scheme, machine.Peer, () => Doubles.Core(new TendermintCore(Scheme, _options.Core)));

    /// <summary>Every node takes snapshots now and then.</summary>
    public bool TakesSnapshots { get; init; }

    public ISimulatedSigner NewSigner(Replica replica)
    {
        Machine machine = replica.Machine;
        if (machine.Signer is { } given) return given;
        if (!machine.IsCorrect || !Doubles.HasSignRecord) return new AnySigner(machine.ConsensusSeed);
        return new SimulatedSigner(machine.Record, machine.ConsensusSeed, MarginHeights, () => replica.NowMs, Faults, Doubles.SignerKeepsLock, Machines.Count(other => other.Operator == machine.Operator) > 1, place =>
        {
            if (Crashes.Here(machine, place)) throw new SimulatedCrash();
        });
    }

    /// <summary>Messages that nobody gets, by sender and receiver; null: all get through.</summary>
    public Func<Machine, Machine, PeerMessage, bool>? Muffled { get; set; }

    /// <summary>A replica went on to a round or a step.</summary>
    public event Action<Machine, ulong, uint, CoreStep>? RoundEntered;

    /// <summary>A node wrote the block of a height.</summary>
    public event Action<Machine, ulong>? BlockCommitted;

    /// <summary>A validator's signer gave a signature; nobody has it yet.</summary>
    public event Action<Machine, Vote>? VoteSigned;

    /// <summary>Null: nobody reads it.</summary>
    public Action<string>? Log { get; set; }

    public void Note(string what) => Log?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{Time.NowUs,11} {what}"));

    public Machine? MachineOf(Address validator) => Machines.Find(machine => machine.IsValidator && machine.Operator == validator);

    public void Start(Machine machine)
    {
        if (machine.Running is not null) return;
        if (machine.SyncsState && StateSyncRun.IsPossible(machine.Store))
        {
            StartStateSync(machine);
            return;
        }
        Replica process;
        try
        {
            process = new Replica(this, machine);
        }
        catch (SimulatedCrash)
        {
            AfterCrash(machine);
            return;
        }
        machine.Process = process;
        if (Log is not null) Note($"{machine} starts at height {process.Decided.Header.Number} with {process.Logged.Count} records");
        if (machine.IsCorrect)
        {
            Chain.Opened(machine, process);
            Signatures.Opened(machine, process.Logged, process.Decided.Header.Number + 1);
        }
        Links.Up(machine);
        process.Start();
    }

    /// <summary>Its operator names any decided block; the newest where an older one was of no use.</summary>
    private void StartStateSync(Machine machine)
    {
        if (Chain.Height == 0)
        {
            Time.After(1_000_000, () => Start(machine));
            return;
        }
        ulong trusted = machine.IsTrustRefused ? Chain.Height : (ulong)Disasters.Below((int)Chain.Height) + 1;
        if (Log is not null) Note($"{machine} begins state sync, trusting block {trusted}");
        Faults.Count(Fault.StateSyncBegun);
        machine.StateSync = new StateSyncProcess(this, machine, (trusted, Chain.HashOf(trusted)));
        Links.Up(machine);
        machine.StateSync.Start();
    }

    /// <summary>State sync has ended: the machine's next process is a replica, or tries again from another trusted block.</summary>
    public void Synced(Machine machine, StateSyncEffect end)
    {
        if (Log is not null) Note($"{machine} ends state sync: {end}");
        machine.IsTrustRefused = end is StateSyncEffect.Failed;
        Faults.Count(machine.IsTrustRefused ? Fault.StateSyncFailed : Fault.StateSyncDone);
        Stop(machine);
        Time.After(machine.IsTrustRefused ? 1_000_000UL : 1_000, () => Start(machine));
    }

    public void Entered(Machine machine, ReplicaEffect.RoundEntered entered)
    {
        if (Log is not null) Note($"{machine} enters height {entered.Height} round {entered.Round} {entered.Step}");
        RoundEntered?.Invoke(machine, entered.Height, entered.Round, entered.Step);
    }

    public void Signed(Machine machine, Vote vote)
    {
        Signatures.Signed(machine, vote);
        VoteSigned?.Invoke(machine, vote);
    }

    public void Snapped(Machine machine, SnapshotManifest manifest)
    {
        if (machine.IsCorrect) Chain.Snapped(machine, manifest);
    }

    /// <summary>The process is gone; the machine starts a new one later.</summary>
    public void Crashed(Machine machine)
    {
        if (Log is not null) Note($"{machine} dies at {Crashes.Last}");
        Stop(machine);
        AfterCrash(machine);
    }

    /// <summary>Ends the process as kill -9 does.</summary>
    public void Stop(Machine machine)
    {
        machine.Running?.Kill();
        (machine.Process, machine.StateSync) = (null, null);
        Signatures.Died(machine);
        Links.Down(machine);
    }

    public ulong SyncLatency(Machine machine)
    {
        if (!Disasters.OneIn(200)) return machine.SyncUs;
        Faults.Count(Fault.SlowDisk);
        return machine.SyncUs + (ulong)Disasters.Below(200_000);
    }

    public void Sent(Machine from, PeerId to, PeerMessage message)
    {
        if (from.IsCorrect) Signatures.Leaves(from, message);
        Machine? target = Machines.Find(machine => machine.Peer == to);
        if (target is null || Muffled?.Invoke(from, target, message) == true) return;
        if (Log is not null && message is PeerMessage.BlocksRequest or PeerMessage.Blocks) Note($"{from} says to {target}: {message}");
        WireMessage wire = Encode(message);
        if (from.Byzantine is not { } liar)
        {
            Links.Send(from, target, wire);
            return;
        }
        foreach (WireMessage said in liar.Sending(target, message, wire)) Links.Send(from, target, said);
    }

    public void Banned(Machine by, ReplicaEffect.Ban ban)
    {
        Machine? peer = Machines.Find(machine => machine.Peer == ban.Peer);
        if (peer is null) return;
        if (by.IsCorrect && peer.IsCorrect)
            throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"{by} bans {peer}, which kept every rule: {ban.Offence}: {ban.Reason}"));
        Faults.Count(Fault.Banned);
        ulong now = by.Running?.NowMs ?? 0;
        Links.Ban(by, peer, (ban.UntilMs > now ? ban.UntilMs - now : 0) * 1_000);
    }

    public void Committed(Machine machine, Block block, Certificate certificate, ValidatorSet deciders, bool durable)
    {
        if (Log is not null) Note($"{machine} commits block {block.Header.Number} {block.Hash} of round {certificate.Round} by {block.Consensus?.Proposer}");
        Trace.Add(block.Hash.Span);
        if (Forks is { } forks) forks.Committed(machine, block, certificate, deciders);
        else if (machine.IsCorrect && machine.Process is { } process) Chain.Committed(machine, block, certificate, deciders, process.Services.State.Head, durable);
        BlockCommitted?.Invoke(machine, block.Header.Number);
    }

    public void Halted(Machine machine, string reason)
    {
        if (machine.IsCorrect) throw new BrokenInvariant($"{machine} halted: {reason}");
    }

    public void Traced(Machine machine, ReplicaInput input)
    {
        Trace.Add(Time.NowUs);
        Trace.Add((ulong)machine.Index);
        Trace.Add((ulong)input.GetType().Name.Length);
    }

    private WireMessage? _lastWire;
    private PeerMessage? _lastMessage;

    private WireMessage Encode(PeerMessage message)
    {
        if (_lastWire is { } wire && ReferenceEquals(message, _lastMessage)) return wire;
        _lastMessage = message;
        return _lastWire = new WireMessage(message);
    }

    private void AfterCrash(Machine machine)
    {
        Aftermath aftermath = Crashes.Aftermath;
        if (aftermath != Aftermath.All)
        {
            if (Log is not null) Note($"{machine} has lost power");
            Faults.Count(Fault.PowerFailed);
            machine.Wal.PowerFails(Disasters, aftermath, Faults);
            int unsynced = machine.Store.UnsyncedWrites;
            int kept = unsynced == 0 || aftermath != Aftermath.Some ? 0 : Disasters.Below(unsynced + 1);
            if (kept < unsynced) Faults.Count(Fault.StoreWritesLost);
            machine.Store.Crash(kept);
        }
        else
        {
            Faults.Count(Fault.Killed);
        }
        Time.After(Crashes.DownUs + 1_000, () => Start(machine));
    }
}
