using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>A prevote or precommit with its signature, as evidence carries it.</summary>
/// <param name="BlockHash">Zero: nil.</param>
/// <param name="PolRound">Of a prevote: the round whose prevotes justify it, -1 for none. Precommits: -1.</param>
/// <param name="Signature">64 bytes over <see cref="SignBytes"/>.</param>
public sealed record SignedVote(VoteKind Kind, ulong Height, uint Round, Hash256 BlockHash, int PolRound, Address Voter, ReadOnlyMemory<byte> Signature)
{
    public byte[] Message(ulong chainId, in Hash256 genesisHash) => Kind == VoteKind.Prevote
        ? SignBytes.Prevote(chainId, genesisHash, Height, Round, PolRound, BlockHash)
        : SignBytes.Precommit(chainId, genesisHash, Height, Round, BlockHash);
}

/// <summary>A proposal with its signature, as evidence carries it.</summary>
/// <param name="PolRound">-1 for a first proposal.</param>
/// <param name="Signature">64 bytes over <see cref="SignBytes"/>.</param>
public sealed record SignedProposal(
    ulong Height, uint Round, Hash256 BlockHash, int PolRound, ulong TimeMs, Hash256 PartsRoot, Address Proposer, ReadOnlyMemory<byte> Signature)
{
    public byte[] Message(ulong chainId, in Hash256 genesisHash) =>
        SignBytes.Proposal(chainId, genesisHash, Height, Round, PolRound, TimeMs, BlockHash, PartsRoot);
}
