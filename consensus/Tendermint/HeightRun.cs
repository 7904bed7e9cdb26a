using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// One height of the core: checks messages, feeds the <see cref="Driver"/> and turns what it asks for into effects. A
/// proposal reaches the driver only with its value checked.
/// </summary>
internal sealed class HeightRun
{
    private const int None = -1;

    private readonly Address _self;
    private readonly bool _maySign;
    private readonly IMessageScheme _scheme;
    private readonly CoreOptions _options;
    private readonly CoreInput.HeightStarted _start;
    private readonly LateCommits? _lateCommits;
    private readonly int _own;
    private readonly Driver _driver;
    private readonly ProposalBook _proposals = new();
    private readonly Dictionary<Hash256, KnownValue> _values = [];
    private readonly List<(int Round, Hash256 ValueId)> _wanted = [];
    private readonly FarVotes _far;
    private readonly int[] _newestRounds;
    private readonly EvidenceWatch _evidence;
    private readonly OwnMessages _ownMessages;
    private (int Round, CoreStep Step) _shown = (None, CoreStep.Waiting);
    private (uint Round, Hash256 ValueId)? _decided;
    private bool _isDiverged;
    private int _endedRound = None;
    private List<CoreEffect> _effects = [];
    private ulong _nowMs;

    public HeightRun(IMessageScheme scheme, CoreOptions options, CoreInput.HeightStarted start, LateCommits? lateCommits)
    {
        (_scheme, _options, _start, _lateCommits) = (scheme, options, start, lateCommits);
        Voters = new VoterIndex(start.Validators);
        _self = start.Self;
        _own = _self.IsZero ? VoterIndex.Unknown : Voters.Of(_self);
        _maySign = _own != VoterIndex.Unknown;
        var keeper = new VoteKeeper(Voters.Powers);
        _driver = new Driver(start.Height, keeper, round => _maySign && start.Proposers.OfRound((uint)round) == _self);
        _nowMs = start.NowMs;
        _ownMessages = new OwnMessages(start.Height, _self);
        _far = new FarVotes(Voters.Count);
        _newestRounds = new int[Voters.Count];
        Array.Fill(_newestRounds, None);
        _evidence = new EvidenceWatch(keeper);
    }

    public ulong Height => _start.Height;

    public ulong LastTimeMs => _start.LastTimeMs;

    public VoterIndex Voters { get; }

    public bool HasBegun => _driver.HasBegun;

    private VoteKeeper Votes => _driver.Votes;

    /// <summary>Grows with the rounds that passed, which take ever longer, and never by what one validator says.</summary>
    public IEnumerable<TableSize> Tables
    {
        get
        {
            long rounds = (long)NearRoundMax + 1;
            return
            [
                new("core: rounds", Votes.Rounds.Count(), rounds),
                new("core: votes beside the first", Votes.ConflictingMost, Votes.ConflictingMax),
                new("core: far votes", _far.Count, 2L * Voters.Count),
                new("core: proposals", _proposals.All.Count, rounds * (ProposalBook.PerRoundMax + 2)),
                new("core: values", _values.Count, rounds * (ProposalBook.PerRoundMax + 2)),
                new("core: wanted values", _wanted.Count, rounds * 2),
            ];
        }
    }

    /// <summary>The highest round from which everything is kept.</summary>
    private uint NearRoundMax => (uint)Math.Max(_driver.State.Round, 0) + _options.FutureRoundsMax;

    private bool IsOver => _isDiverged || _decided is not null;

    /// <summary>Precommits of the decided round and value, all checked.</summary>
    public IEnumerable<Vote> DecidingVotes()
    {
        if (_decided is not { } decided) yield break;
        for (int voter = 0; voter < Voters.Count; voter++)
        {
            if (Votes.VoteFor(VoteKind.Precommit, (int)decided.Round, voter, decided.ValueId) is { } vote) yield return vote;
        }
    }

    public void Begin(ulong nowMs, List<CoreEffect> effects)
    {
        Now(nowMs, effects);
        if (IsOver) return;
        _driver.Begin();
        if (_start.FirstRound > 0) _driver.SkipTo((int)Math.Min(_start.FirstRound, MessageRules.RoundMax));
        Settle();
    }

    public void OnTimer(CoreTimer timer, ulong nowMs, List<CoreEffect> effects)
    {
        Now(nowMs, effects);
        if (IsOver || timer.Round > MessageRules.RoundMax) return;
        _driver.Timeout(timer.Kind, (int)timer.Round);
        Settle();
    }

    /// <param name="nowMs">When it arrived; its time is measured against this.</param>
    public void OnProposal(Proposal proposal, ulong nowMs, List<CoreEffect> effects)
    {
        Now(nowMs, effects);
        if (MessageRules.Check(proposal) is { } rejected)
        {
            _effects.Add(rejected);
            return;
        }
        if (IsOver || proposal.Round > NearRoundMax || (_maySign && proposal.Proposer == _self)) return;
        if (proposal.Proposer != _start.Proposers.OfRound(proposal.Round)) Reject("DSDN-E-PROPOSAL-PROPOSER", $"{proposal.Proposer} does not propose in round {proposal.Round} of height {Height}");
        else if (proposal.TimeMs <= _start.LastTimeMs) Reject("DSDN-E-PROPOSAL-TIME", $"time {proposal.TimeMs} is not after {_start.LastTimeMs}");
        else if (_proposals.Wants(proposal) || IsWanted(proposal))
        {
            int proposer = Voters.Of(proposal.Proposer);
            if (!_scheme.Verify(proposal, Voters.Key(proposer))) Reject("DSDN-E-PROPOSAL-SIGNATURE", $"not signed by {proposal.Proposer}");
            else Accept(proposal, nowMs);
        }
    }

    public void OnValueBuilt(CoreInput.ValueBuilt built, List<CoreEffect> effects)
    {
        Now(built.NowMs, effects);
        if (IsOver || built.Round > MessageRules.RoundMax) return;
        Know(built.ValueId, new KnownValue(built.PartsRoot, built.TimeMs, IsValid: true));
        _driver.Propose((int)built.Round, built.ValueId);
        Settle();
    }

    public void OnValueChecked(CoreInput.ValueChecked check, List<CoreEffect> effects)
    {
        Now(check.NowMs, effects);
        if (IsOver) return;
        Know(check.ValueId, new KnownValue(check.PartsRoot, check.TimeMs, check.IsValid));
        Settle();
    }

    public void OnVote(Vote vote, ulong nowMs, List<CoreEffect> effects)
    {
        Now(nowMs, effects);
        if (MessageRules.Check(vote) is { } rejected)
        {
            _effects.Add(rejected);
            return;
        }
        int voter = Voters.Of(vote.Voter);
        if (voter == VoterIndex.Unknown)
        {
            Reject("DSDN-E-VOTE-VOTER", $"{vote.Voter} does not vote at height {Height}");
            return;
        }
        if (_isDiverged || (_maySign && voter == _own) || !Wants(voter, vote)) return;
        if (!_scheme.Verify(vote, Voters.Key(voter))) Reject("DSDN-E-VOTE-SIGNATURE", $"not signed by {vote.Voter}");
        else Accept(voter, vote);
    }

    /// <summary>The signature is checked as anyone's: one that others refuse would only get this validator banned.</summary>
    public void OnProposalSigned(CoreInput.ProposalSigned signed, List<CoreEffect> effects)
    {
        Now(signed.NowMs, effects);
        if (IsOver || _ownMessages.Answer(signed) is not { } proposal || !_scheme.Verify(proposal, Voters.Key(_own))) return;
        _effects.Add(new CoreEffect.BroadcastProposal(proposal));
        Store(new ReceivedProposal(proposal, IsTimely: true));
        Settle();
    }

    public void OnVoteSigned(CoreInput.VoteSigned signed, List<CoreEffect> effects)
    {
        Now(signed.NowMs, effects);
        if (_isDiverged || _ownMessages.Answer(signed) is not { } vote || !_scheme.Verify(vote, Voters.Key(_own))) return;
        _effects.Add(new CoreEffect.BroadcastVote(vote));
        Count(_own, vote);
        Settle();
    }

    /// <summary>Timers count from the latest time seen: a redelivered proposal carries an earlier one.</summary>
    private void Now(ulong nowMs, List<CoreEffect> effects) => (_nowMs, _effects) = (Math.Max(_nowMs, nowMs), effects);

    private void Reject(string code, string detail) => _effects.Add(new CoreEffect.Rejected(code, detail));

    private void Accept(Proposal proposal, ulong arrivedMs)
    {
        Proposal? first = _proposals.FirstOf(proposal.Round);
        bool isTimely = proposal.PolRound >= 0 || _options.Synchrony is not { } synchrony || synchrony.IsTimely(proposal.TimeMs, arrivedMs, proposal.Round);
        if (first is not null && _proposals.Wants(proposal)) _effects.Add(new CoreEffect.ProposalEvidence(new ProposalEquivocation(first, proposal)));
        if (first is null || IsWanted(proposal)) _effects.Add(new CoreEffect.ProposalAccepted(proposal));
        Store(new ReceivedProposal(proposal, isTimely));
        if (proposal.PolRound >= 0) CountConflicting(proposal.PolRound);
        _driver.Begin();
        Settle();
    }

    /// <summary>The proposer claims a quorum in that round: it may have counted another vote of an equivocator than was counted here.</summary>
    private void CountConflicting(int round)
    {
        _driver.CountConflicting(VoteKind.Prevote, round);
        LookForQuorum(round);
    }

    /// <summary>A decided height wants only what completes its certificate.</summary>
    private bool Wants(int voter, Vote vote)
    {
        if (_decided is { } decided && (vote.Kind != VoteKind.Precommit || vote.Round != decided.Round || vote.ValueId != decided.ValueId)) return false;
        return vote.Round <= NearRoundMax ? Votes.Wants(voter, vote) : _far.Wants(voter, vote);
    }

    private void Accept(int voter, Vote vote)
    {
        _newestRounds[voter] = Math.Max(_newestRounds[voter], (int)vote.Round);
        if (vote.Round <= NearRoundMax)
        {
            _effects.Add(new CoreEffect.VoteAccepted(vote));
            Count(voter, vote);
        }
        else
        {
            _effects.Add(new CoreEffect.VoteKept(vote));
            _far.Keep(voter, vote);
        }
        if (!_far.IsEmpty) SkipToFarRound();
        Settle();
    }

    private void Count(int voter, Vote vote)
    {
        VoteKeeperOutput output = _driver.Add(voter, vote);
        _evidence.Watch(voter, vote, _effects);
        if (output.Kind == VoteKeeperOutputKind.None || IsOver) return;
        LookForQuorum((int)vote.Round);
    }

    /// <summary>
    /// Line 55 where votes lie far ahead: to the highest round that more than a third are in or beyond. Of those beyond only
    /// the newest votes are kept, so asking for votes of the very round, as the paper does, could wait for ever.
    /// </summary>
    private void SkipToFarRound()
    {
        int[] order = [.. Enumerable.Range(0, Voters.Count).OrderByDescending(voter => _newestRounds[voter])];
        UInt128 power = 0;
        foreach (int voter in order)
        {
            power += Voters.Set.Validators[voter].Power;
            if (!Votes.IsThird(power)) continue;
            _driver.SkipTo(_newestRounds[voter]);
            return;
        }
    }

    private void Store(ReceivedProposal received)
    {
        _proposals.Add(received);
        if (_values.TryGetValue(received.Proposal.ValueId, out KnownValue value)) Feed(received, value);
    }

    private void Know(Hash256 valueId, KnownValue value)
    {
        if (!_values.TryAdd(valueId, value)) return;
        foreach (ReceivedProposal received in _proposals.All)
        {
            if (received.Proposal.ValueId == valueId) Feed(received, value);
        }
        foreach (int round in Votes.Rounds.ToArray()) LookForQuorum(round);
    }

    private void Feed(ReceivedProposal received, KnownValue value)
    {
        Proposal proposal = received.Proposal;
        _driver.Add(new StoredProposal((int)proposal.Round, proposal.ValueId, proposal.PolRound, value.Fits(proposal), received.IsTimely, IsKnownByVotesOnly: false));
    }

    /// <summary>A quorum for a value whose proposal or bytes are not here, or that is invalid here.</summary>
    private void LookForQuorum(int round)
    {
        LookForQuorum(VoteKind.Prevote, round);
        LookForQuorum(VoteKind.Precommit, round);
    }

    private void LookForQuorum(VoteKind kind, int round)
    {
        foreach ((Hash256 valueId, UInt128 power) in Votes.Powers(kind, round))
        {
            if (valueId.IsZero || !Votes.IsQuorum(power) || _isDiverged || _driver.HasValid(round, valueId)) continue;
            if (!_values.TryGetValue(valueId, out KnownValue value)) Want(round, valueId);
            else if (value.IsValid) _driver.Add(new StoredProposal(round, valueId, RoundState.NoRound, IsValid: true, IsTimely: false, IsKnownByVotesOnly: true));
            else Diverge(valueId);
        }
    }

    /// <summary>A quorum is for its value, so it is taken whatever else its proposer signed.</summary>
    private bool IsWanted(Proposal proposal) => _wanted.Contains(((int)proposal.Round, proposal.ValueId)) && !_proposals.Has(proposal.Round, proposal.ValueId);

    private void Want(int round, Hash256 valueId)
    {
        if (_wanted.Contains((round, valueId))) return;
        _wanted.Add((round, valueId));
        _effects.Add(new CoreEffect.ValueWanted(Height, (uint)round, valueId));
    }

    private void Diverge(Hash256 valueId)
    {
        _isDiverged = true;
        _effects.Add(new CoreEffect.Diverged(Height, valueId));
    }

    /// <summary>Carries out what the rules asked for, and lets in what a new round brings near.</summary>
    private void Settle()
    {
        while (!_isDiverged)
        {
            _driver.Settle();
            ShowStep();
            IReadOnlyList<RoundOutput> outputs = _driver.Take();
            foreach (RoundOutput output in outputs) CarryOut(output);
            EndFailedRound();
            IReadOnlyList<(int Voter, Vote Vote)> near = _decided is null ? _far.TakeUpTo(NearRoundMax) : [];
            if (near.Count == 0 && outputs.Count == 0) return;
            foreach ((int voter, Vote vote) in near)
            {
                _effects.Add(new CoreEffect.VoteAccepted(vote));
                Count(voter, vote);
            }
        }
    }

    private void ShowStep()
    {
        if (_shown == (_driver.State.Round, _driver.State.Step)) return;
        _shown = (_driver.State.Round, _driver.State.Step);
        _effects.Add(new CoreEffect.RoundEntered(Height, (uint)Math.Max(_shown.Round, 0), _shown.Step)); // -1 where a height is decided before it began here
    }

    private void CarryOut(RoundOutput output)
    {
        switch (output)
        {
            case RoundOutput.GetValue or RoundOutput.Propose when !IsCurrent(output): break; // skipped in the same step
            case RoundOutput.GetValue ask:
                SetTimer(CoreTimerKind.Propose, ask.Round);
                _effects.Add(new CoreEffect.Build(Height, (uint)ask.Round, _lateCommits?.Certificate()));
                break;
            case RoundOutput.Propose propose:
                SetTimer(CoreTimerKind.Propose, propose.Round); // the signer may refuse
                if (_maySign && _ownMessages.Ask(propose, _values[propose.ValueId]) is { } proposal) _effects.Add(new CoreEffect.SignProposal(proposal));
                break;
            case RoundOutput.CastVote cast:
                if (_maySign && _ownMessages.Ask(cast) is { } vote) _effects.Add(new CoreEffect.SignVote(vote));
                break;
            case RoundOutput.StartTimeout timeout: SetTimer(timeout.Kind, timeout.Round); break;
            case RoundOutput.Decided decided: Decide(decided); break;
        }
    }

    /// <summary>
    /// Line 47 waits for precommits that could still decide the round's value. Where more than two thirds precommitted nil there
    /// are none, and the wait is over at once.
    /// </summary>
    private void EndFailedRound()
    {
        int round = _driver.State.Round;
        if (round >= 0 && round != _endedRound && !IsOver && HasFailed(round)) SetTimer(CoreTimerKind.Precommit, round);
    }

    private bool HasFailed(int round) => Votes.HasQuorum(VoteKind.Precommit, round, Hash256.Zero);

    private bool IsCurrent(RoundOutput output) =>
        _driver.State.Round == (output switch { RoundOutput.GetValue ask => ask.Round, RoundOutput.Propose propose => propose.Round, _ => None });

    private void SetTimer(CoreTimerKind kind, int round)
    {
        bool isOver = kind == CoreTimerKind.Precommit && HasFailed(round);
        if (isOver) _endedRound = round;
        _effects.Add(new CoreEffect.SetTimer(new CoreTimer(kind, Height, (uint)round), _nowMs + (isOver ? 0 : _options.TimeoutMs(kind, (uint)round))));
    }

    private void Decide(RoundOutput.Decided decided)
    {
        _decided = ((uint)decided.Round, decided.ValueId);
        var signatures = new ReadOnlyMemory<byte>?[Voters.Count];
        foreach (Vote vote in DecidingVotes()) signatures[Voters.Of(vote.Voter)] = vote.Signature;
        Certificate certificate = LateCommits.CertificateOf(Height, (uint)decided.Round, decided.ValueId, signatures);
        _effects.Add(new CoreEffect.Decide(certificate, _values[decided.ValueId].PartsRoot));
    }
}
