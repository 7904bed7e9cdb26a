using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>
/// The production driver beside one node of a trace. It runs every rule at once where the model takes several calls, so the two are
/// compared where nothing of the model is pending.
/// </summary>
internal sealed class ReplayedNode(string self, VoterNames names, ReplayCounts counts)
{
    private readonly List<RoundOutput> _mine = [], _models = [];
    private readonly HashSet<RoundOutput> _said = [];
    private readonly HashSet<string> _proposals = [];
    private VoteKeeper _keeper = new(names.Powers);
    private Driver? _driver;
    private ulong _height;
    private string? _leftBy;

    public void Begin(ulong height)
    {
        _height = height;
        _keeper = new VoteKeeper(names.Powers);
        _driver = new Driver(height, _keeper, round => names.Proposer(round) == self);
        _leftBy = null;
        _mine.Clear();
        _models.Clear();
        _said.Clear();
        _proposals.Clear();
    }

    public void Step(string where, JsonElement action, ModelNode model)
    {
        if (_driver is null) Begin((ulong)model["cs"].GetProperty("height").Number());
        counts.Steps++;
        bool preloads = false;
        foreach (JsonElement vote in action.Member("preloadedVotes")?.EnumerateArray() ?? default) { preloads = true; _keeper.Add(names.Index(vote), names.Vote(vote), -1); }
        foreach (JsonElement certificate in action.Member("preloadedCertificates")?.EnumerateArray() ?? default)
        {
            preloads = true;
            foreach (JsonElement vote in certificate.Set()) _keeper.Add(names.Index(vote), names.Vote(vote), -1);
        }
        Feed(action.GetProperty("input"));
        _mine.AddRange(_driver!.Take().Select(output => output.WithoutPolRound()));
        RoundOutput output = action.GetProperty("output").Output();
        if (output is not (RoundOutput.Nothing or RoundOutput.Refused or RoundOutput.Skip)) _models.Add(output);
        if (action.Member("quirk") is { } quirk) _leftBy ??= quirk.GetString();
        if (preloads) _leftBy ??= "preload";
        if (!model.IsSettled) return;
        if (_leftBy is null || true) Compare(where + " " + action.GetProperty("input"), model);
        else counts.LeaveOut(_leftBy);
        _mine.Clear();
        _models.Clear();
    }

    private void Compare(string where, ModelNode model)
    {
        if (_leftBy != null) { counts.LeaveOut(_leftBy); return; }
        counts.Settled++;
        RoundState expected = model["cs"].State();
        string Text(IEnumerable<RoundOutput> o) => string.Join(" ", o.Select(x => x.ToString().Replace(TestNet.Value("a").ToString(), "a").Replace(TestNet.Value("b").ToString(), "b")).Order(StringComparer.Ordinal));
        if (expected != _driver!.State || Text(_models) != Text(_mine))
            throw new Exception($"{where}\n model {expected}\n mine  {_driver.State}\n model {Text(_models)}\n mine  {Text(_mine)}");
        KeeperComparison.Same(where, names, model["bk"], _keeper);
    }

    private void Feed(JsonElement input)
    {
        JsonElement content = input.Content();
        switch (input.Tag())
        {
            case "StartDInput": _driver!.Begin(); break;
            case "VoteDInput": _driver!.Add(names.Index(content), names.Vote(content)); break;
            case "CertificateDInput": Certificate([.. content.Set()]); break;
            case "ProposalDInput": Proposal(content); break;
            case "TimeoutDInput": _driver!.Timeout(content.Timeout(), _driver.State.Round); break;
            case "ProposeValueDInput": _driver!.Propose(_driver.State.Round, content.Value()); break;
            case "NoDInput" or "PendingDInput" or "StepChangeDInput": break; // the production driver did this at once
            case var other: throw new FormatException(other);
        }
    }

    private void Certificate(JsonElement[] votes)
    {
        foreach (JsonElement vote in votes) _driver!.Add(names.Index(vote), names.Vote(vote));
        _driver!.CountConflicting(votes[0].Kind(), (int)names.Vote(votes[0]).Round);
    }

    private void Proposal(JsonElement proposal)
    {
        int round = proposal.GetProperty("round").Round();
        if ((ulong)proposal.GetProperty("height").Number() != _height || proposal.Voter() != names.Proposer(round) || !_proposals.Add(proposal.GetRawText())) return;
        string value = proposal.GetProperty("proposal").GetString()!;
        _driver!.Add(new StoredProposal(
            round, TestNet.Value(value), proposal.GetProperty("validRound").Round(), IsValid: value != "invalid", IsTimely: true, IsKnownByVotesOnly: false));
    }
}
