using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>A core of a <see cref="SimulatedNetwork"/> with its signer, builder and clock; checks that it never signs two messages for one place.</summary>
internal sealed class SimulatedNode(SimulatedNetwork network, int index)
{
    private readonly TendermintCore _core = network.Net.Core(CoreOptions.Default);
    private readonly Dictionary<string, string> _signed = new(StringComparer.Ordinal);
    private readonly List<CoreInput> _known = [];
    private readonly List<string> _effects = [];

    public int Index => index;

    public ulong Height { get; private set; }

    public uint Round { get; private set; }

    public List<CoreInput> Inputs { get; } = [];

    public IReadOnlyList<string> Effects => _effects;

    public IReadOnlyList<CoreInput> Known() => [.. _known];

    public void Start(ulong height, ulong lastTimeMs, Certificate? lastCommit)
    {
        if (height <= Height) return;
        (Height, Round) = (height, 0);
        _known.Clear();
        Feed(network.Net.Start(index, height, nowMs: network.NowMs, lastTimeMs: lastTimeMs, lastCommit: lastCommit));
    }

    public void Sync(Certificate certificate, ulong timeMs) => Start(certificate.Height + 1, timeMs, certificate);

    /// <param name="isFromFaulty">Only what a faulty validator sends itself may be rejected: never what correct ones relay.</param>
    public void Feed(CoreInput input, bool isFromFaulty = false)
    {
        Inputs.Add(input);
        foreach (CoreEffect effect in _core.Step(input))
        {
            _effects.Add(EffectText.Of(effect));
            Assert.False(effect is CoreEffect.Rejected && !isFromFaulty, $"v{index}: {effect}");
            CarryOut(effect);
        }
    }

    private void CarryOut(CoreEffect effect)
    {
        switch (effect)
        {
            case CoreEffect.SetTimer timer: network.At(timer.AtMs, () => Feed(new CoreInput.TimerFired(timer.Timer, network.NowMs))); break;
            case CoreEffect.Build build: network.At(network.Soon(), () => Built(build)); break;
            case CoreEffect.SignVote ask: Later(() => Feed(new CoreInput.VoteSigned(ask.Unsigned, Sign(ask.Unsigned).Signature, network.NowMs))); break;
            case CoreEffect.SignProposal ask: Later(() => Feed(new CoreInput.ProposalSigned(ask.Unsigned, Sign(ask.Unsigned).Signature, network.NowMs))); break;
            case CoreEffect.BroadcastVote sent: Tell(new CoreInput.VoteArrived(sent.Vote, network.NowMs)); break;
            case CoreEffect.VoteAccepted accepted: _known.Add(new CoreInput.VoteArrived(accepted.Vote, network.NowMs)); break;
            case CoreEffect.BroadcastProposal sent: Tell(new CoreInput.ProposalArrived(sent.Proposal, network.NowMs)); break;
            case CoreEffect.ProposalAccepted accepted:
                _known.Add(new CoreInput.ProposalArrived(accepted.Proposal, network.NowMs));
                Execute(accepted.Proposal.ValueId);
                break;
            case CoreEffect.ValueWanted wanted: Execute(wanted.ValueId); break;
            case CoreEffect.RoundEntered entered: Round = entered.Round; break;
            case CoreEffect.Redeliver again: Later(() => Feed(again.Message)); break;
            case CoreEffect.Diverged diverged: Assert.Fail($"v{index}: {diverged}"); break;
            case CoreEffect.Decide decide:
                network.OnDecided(decide.Certificate);
                network.At(network.Soon(), () => Sync(decide.Certificate, network.Values[decide.Certificate.BlockHash].TimeMs));
                break;
        }
    }

    private void Later(Action action) => network.At(network.NowMs, action);

    private void Tell(CoreInput.VoteArrived vote)
    {
        _known.Add(vote);
        network.Broadcast(index, vote);
    }

    private void Tell(CoreInput.ProposalArrived proposal)
    {
        _known.Add(proposal);
        network.Broadcast(index, proposal);
    }

    private void Built(CoreEffect.Build build)
    {
        Hash256 value = TestNet.Value($"height {build.Height} round {build.Round} of v{index}");
        Feed(new CoreInput.ValueBuilt(build.Height, build.Round, value, network.NowMs, TestNet.Parts(value), network.NowMs));
    }

    /// <summary>The value comes and is executed; the sender's word for its time is the value's own.</summary>
    private void Execute(Hash256 valueId) => network.At(network.Soon(), () =>
    {
        Proposal value = network.Values[valueId];
        Feed(new CoreInput.ValueChecked(value.Height, valueId, value.PartsRoot, value.TimeMs, IsValid: true, network.NowMs));
    });

    private Vote Sign(Vote vote)
    {
        Signs($"{vote.Kind} {vote.Height} {vote.Round}", $"{vote.ValueId} {vote.PolRound}");
        return network.Net.Scheme.Sign(vote, TestNet.Key(index));
    }

    private Proposal Sign(Proposal proposal)
    {
        Signs($"proposal {proposal.Height} {proposal.Round}", $"{proposal.ValueId} {proposal.PolRound} {proposal.TimeMs}");
        return network.Net.Scheme.Sign(proposal, TestNet.Key(index));
    }

    private void Signs(string place, string content) => Assert.True(_signed.TryAdd(place, content), $"v{index} is asked to sign {place} twice: {_signed.GetValueOrDefault(place)}, {content}");
}
