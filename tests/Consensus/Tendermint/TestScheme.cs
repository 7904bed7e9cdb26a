using System.Security.Cryptography;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>The real sign bytes behind a keyed hash in place of Ed25519; counts how often it is asked to verify.</summary>
internal sealed class TestScheme : IMessageScheme
{
    public int Verified { get; private set; }

    public byte[] SignBytes(Proposal proposal) => Chain.Blocks.SignBytes.Proposal(
        1, Keccak.OfEmpty, proposal.Height, proposal.Round, proposal.PolRound, proposal.TimeMs, proposal.ValueId, proposal.PartsRoot);

    public byte[] SignBytes(Vote vote) => vote.Kind == VoteKind.Prevote
        ? Chain.Blocks.SignBytes.Prevote(1, Keccak.OfEmpty, vote.Height, vote.Round, vote.PolRound, vote.ValueId)
        : Chain.Blocks.SignBytes.Precommit(1, Keccak.OfEmpty, vote.Height, vote.Round, vote.ValueId);

    public bool Verify(Proposal proposal, ReadOnlySpan<byte> publicKey) => Verify(SignBytes(proposal), publicKey, proposal.Signature.Span);

    public bool Verify(Vote vote, ReadOnlySpan<byte> publicKey) => Verify(SignBytes(vote), publicKey, vote.Signature.Span);

    public Proposal Sign(Proposal proposal, ReadOnlyMemory<byte> key) => proposal with { Signature = Sign(SignBytes(proposal), key.Span) };

    public Vote Sign(Vote vote, ReadOnlyMemory<byte> key) => vote with { Signature = Sign(SignBytes(vote), key.Span) };

    private static byte[] Sign(byte[] bytes, ReadOnlySpan<byte> key) => SHA512.HashData([.. key, .. bytes]);

    private bool Verify(byte[] bytes, ReadOnlySpan<byte> key, ReadOnlySpan<byte> signature)
    {
        Verified++;
        return signature.SequenceEqual(Sign(bytes, key));
    }
}
