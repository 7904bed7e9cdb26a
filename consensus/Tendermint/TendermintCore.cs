using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// Tendermint (arXiv 1807.04938) with proposer-based time over values it does not know, one height after the other. The same
/// inputs give the same effects: a core that is fed what another one was fed stands where that one stands.
/// </summary>
public sealed class TendermintCore(IMessageScheme scheme, CoreOptions options) : IConsensusCore
{
    private readonly StartPacing _pacing = new(options);
    private HeightRun? _run;
    private LateCommits? _lateCommits;
    private NextHeightMessages? _next;
    private bool _hasBegun;

    public IEnumerable<TableSize> Tables => [.. _run?.Tables ?? [], .. _next?.Tables ?? []];

    public IReadOnlyList<CoreEffect> Step(CoreInput input)
    {
        List<CoreEffect> effects = [];
        switch (input)
        {
            case CoreInput.HeightStarted started: Start(started, effects); break;
            case CoreInput.WorkArrived arrived when !_pacing.WorkWaits: _pacing.WorkWaits = true; Pace(arrived.NowMs, effects); break;
            case CoreInput.ValueRequested requested: _pacing.Request(); Pace(requested.NowMs, effects); break;
            case CoreInput.TimerFired fired: OnTimer(fired, effects); break;
            case CoreInput.ProposalArrived arrived: OnProposal(arrived, effects); break;
            case CoreInput.VoteArrived arrived: OnVote(arrived, effects); break;
            case CoreInput.ValueBuilt built when built.Height == _run?.Height: _run.OnValueBuilt(built, effects); break;
            case CoreInput.ValueChecked check when check.Height == _run?.Height: _run.OnValueChecked(check, effects); break;
            case CoreInput.ProposalSigned signed when signed.Unsigned.Height == _run?.Height: _run.OnProposalSigned(signed, effects); break;
            case CoreInput.VoteSigned signed when signed.Unsigned.Height == _run?.Height: _run.OnVoteSigned(signed, effects); break;
        }
        if (!_hasBegun && _run is { HasBegun: true }) // also where others' messages began it
        {
            _hasBegun = true;
            _pacing.HasBegun();
        }
        return effects;
    }

    /// <summary>Heights only rise: what is not above the current one is ignored.</summary>
    private void Start(CoreInput.HeightStarted started, List<CoreEffect> effects)
    {
        if (_run is not null && started.Height <= _run.Height) return;
        _lateCommits = Commits(started);
        NextHeightMessages? kept = _run is not null && _run.Height + 1 == started.Height ? _next : null;
        _run = new HeightRun(scheme, options, started, _lateCommits);
        _next = new NextHeightMessages(_run.Voters, scheme);
        _hasBegun = false;
        _pacing.WorkWaits = started.WorkWaits;
        Pace(started.NowMs, effects);
        if (kept is not null) effects.AddRange(kept.Messages(started.NowMs).Select(static message => new CoreEffect.Redeliver(message)));
    }

    /// <summary>The certificate of the height before with what this core knows beyond it.</summary>
    private LateCommits? Commits(CoreInput.HeightStarted started)
    {
        if (started.LastCommit is not { } certificate || started.LastValidators is not { } deciders) return null;
        var commits = new LateCommits(certificate, deciders);
        if (_run is null) return commits;
        foreach (Vote vote in _run.DecidingVotes()) commits.Add(vote, scheme, isVerified: true);
        return commits;
    }

    /// <summary>Round 0 begins when it is due.</summary>
    private void Pace(ulong nowMs, List<CoreEffect> effects)
    {
        if (_run is null || _run.HasBegun || _pacing.DueMs(_run.LastTimeMs) is not { } due) return;
        if (nowMs < due) effects.Add(new CoreEffect.SetTimer(new CoreTimer(CoreTimerKind.Start, _run.Height, 0), due));
        else _run.Begin(nowMs, effects);
    }

    private void OnTimer(CoreInput.TimerFired fired, List<CoreEffect> effects)
    {
        if (_run is null || fired.Timer.Height != _run.Height) return;
        if (fired.Timer.Kind == CoreTimerKind.Start) Pace(fired.NowMs, effects);
        else _run.OnTimer(fired.Timer, fired.NowMs, effects);
    }

    private void OnProposal(CoreInput.ProposalArrived arrived, List<CoreEffect> effects)
    {
        if (_run is null) return;
        if (arrived.Proposal.Height == _run.Height) _run.OnProposal(arrived.Proposal, arrived.NowMs, effects);
        else if (arrived.Proposal.Height == _run.Height + 1) _next?.Keep(arrived.Proposal, arrived.NowMs);
    }

    private void OnVote(CoreInput.VoteArrived arrived, List<CoreEffect> effects)
    {
        if (_run is null) return;
        Vote vote = arrived.Vote;
        if (vote.Height == _run.Height) _run.OnVote(vote, arrived.NowMs, effects);
        else if (vote.Height == _run.Height + 1) _next?.Keep(vote);
        else if (_run.Height > 0 && vote.Height == _run.Height - 1 && _lateCommits?.Add(vote, scheme) == true) effects.Add(new CoreEffect.VoteAccepted(vote));
    }
}
