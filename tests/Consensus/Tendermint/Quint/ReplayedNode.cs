using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;
using Xunit.Sdk;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>
/// The production driver beside one node of a trace, call by call. The model runs at most one rule a call, in an order of its
/// own: what it runs must be a rule that holds here and must have the same result, and where nothing of the model is
/// pending no other rule may hold. What the traces' README calls a deviation of the model from the paper is counted by name.
/// </summary>
internal sealed class ReplayedNode(string self, VoterNames names, ReplayCounts counts)
{
    private readonly HashSet<RoundOutput> _said = [];
    private Driver? _driver;
    private NodeInputs? _inputs;
    private SettlingDriver? _settling;
    private int _proposeAfterProposeRound = RoundState.NoRound;
    private int _wrongProposerRound = RoundState.NoRound;
    private string? _excuse;
    private bool _isAbandoned;

    public void Begin(ulong height)
    {
        _driver = new Driver(height, new VoteKeeper(names.Powers), round => names.Proposer(round) == self);
        _inputs = new NodeInputs(height, names, _driver);
        _settling = new SettlingDriver(height, names, round => names.Proposer(round) == self);
        _proposeAfterProposeRound = _wrongProposerRound = RoundState.NoRound;
        (_excuse, _isAbandoned) = (null, false);
        _said.Clear();
    }

    public void Step(string where, JsonElement action, ModelNode model)
    {
        if (_driver is null || _inputs is null) Begin((ulong)model["cs"].GetProperty("height").Number());
        counts.Calls++;
        Excuse(action, _driver!, _inputs!);
        try
        {
            if (!_isAbandoned) Step($"{where} {action.GetProperty("input")}", action, model, _driver!, _inputs!);
        }
        catch (XunitException) when (_excuse is not null)
        {
            _isAbandoned = true;
            counts.LeaveOut($"{_excuse}: abandoned heights");
        }
        if (_isAbandoned) counts.Abandoned++;
    }

    /// <summary>Deviations after which the two may stand apart for the rest of a height.</summary>
    private void Excuse(JsonElement action, Driver driver, NodeInputs inputs)
    {
        if (action.Member("quirk")?.GetString() is { } quirk) _excuse ??= quirk;
        if (action.Member("preloadedVotes") is not null || action.Member("preloadedCertificates") is not null) _excuse ??= "5: preloaded messages";
        bool isCertificate = inputs.HasCertificates || action.GetProperty("input").Tag() == "CertificateDInput";
        if (isCertificate && driver.Votes.Evidence.Count > 0) _excuse ??= "10: recount by a certificate with an equivocator";
    }

    private void Step(string where, JsonElement action, ModelNode model, Driver driver, NodeInputs inputs)
    {
        RoundState expected = model["cs"].State();
        RoundOutput output = action.GetProperty("output").Output();
        if (driver.State.Step == CoreStep.Decided)
        {
            // A height ends with its decision; in the model a late precommit timeout may still begin rounds.
            if (driver.State == expected && output is RoundOutput.Nothing or RoundOutput.Refused) counts.Steps++;
            else counts.LeaveOut("2, 3: timeouts and rounds after the decision");
            return;
        }
        RoundState before = driver.State;
        if (before.Step == CoreStep.Propose && expected.Step == CoreStep.Propose && before.Round < expected.Round) _proposeAfterProposeRound = expected.Round;
        bool hasPreloads = inputs.Preload(action);
        if (hasPreloads || action.Member("quirk") is not null || (IsMessage(action) && driver.Enabled().Any())) _settling?.AllowOtherOrder();
        inputs.Feed(action.GetProperty("input"));
        RoundOutput[] own = [.. driver.Take().Select(Itf.WithoutPolRound)];
        if (hasPreloads) FollowPreloadedStart(driver, expected.Round);
        else if (own.Length > 0 || driver.State != before) SameOutput(where, action, output, own);
        else if (output is not (RoundOutput.Nothing or RoundOutput.Refused) || driver.State != expected) RunWhatTheModelRan(where, action, driver, expected, output);
        foreach (RoundOutput said in own.Append(output)) _said.Add(said);
        Assert.Equal((where, expected), (where, driver.State));
        if (inputs.HasCertificates && driver.Votes.Evidence.Count > 0) counts.LeaveOut("10: recount by a certificate with an equivocator, tallies");
        else KeeperComparison.Same(where, names, model["bk"], driver.Votes);
        counts.Steps++;
        if (model.IsSettled) NothingElseHolds(where, driver, model);
        if (_settling?.Step(where, action, expected, output, model.IsSettled) == true) counts.SettledAlike++;
    }

    private static bool IsMessage(JsonElement action) => action.GetProperty("input").Tag() is not ("StepChangeDInput" or "PendingDInput" or "NoDInput");

    /// <summary>Preloaded messages: the model starts in a round that its README leaves open (5).</summary>
    private void FollowPreloadedStart(Driver driver, int round)
    {
        counts.LeaveOut("5: start with preloaded messages, output");
        if (round > driver.State.Round) driver.SkipTo(round);
        driver.Take();
    }

    private void SameOutput(string where, JsonElement action, RoundOutput output, RoundOutput[] own)
    {
        if (action.Member("quirk")?.GetString() == "skip-proposer") counts.LeaveOut("1: proposer of a skipped round, output");
        else Assert.Equal((where, output), (where, Assert.Single(own)));
    }

    private void RunWhatTheModelRan(string where, JsonElement action, Driver driver, RoundState expected, RoundOutput output)
    {
        if (driver.State == expected && output is RoundOutput.StartTimeout && _said.Contains(output))
        {
            counts.LeaveOut("8: line 34 or 47 again in the same round");
            return;
        }
        if (output is RoundOutput.Propose && driver.State == expected && action.GetProperty("input").Tag() == "ProposeValueDInput")
        {
            counts.LeaveOut(_wrongProposerRound == expected.Round ? "1: proposer of a skipped round, its proposal" : "ProposeValueCInput: no guard");
            return;
        }
        bool isWrongProposer = action.Member("quirk")?.GetString() == "skip-proposer";
        RoundInput? rule = driver.Enabled().FirstOrDefault(rule => Result(driver.State, rule) is var (state, own) && state == expected && (isWrongProposer || own == output));
        Assert.True(rule is not null, $"{where}\n expected {expected}\n and {output}\n from {driver.State}\n but only these hold: {string.Join(", ", driver.Enabled())}");
        if (isWrongProposer)
        {
            _wrongProposerRound = expected.Round;
            counts.LeaveOut("1: proposer of a skipped round, output");
        }
        driver.Run(rule);
        driver.Take();
    }

    /// <summary>What the rule does, with the begin of the next round where it leaves one.</summary>
    private (RoundState, RoundOutput) Result(RoundState state, RoundInput rule)
    {
        (RoundState next, RoundOutput output) = RoundMachine.Step(state, rule);
        if (output is RoundOutput.Skip skip) (next, output) = RoundMachine.Step(next, new RoundInput.NewRound(skip.Round, names.Proposer(skip.Round) == self));
        return (next, output.WithoutPolRound());
    }

    private void NothingElseHolds(string where, Driver driver, ModelNode model)
    {
        counts.Settled++;
        foreach (RoundInput rule in driver.Enabled())
        {
            int proposals = model["proposals"].Set().Count(proposal => proposal.GetProperty("round").Round() == driver.State.Round);
            string? deviation = Deviation(rule, driver.State, proposals);
            Assert.True(deviation is not null, $"{where}: {rule} holds too, in {driver.State} with {proposals} proposals");
            counts.LeaveOut(deviation);
            if (rule is not RoundInput.PrecommitAny) _settling?.AllowOtherOrder();
        }
    }

    /// <summary>Why the model may leave a rule of the paper undone, by the numbers of its README's table of deviations and rows of its section 3.</summary>
    private string? Deviation(RoundInput rule, RoundState state, int proposals) => rule switch
    {
        RoundInput.SkipRound when state.Round == RoundState.NoRound => "5: preloaded messages skip no round",
        RoundInput.SkipRound when _inputs?.HasCertificates == true => "CertificateDInput: prevotes of a later round skip no round",
        RoundInput.PrecommitAny when proposals == 0 => "6: line 47 after a step change without a stored proposal",
        RoundInput.ProposedInvalid => "13: a proposal that is not valid is not stored",
        RoundInput.PolkaAny or RoundInput.PolkaNil when proposals > 0 => "StepChangeDInput: lines 34 and 44 after a step change with a stored proposal",
        RoundInput.Proposed or RoundInput.ProposedWithPolka when proposals > 1 => "4: several proposals",
        RoundInput.Proposed or RoundInput.ProposedWithPolka or RoundInput.PrecommitAny or RoundInput.PrecommitValue when _proposeAfterProposeRound == state.Round =>
            "pendingStepChange: from ProposeStep to the next round's is no step change",
        _ => null,
    };
}
