using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;
using VoteKind = Dsdn.Chain.Blocks.VoteKind;

namespace Dsdn.Log.Coordination;

/// <summary>
/// What members sign while they decide (dataplane 0): tag DSDN/log-vote/v1 | chain id u64 | log id 32 | committee hash 32 | kind u8 | seq u64 | round u32 |
/// proof-of-lock round i32 | time u64 | core hash 32 | parts root 32. These votes never leave the committee.
/// </summary>
public sealed class CommitteeMessages(Hash256 logId, Committee committee) : IMessageScheme
{
    private readonly Hash256 _committeeHash = committee.Hash;

    public byte[] SignBytes(Proposal proposal) =>
        Bytes(VoteKind.Proposal, proposal.Height, proposal.Round, proposal.PolRound, proposal.TimeMs, proposal.ValueId, proposal.PartsRoot);

    public byte[] SignBytes(Vote vote) => Bytes(vote.Kind, vote.Height, vote.Round, vote.PolRound, 0, vote.ValueId, Hash256.Zero);

    public bool Verify(Proposal proposal, ReadOnlySpan<byte> publicKey) => Ed25519.Verify(SignBytes(proposal), proposal.Signature.Span, publicKey);

    public bool Verify(Vote vote, ReadOnlySpan<byte> publicKey) => Ed25519.Verify(SignBytes(vote), vote.Signature.Span, publicKey);

    private byte[] Bytes(VoteKind kind, ulong seq, uint round, int polRound, ulong timeMs, in Hash256 valueId, in Hash256 partsRoot) => LogTag.Message(
        LogDomain.CommitteeVote,
        new LogWriter(192).U64(committee.ChainId).Hash(logId).Hash(_committeeHash).U8((byte)kind).U64(seq).U32(round).U32(unchecked((uint)polRound)).U64(timeMs).Hash(valueId).Hash(partsRoot).Written);
}
