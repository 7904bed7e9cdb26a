using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>Messages over blocks of one chain: the 160 sign bytes of rulings 6 under Ed25519.</summary>
public sealed class ChainMessageScheme(ulong chainId, Hash256 genesisHash) : IMessageScheme
{
    public byte[] SignBytes(Proposal proposal) => Chain.Blocks.SignBytes.Proposal(
        chainId, genesisHash, proposal.Height, proposal.Round, proposal.PolRound, proposal.TimeMs, proposal.ValueId, proposal.PartsRoot);

    public byte[] SignBytes(Vote vote) => vote.Kind == VoteKind.Prevote
        ? Chain.Blocks.SignBytes.Prevote(chainId, genesisHash, vote.Height, vote.Round, vote.PolRound, vote.ValueId)
        : Chain.Blocks.SignBytes.Precommit(chainId, genesisHash, vote.Height, vote.Round, vote.ValueId);

    public bool Verify(Proposal proposal, ReadOnlySpan<byte> publicKey) => Ed25519.Verify(SignBytes(proposal), proposal.Signature.Span, publicKey);

    public bool Verify(Vote vote, ReadOnlySpan<byte> publicKey) => Ed25519.Verify(SignBytes(vote), vote.Signature.Span, publicKey);
}
