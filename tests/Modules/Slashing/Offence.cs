using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Tests.Slashing;

/// <summary>What a validator that holds a key signs when it should not.</summary>
internal sealed record Offence(ulong ChainId, Hash256 GenesisHash, Address Operator, byte[] Seed)
{
    public static readonly Hash256 A = Hash256.Parse("0x" + new string('a', 64));
    public static readonly Hash256 B = Hash256.Parse("0x" + new string('b', 64));

    public SignedVote Vote(VoteKind kind, ulong height, uint round, Hash256 block, int polRound = -1)
    {
        var vote = new SignedVote(kind, height, round, block, polRound, Operator, default);
        return vote with { Signature = Sign(vote.Message(ChainId, GenesisHash)) };
    }

    public SignedProposal Proposal(ulong height, uint round, Hash256 block, int polRound = -1, ulong timeMs = 1)
    {
        var proposal = new SignedProposal(height, round, block, polRound, timeMs, A, Operator, default);
        return proposal with { Signature = Sign(proposal.Message(ChainId, GenesisHash)) };
    }

    public EvidenceItem TwoVotes(ulong height, uint round = 0, VoteKind kind = VoteKind.Precommit) =>
        Item(EvidenceItem.Of(Vote(kind, height, round, A), Vote(kind, height, round, B)));

    public EvidenceItem TwoProposals(ulong height) => Item(EvidenceItem.Of(Proposal(height, 0, A), Proposal(height, 0, B)));

    public EvidenceItem Forgetting(ulong height) => Item(EvidenceItem.Of(Vote(VoteKind.Precommit, height, 1, A), Vote(VoteKind.Prevote, height, 2, B, polRound: 0)));

    private static EvidenceItem Item(EvidenceItem? item)
    {
        Assert.NotNull(item);
        return item;
    }

    private byte[] Sign(byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, Seed, signature);
        return signature;
    }
}
