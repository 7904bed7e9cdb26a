using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>Gives a driver the inputs of a node of the model.</summary>
internal sealed class NodeInputs(ulong height, VoterNames names, Driver driver)
{
    private readonly HashSet<(int Round, Hash256 Value, int PolRound)> _proposals = [];

    /// <summary>A certificate makes the model count a whole round anew (deviation 10).</summary>
    public bool HasCertificates { get; private set; }

    /// <summary>What was delivered before the first call of a height. False: nothing.</summary>
    public bool Preload(JsonElement action)
    {
        bool any = false;
        foreach (JsonElement vote in action.Member("preloadedVotes")?.EnumerateArray() ?? default)
        {
            any = true;
            Vote(vote);
        }
        foreach (JsonElement certificate in action.Member("preloadedCertificates")?.EnumerateArray() ?? default)
        {
            any = true;
            Certificate(certificate);
        }
        return any;
    }

    public void Feed(JsonElement input)
    {
        JsonElement content = input.Content();
        switch (input.Tag())
        {
            case "StartDInput": driver.Begin(); break;
            case "VoteDInput": Vote(content); break;
            case "CertificateDInput": Certificate(content); break;
            case "ProposalDInput": Proposal(content); break;
            case "TimeoutDInput": driver.Timeout(content.Timeout(), driver.State.Round); break;
            case "ProposeValueDInput": driver.Propose(driver.State.Round, content.Value()); break;
            case "NoDInput" or "PendingDInput" or "StepChangeDInput": break; // a rule already holds, or none
            case var other: throw new FormatException(other);
        }
    }

    private void Vote(JsonElement vote) => driver.Add(names.Index(vote), names.Vote(vote));

    private void Certificate(JsonElement certificate)
    {
        if (certificate.Set().Any(vote => vote.GetProperty("valueId").Value().IsZero)) return; // refused there: deviation 10
        HasCertificates = true;
        foreach (JsonElement vote in certificate.Set())
        {
            Vote(vote);
            driver.CountConflicting(vote.Kind(), vote.GetProperty("round").Round());
        }
    }

    /// <summary>The core drops other proposers' and what it has; so does the model.</summary>
    private void Proposal(JsonElement proposal)
    {
        int round = proposal.GetProperty("round").Round(), polRound = proposal.GetProperty("validRound").Round();
        string value = proposal.GetProperty("proposal").GetString()!;
        bool isOurs = (ulong)proposal.GetProperty("height").Number() == height && proposal.Voter() == names.Proposer(round);
        if (isOurs && _proposals.Add((round, TestNet.Value(value), polRound)))
            driver.Add(new StoredProposal(round, TestNet.Value(value), polRound, IsValid: value != "invalid", IsTimely: true, IsKnownByVotesOnly: false));
    }
}
