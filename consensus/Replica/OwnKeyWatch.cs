using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>
/// Looks at what the network has under this validator's own key, which no other machine may use (chain-decisions 1.11). What this
/// process signed at the height it knows itself; for the rest its record of the last signature has to be asked.
/// </summary>
internal sealed class OwnKeyWatch(IMessageScheme scheme)
{
    private readonly SortedDictionary<(uint Round, SignStep Step), byte[]> _made = [];
    private readonly SortedSet<(uint Round, SignStep Step)> _told = [];
    private ulong _height;
    private Address _self;
    private ReadOnlyMemory<byte> _key;

    public void Begin(ReplicaHead head)
    {
        _made.Clear();
        _told.Clear();
        _height = head.Height + 1;
        _self = head.Self;
        _key = KeyOf(head.Validators, head.Self);
    }

    public void Made(CoreInput input)
    {
        switch (input)
        {
            case CoreInput.ProposalSigned { Signature: not null, Unsigned: var proposal } when proposal.Height == _height:
                _made[(proposal.Round, SignStep.Proposal)] = scheme.SignBytes(proposal);
                break;
            case CoreInput.VoteSigned { Signature: not null, Unsigned: var vote } when vote.Height == _height:
                _made[(vote.Round, StepOf(vote.Kind))] = scheme.SignBytes(vote);
                break;
        }
    }

    /// <param name="isForged">It names this validator, and its key did not sign it.</param>
    public SeenSignature? See(Vote vote, out bool isForged)
    {
        isForged = false;
        if (!IsOwn(vote.Voter, vote.Height) || MessageRules.Check(vote) is not null) return null;
        return See(vote.Round, StepOf(vote.Kind), scheme.SignBytes(vote), () => scheme.Verify(vote, _key.Span), out isForged);
    }

    /// <inheritdoc cref="See(Vote, out bool)"/>
    public SeenSignature? See(Proposal proposal, out bool isForged)
    {
        isForged = false;
        if (!IsOwn(proposal.Proposer, proposal.Height) || MessageRules.Check(proposal) is not null) return null;
        return See(proposal.Round, SignStep.Proposal, scheme.SignBytes(proposal), () => scheme.Verify(proposal, _key.Span), out isForged);
    }

    /// <summary>The precommit of this validator that the certificate of the head carries, if it does and its key is still the same.</summary>
    public SeenSignature? SeeCertificate(ReplicaHead head)
    {
        if (head.Self.IsZero || head.Certificate is not { } certificate) return null;
        int index = IndexOf(head.Deciders, head.Self);
        if (index < 0 || index / 8 >= certificate.Signers.Length || (certificate.Signers.Span[index / 8] >> (index % 8) & 1) == 0) return null;
        if (!KeyOf(head.Deciders, head.Self).Span.SequenceEqual(KeyOf(head.Validators, head.Self).Span)) return null;
        var vote = new Vote(VoteKind.Precommit, certificate.Height, certificate.Round, certificate.BlockHash, -1, head.Self, ReadOnlyMemory<byte>.Empty);
        return new SeenSignature(vote.Height, vote.Round, SignStep.Precommit, scheme.SignBytes(vote), IsContradiction: false);
    }

    private SeenSignature? See(uint round, SignStep step, byte[] signBytes, Func<bool> verify, out bool isForged)
    {
        isForged = false;
        bool isKnown = _made.TryGetValue((round, step), out byte[]? made);
        if ((isKnown && signBytes.AsSpan().SequenceEqual(made)) || _told.Contains((round, step))) return null;
        isForged = !verify();
        if (isForged) return null;
        _told.Add((round, step)); // once is enough
        return new SeenSignature(_height, round, step, signBytes, IsContradiction: isKnown);
    }

    private bool IsOwn(Address voter, ulong height) => height == _height && voter == _self && !_key.IsEmpty;

    private static SignStep StepOf(VoteKind kind) => kind == VoteKind.Prevote ? SignStep.Prevote : SignStep.Precommit;

    private static ReadOnlyMemory<byte> KeyOf(ValidatorSet validators, Address self) =>
        self.IsZero || IndexOf(validators, self) is not (>= 0 and var index) ? default : validators.Validators[index].ConsensusKey;

    private static int IndexOf(ValidatorSet validators, Address self)
    {
        for (int i = 0; i < validators.Validators.Count; i++)
        {
            if (validators.Validators[i].Operator == self) return i;
        }
        return -1;
    }
}
