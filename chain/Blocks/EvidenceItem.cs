using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>The numbers of evidence; part of the encoding.</summary>
public enum EvidenceKind : byte
{
    DuplicateVote = 1,
    DuplicateProposal = 2,
    Amnesia = 3,
}

/// <summary>
/// Two messages that one validator may not both sign. Made by <see cref="Of(SignedVote, SignedVote)"/> or the decoder only, so every item
/// is a contradiction, written in one way; whether the signatures are the accused's is asked where its key is known.
/// </summary>
/// <param name="Height">At which both were signed.</param>
public abstract record EvidenceItem(EvidenceKind Kind, ulong Height, Address Accused)
{
    /// <summary>Two votes of one kind in one round.</summary>
    public sealed record DuplicateVote : EvidenceItem
    {
        internal DuplicateVote(SignedVote first, SignedVote second)
            : base(EvidenceKind.DuplicateVote, first.Height, first.Voter) => (First, Second) = (first, second);

        /// <summary>Of the smaller block hash, or of the lower round of justification for the same block.</summary>
        public SignedVote First { get; }

        public SignedVote Second { get; }
    }

    /// <summary>Two proposals in one round.</summary>
    public sealed record DuplicateProposal : EvidenceItem
    {
        internal DuplicateProposal(SignedProposal first, SignedProposal second)
            : base(EvidenceKind.DuplicateProposal, first.Height, first.Proposer) => (First, Second) = (first, second);

        /// <summary>The one whose sign bytes are smaller.</summary>
        public SignedProposal First { get; }

        public SignedProposal Second { get; }
    }

    /// <summary>
    /// A precommit, and in a later round a prevote for another block that names no round of prevotes at or after the precommit's
    /// (arXiv 1807.04938, line 29). A correct validator names such a round, since its lock followed those prevotes.
    /// </summary>
    public sealed record Amnesia : EvidenceItem
    {
        internal Amnesia(SignedVote precommit, SignedVote prevote)
            : base(EvidenceKind.Amnesia, precommit.Height, precommit.Voter) => (Precommit, Prevote) = (precommit, prevote);

        public SignedVote Precommit { get; }

        public SignedVote Prevote { get; }
    }

    /// <summary>Keccak(tag | encoding).</summary>
    public Hash256 Id => Keccak.Hash(HashDomain.EvidenceItem, EvidenceCodec.Encode(this));

    /// <summary>In any order; null where the two do not contradict each other.</summary>
    public static EvidenceItem? Of(SignedVote one, SignedVote other)
    {
        if (one.Height != other.Height || one.Voter != other.Voter || !IsVote(one) || !IsVote(other)) return null;
        if (one.Kind == other.Kind)
        {
            if (one.Round != other.Round) return null;
            int order = one.BlockHash != other.BlockHash ? one.BlockHash.CompareTo(other.BlockHash) : one.PolRound.CompareTo(other.PolRound);
            return order == 0 ? null : order < 0 ? new DuplicateVote(one, other) : new DuplicateVote(other, one);
        }
        (SignedVote precommit, SignedVote prevote) = one.Kind == VoteKind.Precommit ? (one, other) : (other, one);
        bool forgot = !precommit.BlockHash.IsZero && !prevote.BlockHash.IsZero && precommit.BlockHash != prevote.BlockHash
            && precommit.Round < prevote.Round && prevote.PolRound < precommit.Round;
        return forgot ? new Amnesia(precommit, prevote) : null;
    }

    /// <summary>In any order; null where the two do not contradict each other.</summary>
    public static EvidenceItem? Of(SignedProposal one, SignedProposal other)
    {
        if (one.Height != other.Height || one.Round != other.Round || one.Proposer != other.Proposer || !IsProposal(one) || !IsProposal(other)) return null;
        int order = one.Message(0, default).AsSpan().SequenceCompareTo(other.Message(0, default));
        return order == 0 ? null : order < 0 ? new DuplicateProposal(one, other) : new DuplicateProposal(other, one);
    }

    /// <summary>Whether both messages were signed with this key on this chain.</summary>
    public bool IsSignedBy(ReadOnlySpan<byte> consensusKey, ulong chainId, in Hash256 genesisHash) => this switch
    {
        DuplicateVote votes => Verify(votes.First, consensusKey, chainId, genesisHash) && Verify(votes.Second, consensusKey, chainId, genesisHash),
        Amnesia votes => Verify(votes.Precommit, consensusKey, chainId, genesisHash) && Verify(votes.Prevote, consensusKey, chainId, genesisHash),
        DuplicateProposal proposals => Ed25519.Verify(proposals.First.Message(chainId, genesisHash), proposals.First.Signature.Span, consensusKey)
            && Ed25519.Verify(proposals.Second.Message(chainId, genesisHash), proposals.Second.Signature.Span, consensusKey),
        _ => false,
    };

    private static bool Verify(SignedVote vote, ReadOnlySpan<byte> consensusKey, ulong chainId, in Hash256 genesisHash) =>
        Ed25519.Verify(vote.Message(chainId, genesisHash), vote.Signature.Span, consensusKey);

    /// <summary>The sign bytes of a precommit have no round of justification: one with another would be a second spelling of the same vote.</summary>
    private static bool IsVote(SignedVote vote) =>
        vote.Signature.Length == Ed25519.SignatureSize
        && (vote.Kind == VoteKind.Precommit ? vote.PolRound == -1 : vote.Kind == VoteKind.Prevote && vote.PolRound >= -1);

    private static bool IsProposal(SignedProposal proposal) => proposal.Signature.Length == Ed25519.SignatureSize && proposal.PolRound >= -1;
}
