using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Blocks;

public sealed class EvidenceCodecTests
{
    private static readonly Hash256 A = Hash256.Parse("0x" + new string('a', 64));
    private static readonly Hash256 B = Hash256.Parse("0x" + new string('b', 64));

    public static TheoryData<EvidenceItem> Items => new()
    {
        { EvidenceItem.Of(Vote(VoteKind.Prevote, 3, A), Vote(VoteKind.Prevote, 3, B))! },
        { EvidenceItem.Of(Vote(VoteKind.Prevote, 3, A, polRound: 1), Vote(VoteKind.Prevote, 3, A))! },
        { EvidenceItem.Of(Vote(VoteKind.Precommit, 0, A), Vote(VoteKind.Precommit, 0, Hash256.Zero))! },
        { EvidenceItem.Of(Vote(VoteKind.Precommit, 1, A), Vote(VoteKind.Prevote, 2, B))! },
        { EvidenceItem.Of(Vote(VoteKind.Precommit, 2, A), Vote(VoteKind.Prevote, uint.MaxValue, B, polRound: 1))! },
        { EvidenceItem.Of(Proposal(A), Proposal(B))! },
        { EvidenceItem.Of(Proposal(A), Proposal(A, polRound: int.MaxValue - 1))! },
        { EvidenceItem.Of(Proposal(A), Proposal(A, timeMs: 6))! },
    };

    [Theory]
    [MemberData(nameof(Items))]
    public void AnItemIsReadBackAsItWasWritten(EvidenceItem item)
    {
        byte[] bytes = EvidenceCodec.Encode(item);
        Assert.True(bytes.Length <= EvidenceCodec.ItemBytesMax, $"{bytes.Length}");
        Assert.True(EvidenceCodec.TryDecode(bytes, out EvidenceItem? read));
        Assert.Equal(bytes, EvidenceCodec.Encode(read));
        Assert.Equal((item.Kind, item.Height, item.Accused, item.Id), (read.Kind, read.Height, read.Accused, read.Id));
        byte[] list = EvidenceCodec.EncodeList([item]);
        Assert.True(EvidenceCodec.TryDecodeList(list, out IReadOnlyList<EvidenceItem>? items));
        Assert.Equal(bytes, EvidenceCodec.Encode(Assert.Single(items)));
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void CutOrChangedBytesNeverFaultAndNeverHaveASecondSpelling(EvidenceItem item)
    {
        byte[] bytes = EvidenceCodec.Encode(item);
        for (int length = 0; length < bytes.Length; length++) Assert.False(EvidenceCodec.TryDecode(bytes.AsSpan(0, length), out _));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (EvidenceCodec.TryDecode(changed, out EvidenceItem? other)) Assert.Equal(changed, EvidenceCodec.Encode(other));
        }
    }

    [Fact]
    public void BothOrdersAreOneItem()
    {
        Assert.Equal(EvidenceItem.Of(Vote(VoteKind.Prevote, 3, A), Vote(VoteKind.Prevote, 3, B))?.Id, EvidenceItem.Of(Vote(VoteKind.Prevote, 3, B), Vote(VoteKind.Prevote, 3, A))?.Id);
        Assert.Equal(EvidenceItem.Of(Proposal(A), Proposal(B))?.Id, EvidenceItem.Of(Proposal(B), Proposal(A))?.Id);
        Assert.Equal(EvidenceItem.Of(Vote(VoteKind.Precommit, 1, A), Vote(VoteKind.Prevote, 2, B))?.Id, EvidenceItem.Of(Vote(VoteKind.Prevote, 2, B), Vote(VoteKind.Precommit, 1, A))?.Id);
    }

    [Fact]
    public void WhatDoesNotContradictItselfIsNoEvidence()
    {
        SignedVote prevote = Vote(VoteKind.Prevote, 3, A), precommit = Vote(VoteKind.Precommit, 3, A);
        Assert.Null(EvidenceItem.Of(prevote, prevote));
        Assert.Null(EvidenceItem.Of(prevote, Vote(VoteKind.Prevote, 4, B))); // another round
        Assert.Null(EvidenceItem.Of(prevote, Vote(VoteKind.Prevote, 3, B) with { Height = 9 }));
        Assert.Null(EvidenceItem.Of(prevote, Vote(VoteKind.Prevote, 3, B) with { Voter = Address.FromNumber(9) }));
        Assert.Null(EvidenceItem.Of(precommit, precommit with { PolRound = 2 })); // signs the same bytes
        Assert.Null(EvidenceItem.Of(prevote, Vote(VoteKind.Prevote, 3, B) with { Signature = new byte[63] }));
        Assert.Null(EvidenceItem.Of(prevote with { Kind = VoteKind.Proposal }, Vote(VoteKind.Proposal, 3, B)));
        Assert.Null(EvidenceItem.Of(precommit, Vote(VoteKind.Prevote, 4, B, polRound: 3))); // left its lock with reason
        Assert.Null(EvidenceItem.Of(precommit, Vote(VoteKind.Prevote, 3, B))); // prevoted before
        Assert.Null(EvidenceItem.Of(precommit, Vote(VoteKind.Prevote, 4, A)));
        Assert.Null(EvidenceItem.Of(precommit, Vote(VoteKind.Prevote, 4, Hash256.Zero)));
        Assert.Null(EvidenceItem.Of(Vote(VoteKind.Precommit, 3, Hash256.Zero), Vote(VoteKind.Prevote, 4, B)));
        Assert.NotNull(EvidenceItem.Of(precommit, Vote(VoteKind.Prevote, 4, B, polRound: 2)));
        Assert.Null(EvidenceItem.Of(Proposal(A), Proposal(A)));
        Assert.Null(EvidenceItem.Of(Proposal(A), Proposal(B) with { Round = 4 }));
        Assert.Null(EvidenceItem.Of(Proposal(A), Proposal(B) with { Proposer = Address.FromNumber(9) }));
    }

    [Fact]
    public void AListIsAscendingWithoutRepeatsAndWithinItsLimits()
    {
        EvidenceItem[] items = [.. Enumerable.Range(1, 17).Select(i => By((uint)i))];
        Assert.Empty(EvidenceCodec.EncodeList([]));
        Assert.True(EvidenceCodec.TryDecodeList([], out IReadOnlyList<EvidenceItem>? none));
        Assert.Empty(none);
        Assert.True(EvidenceCodec.TryDecodeList(EvidenceCodec.EncodeList(items[..16]), out _));
        Assert.False(EvidenceCodec.TryDecodeList(EvidenceCodec.EncodeList(items), out _));
        Assert.False(EvidenceCodec.TryDecodeList(EvidenceCodec.EncodeList([items[1], items[0]]), out _));
        Assert.False(EvidenceCodec.TryDecodeList(EvidenceCodec.EncodeList([items[0], items[0]]), out _));
        Assert.False(EvidenceCodec.TryDecodeList([0xc2, 0x01, 0xc0], out _)); // an empty list, spelled out
        Assert.False(EvidenceCodec.TryDecodeList(new byte[EvidenceCodec.BytesMax + 1], out _));
        Assert.True(EvidenceCodec.EncodeList(items[..16]).Length <= EvidenceCodec.BytesMax);
    }

    private static EvidenceItem By(uint number) => EvidenceItem.Of(
        Vote(VoteKind.Prevote, 3, A) with { Voter = Address.FromNumber((ushort)number) }, Vote(VoteKind.Prevote, 3, B) with { Voter = Address.FromNumber((ushort)number) })!;

    private static SignedVote Vote(VoteKind kind, uint round, Hash256 block, int polRound = -1) =>
        new(kind, 12, round, block, polRound, Address.FromNumber(7), Enumerable.Repeat((byte)(round + block.Span[0]), 64).ToArray());

    private static SignedProposal Proposal(Hash256 block, int polRound = -1, ulong timeMs = 5) =>
        new(12, 3, block, polRound, timeMs, B, Address.FromNumber(7), Enumerable.Repeat(block.Span[0], 64).ToArray());
}
