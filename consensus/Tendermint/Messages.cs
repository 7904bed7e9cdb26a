using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>What a proposer signs: this value in this round (arXiv 1807.04938, line 19).</summary>
/// <param name="ValueId">What is decided; for blocks, the block hash. Never zero.</param>
/// <param name="PolRound">Round of the prevotes that allow a re-proposal; -1 for a first proposal.</param>
/// <param name="TimeMs">The value's own time; a re-proposal keeps it.</param>
/// <param name="PartsRoot">Binds the bytes of the value (see PartSet).</param>
/// <param name="Signature">64 bytes over the proposal's sign bytes; empty until signed.</param>
public sealed record Proposal(
    ulong Height, uint Round, Hash256 ValueId, int PolRound, ulong TimeMs, Hash256 PartsRoot, Address Proposer, ReadOnlyMemory<byte> Signature);

/// <summary>A prevote or precommit.</summary>
/// <param name="ValueId">Zero: nil.</param>
/// <param name="PolRound">Of a prevote: the round of the prevotes that justify leaving a lock, -1 where none is needed. Precommits: -1.</param>
public sealed record Vote(
    VoteKind Kind, ulong Height, uint Round, Hash256 ValueId, int PolRound, Address Voter, ReadOnlyMemory<byte> Signature)
{
    public bool IsNil => ValueId.IsZero;
}

/// <summary>Two messages that one validator may not both sign.</summary>
/// <param name="First">Received first.</param>
public sealed record Equivocation(Vote First, Vote Second);

/// <summary>Two different proposals of one proposer in one round.</summary>
public sealed record ProposalEquivocation(Proposal First, Proposal Second);

/// <summary>
/// How messages become signed bytes and back. The core does not know what it decides: blocks sign behind the chain's tags,
/// another user of the same core behind its own.
/// </summary>
public interface IMessageScheme
{
    byte[] SignBytes(Proposal proposal);

    byte[] SignBytes(Vote vote);

    bool Verify(Proposal proposal, ReadOnlySpan<byte> publicKey);

    bool Verify(Vote vote, ReadOnlySpan<byte> publicKey);
}
