using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Dsdn.Genesis;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Wan;

/// <summary>
/// A validator of the wide-area run: the production replica core over a shared chain. Its loop is charged virtual time for
/// syncs of the disk and for each vote's signature, and sends when it has done so.
/// </summary>
internal sealed class WanNode
{
    private const ulong SyncUs = 1_000, VoteUs = 50, ExecuteUs = 15_000, CommitUs = 5_000, TickUs = 20_000;

    private readonly WanNetwork _network;
    private readonly ReplicaCore _core;
    private readonly TimerTable _timers = new();
    private readonly byte[] _seed;
    private readonly byte[] _key = new byte[Ed25519.PublicKeySize];
    private ulong _busyUntilUs;
    private ulong _height;

    public WanNode(WanNetwork network, int index, ReplicaOptions options)
    {
        (_network, Index, _seed) = (network, index, SimulatedGenesis.ConsensusSeedOf(index));
        Ed25519.PublicKey(_seed, _key);
        Peer = new PeerId(Keccak.Hash(_key));
        _core = new ReplicaCore(options, network.Scheme, Peer);
    }

    public int Index { get; }

    public PeerId Peer { get; }

    public ulong Height => _height;

    private ulong NowMs => GenesisTemplates.DevnetTimeMs + 1_000 + _network.Time.NowMs;

    public void Start()
    {
        Step(new ReplicaInput.Started(_network.Chain.Head(0, null, _key), [], 0, false, NowMs));
        foreach (WanNode other in _network.Nodes)
        {
            if (other != this) Step(new ReplicaInput.PeerUp(other.Peer, NowMs));
        }
        Tick();
    }

    public void Receive(WanNode from, PeerMessage message)
    {
        if (message is PeerMessage.Votes votes) Charge(VoteUs * (ulong)votes.Items.Count);
        Step(new ReplicaInput.Received(from.Peer, message, NowMs));
    }

    private void Tick() => _network.Time.After(TickUs, () =>
    {
        while (_timers.TryTake(_network.Time.NowUs, out CoreTimer timer)) Step(new ReplicaInput.TimerFired(timer, NowMs));
        Step(new ReplicaInput.Tick(NowMs));
        Tick();
    });

    private void Charge(ulong microseconds) => _busyUntilUs = Math.Max(_busyUntilUs, _network.Time.NowUs) + microseconds;

    private void Step(ReplicaInput input)
    {
        foreach (ReplicaEffect effect in _core.Step(input)) CarryOut(effect);
    }

    private void CarryOut(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Send send:
                _network.Send(this, send.To, send.Message, Math.Max(_busyUntilUs, _network.Time.NowUs));
                break;
            case ReplicaEffect.SetTimer timer:
                ulong atUs = _network.Time.NowUs + (1_000 * (timer.AtMs > NowMs ? timer.AtMs - NowMs : 0));
                _timers.Set(timer.Timer, atUs);
                _network.Time.After(atUs - _network.Time.NowUs, () =>
                {
                    while (_timers.TryTake(_network.Time.NowUs, out CoreTimer due)) Step(new ReplicaInput.TimerFired(due, NowMs));
                });
                break;
            case ReplicaEffect.SyncWal:
                Charge(SyncUs);
                break;
            case ReplicaEffect.SignProposal sign:
                Charge(SyncUs);
                Step(new ReplicaInput.ProposalSigned(sign.Unsigned, Sign(_network.Scheme.SignBytes(sign.Unsigned)), NowMs));
                break;
            case ReplicaEffect.SignVote sign:
                Charge(SyncUs);
                Step(new ReplicaInput.VoteSigned(sign.Unsigned, Sign(_network.Scheme.SignBytes(sign.Unsigned)), NowMs));
                break;
            case ReplicaEffect.Build build:
                _network.Building(build.Height);
                Later(ExecuteUs, () => Build(build));
                break;
            case ReplicaEffect.Execute execute:
                Later(ExecuteUs, () => Step(new ReplicaInput.Executed(execute.Block.Hash, _network.Chain.Execute(execute.Block), NowMs)));
                break;
            case ReplicaEffect.Commit commit:
                Later(CommitUs, () => Commit(commit.Block, commit.Certificate));
                break;
            case ReplicaEffect.ApplyBlock apply:
                Later(ExecuteUs + CommitUs, () => Apply(apply));
                break;
            case ReplicaEffect.Serve { Request: PeerMessage.BlocksRequest request } serve:
                Later(2_000, () => _network.Send(this, serve.To, _network.Chain.Answer(request), _network.Time.NowUs));
                break;
            case ReplicaEffect.RoundEntered { Round: > 0, Step: CoreStep.Propose }:
                _network.RoundsBeyondFirst++;
                break;
            case ReplicaEffect.Ban ban:
                throw new Engine.BrokenInvariant($"a ban among correct nodes: {ban.Offence}: {ban.Reason}");
            case ReplicaEffect.Halt halt:
                throw new Engine.BrokenInvariant($"halted: {halt.Reason}");
        }
    }

    private void Later(ulong microseconds, Action action) => _network.Time.After(Math.Max(_busyUntilUs, _network.Time.NowUs) - _network.Time.NowUs + microseconds, action);

    private void Build(ReplicaEffect.Build build)
    {
        if (_network.Chain.Build(build.Height, SimulatedGenesis.OperatorOf(Index), _seed, build.LastCommit, NowMs) is { } block)
            Step(new ReplicaInput.Built(build.Height, build.Round, block, NowMs));
    }

    private void Commit(Block block, Certificate certificate)
    {
        if (block.Header.Number <= _height) return;
        _network.Chain.Commit(block, certificate);
        _height = block.Header.Number;
        _timers.DropThrough(_height);
        _network.Decided(_height);
        Step(new ReplicaInput.Committed(_network.Chain.Head(_height, certificate, _key), false, NowMs));
    }

    private void Apply(ReplicaEffect.ApplyBlock apply)
    {
        if (apply.Block.Header.Number == _height + 1 && _network.Chain.Execute(apply.Block).IsValid) Commit(apply.Block, apply.Certificate);
        else Step(new ReplicaInput.ApplyRefused(apply.Block.Header.Number, apply.Block.Hash, "out of order", NowMs));
    }

    private byte[] Sign(byte[] message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, _seed, signature);
        return signature;
    }
}
