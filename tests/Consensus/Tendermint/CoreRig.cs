using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>One core with a signer that signs at once, and values that are valid unless told otherwise.</summary>
internal sealed class CoreRig
{
    private readonly int? _self;
    private readonly TendermintCore _core;

    public CoreRig(TestNet net, int? self, CoreOptions? options = null)
    {
        (Net, _self, _core) = (net, self, net.Core(options));
    }

    public TestNet Net { get; }

    /// <summary>Every input so far, for a replay.</summary>
    public List<CoreInput> Inputs { get; } = [];

    /// <summary>Every effect so far.</summary>
    public List<CoreEffect> Effects { get; } = [];

    public ulong NowMs { get; set; } = 10_000;

    public bool Signs { get; set; } = true;

    public IEnumerable<Vote> OwnVotes => Effects.OfType<CoreEffect.SignVote>().Select(effect => effect.Unsigned);

    public (uint Round, CoreStep Step) Place => Effects.OfType<CoreEffect.RoundEntered>().Select(effect => (effect.Round, effect.Step)).LastOrDefault();

    public static CoreRig Started(TestNet net, int? self, CoreOptions? options = null)
    {
        var rig = new CoreRig(net, self, options);
        rig.Feed(net.Start(self));
        return rig;
    }

    /// <summary>The effects of the input and of the signatures that it asked for.</summary>
    public List<CoreEffect> Feed(CoreInput input)
    {
        List<CoreEffect> all = [];
        Queue<CoreInput> inputs = new([input]);
        while (inputs.TryDequeue(out CoreInput? next))
        {
            Inputs.Add(next);
            foreach (CoreEffect effect in _core.Step(next))
            {
                all.Add(effect);
                if (Answer(effect) is { } answer) inputs.Enqueue(answer);
            }
        }
        Effects.AddRange(all);
        return all;
    }

    public List<CoreEffect> Propose(Proposal proposal) => Feed(new CoreInput.ProposalArrived(proposal, NowMs));

    public List<CoreEffect> Check(Proposal proposal, bool isValid = true) =>
        Feed(new CoreInput.ValueChecked(proposal.Height, proposal.ValueId, proposal.PartsRoot, proposal.TimeMs, isValid, NowMs));

    public List<CoreEffect> ProposeValid(Proposal proposal) => [.. Propose(proposal), .. Check(proposal)];

    public List<CoreEffect> Vote(Vote vote) => Feed(new CoreInput.VoteArrived(vote, NowMs));

    public List<CoreEffect> Vote(VoteKind kind, uint round, Hash256 value, params int[] voters) => [.. voters.SelectMany(voter => Vote(Net.Vote(voter, kind, round, value)))];

    public List<CoreEffect> Prevotes(uint round, Hash256 value, params int[] voters) => Vote(VoteKind.Prevote, round, value, voters);

    public List<CoreEffect> Precommits(uint round, Hash256 value, params int[] voters) => Vote(VoteKind.Precommit, round, value, voters);

    public List<CoreEffect> Timeout(CoreTimerKind kind, uint round, ulong height = 1) => Feed(new CoreInput.TimerFired(new CoreTimer(kind, height, round), NowMs));

    public List<CoreEffect> Built(uint round, Hash256 value, ulong timeMs = 10_000, ulong height = 1) =>
        Feed(new CoreInput.ValueBuilt(height, round, value, timeMs, TestNet.Parts(value), NowMs));

    private CoreInput? Answer(CoreEffect effect) => effect switch
    {
        CoreEffect.SignVote ask => new CoreInput.VoteSigned(ask.Unsigned, Signs ? Net.Scheme.Sign(ask.Unsigned, TestNet.Key(_self ?? 0)).Signature : null, NowMs),
        CoreEffect.SignProposal ask => new CoreInput.ProposalSigned(ask.Unsigned, Signs ? Net.Scheme.Sign(ask.Unsigned, TestNet.Key(_self ?? 0)).Signature : null, NowMs),
        CoreEffect.Redeliver again => again.Message,
        _ => null,
    };
}
