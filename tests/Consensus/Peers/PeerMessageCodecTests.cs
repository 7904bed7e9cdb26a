using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Peers;

public sealed class PeerMessageCodecTests
{
    [Fact]
    public void EveryKindComesBackFromItsEncodingAsItWas()
    {
        SortedSet<PeerMessageKind> kinds = [];
        foreach (PeerMessage message in All())
        {
            byte[] encoded = PeerMessageCodec.Encode(message);
            PeerMessage decoded = Decoded(encoded, PeerMessageCodec.Lane(message));
            Assert.Equal(message.GetType(), decoded.GetType());
            Assert.Equal(encoded, PeerMessageCodec.Encode(decoded));
            kinds.Add(PeerMessageCodec.Kind(message));
        }
        Assert.Equal(Enum.GetValues<PeerMessageKind>(), kinds);
    }

    [Fact]
    public void FieldsOfAProposalAndAVoteKeepTheirPlaces()
    {
        var proposal = ((PeerMessage.ProposalMessage)Decoded(PeerMessageCodec.Encode(new PeerMessage.ProposalMessage(Proposal(1))), PeerLane.Fast)).Proposal;
        Assert.Equal(Proposal(1) with { Signature = proposal.Signature }, proposal);
        Assert.Equal(Signature, proposal.Signature.ToArray());
        Vote vote = ((PeerMessage.Votes)Decoded(PeerMessageCodec.Encode(new PeerMessage.Votes([Vote(nil: true, polRound: 4)])), PeerLane.Fast)).Items[0];
        Assert.Equal(Vote(nil: true, polRound: 4) with { Signature = vote.Signature }, vote);
    }

    [Fact]
    public void TheLanesCarryWhatTheDecisionsSay()
    {
        PeerMessageKind[] bulk = [.. All().Where(message => PeerMessageCodec.Lane(message) == PeerLane.Bulk).Select(PeerMessageCodec.Kind).Distinct()];
        Assert.Equal([PeerMessageKind.Part, PeerMessageKind.Transactions, PeerMessageKind.Blocks, PeerMessageKind.Snapshots, PeerMessageKind.SnapshotChunk, PeerMessageKind.LightBlockReply], bulk);
    }

    [Fact]
    public void AMessageOnTheOtherLaneIsRefused()
    {
        foreach (PeerMessage message in All())
        {
            PeerLane other = PeerMessageCodec.Lane(message) == PeerLane.Fast ? PeerLane.Bulk : PeerLane.Fast;
            byte[] encoded = PeerMessageCodec.Encode(message);
            Assert.Equal(encoded.Length > PeerMessageCodec.BytesMax(other) ? PeerDecodeError.TooLong : PeerDecodeError.Lane, ErrorOf(encoded, other));
        }
    }

    /// <summary>Whatever one byte becomes, the answer is another message with exactly these bytes, or a typed error.</summary>
    [Fact]
    public void EveryByteChangedIsAnErrorOrAnotherCanonicalMessage()
    {
        int refused = 0;
        foreach (PeerMessage message in All())
        {
            byte[] encoded = PeerMessageCodec.Encode(message);
            int step = encoded.Length > 4096 ? 997 : 1; // the inside of a part is opaque
            for (int at = 0; at < encoded.Length; at += at < 128 || at > encoded.Length - 128 ? 1 : step)
            {
                foreach (byte change in (byte[])[0x01, 0x80, 0xff, 0x40])
                {
                    byte[] changed = [.. encoded];
                    changed[at] ^= change;
                    if (!Tolerates(changed, PeerMessageCodec.Lane(message))) refused++;
                }
            }
        }
        Assert.True(refused > 1000);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        foreach (PeerMessage message in All())
        {
            byte[] encoded = PeerMessageCodec.Encode(message);
            int step = encoded.Length > 4096 ? 997 : 1;
            for (int length = 0; length < encoded.Length; length += step)
                Assert.Equal(PeerDecodeError.Encoding, ErrorOf(encoded[..length], PeerMessageCodec.Lane(message)));
            Assert.Equal(PeerDecodeError.Encoding, ErrorOf([.. encoded, 0], PeerMessageCodec.Lane(message)));
        }
    }

    [Fact]
    public void RandomBytesNeverThrow()
    {
        var random = new Random(3);
        int kind = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            if (i % 2 == 0 && bytes.Length > 3) (bytes[0], bytes[1], bytes[2]) = ((byte)(0xc0 + Math.Min(55, bytes.Length - 1)), 1, (byte)(1 + (kind++ % 17)));
            Tolerates(bytes, i % 4 < 2 ? PeerLane.Fast : PeerLane.Bulk);
        }
    }

    [Theory]
    [InlineData(PeerLane.Fast, PeerLimits.FastMessageBytesMax)]
    [InlineData(PeerLane.Bulk, PeerLimits.BulkMessageBytesMax)]
    public void TheBytesOfALaneAreLimitedExactly(PeerLane lane, int bytesMax)
    {
        Assert.NotEqual(PeerDecodeError.TooLong, ErrorOf(new byte[bytesMax], lane));
        Assert.Equal(PeerDecodeError.TooLong, ErrorOf(new byte[bytesMax + 1], lane));
    }

    [Fact]
    public void CountsAreLimitedExactly()
    {
        Limit(PeerLimits.VotesMax, count => new PeerMessage.Votes([.. Enumerable.Range(0, count).Select(i => Vote(voter: i))]), mayBeNone: false);
        Limit(PeerLimits.VoteBitmapsMax, count => new PeerMessage.HaveVotes(1, [.. Enumerable.Range(0, count).Select(i => new VoteBitmap((uint)i, VoteKind.Prevote, default))]));
        Limit(PeerLimits.TransactionsMax, count => new PeerMessage.Transactions([.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[] { 1 }, count)]), mayBeNone: false);
        Limit(PeerLimits.BlocksPerRequestMax, count => new PeerMessage.Blocks(1, [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[] { 1 }, count)], null));
        Limit(PeerLimits.SnapshotsMax, count => new PeerMessage.Snapshots([.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[] { 1 }, count)]));
        Limit(PeerLimits.BlocksPerRequestMax, count => new PeerMessage.BlocksRequest(1, (uint)count), mayBeNone: false);
        Limit(PeerLimits.PeerAddressesMax, count => new PeerMessage.PeerAddresses([.. Enumerable.Repeat(new PeerAddress(new PeerId(HashOf(1)), "a", 1), count)]));
        PeerMessage.Part part = Part(1, 0);
        Limit(PeerLimits.PartProofHashesMax, count => part with { Proof = [.. Enumerable.Repeat(HashOf(1), count)] });
    }

    [Fact]
    public void LongestFieldsFitAndLongerOnesDoNot()
    {
        Field(true, new PeerMessage.HaveVotes(1, [new(0, VoteKind.Prevote, new byte[PeerLimits.ValidatorsMax / 8])]));
        Field(false, new PeerMessage.HaveVotes(1, [new(0, VoteKind.Prevote, new byte[(PeerLimits.ValidatorsMax / 8) + 1])]));
        Field(true, new PeerMessage.HaveParts(1, HashOf(1), new byte[10]));
        Field(false, new PeerMessage.HaveParts(1, HashOf(1), new byte[11]));
        Field(true, Part(1, 0) with { Bytes = new byte[PeerLimits.PartBytes] });
        Field(false, Part(1, 0) with { Bytes = new byte[PeerLimits.PartBytes + 1] });
        Field(true, Part(1, 0) with { ValueBytes = PeerLimits.ValueBytesMax });
        Field(false, Part(1, 0) with { ValueBytes = PeerLimits.ValueBytesMax + 1 });
        Field(false, Part(1, 0) with { ValueBytes = 0 });
        Field(true, Part(1, 0) with { Index = 79 });
        Field(false, Part(1, 0) with { Index = 80 });
        Field(false, Part(1, 0) with { Index = uint.MaxValue });
        Field(true, new PeerMessage.PeerAddresses([new(new PeerId(HashOf(1)), new string('a', PeerLimits.HostCharactersMax), 1)]));
        Field(false, new PeerMessage.PeerAddresses([new(new PeerId(HashOf(1)), new string('a', PeerLimits.HostCharactersMax + 1), 1)]));
    }

    [Fact]
    public void FieldsThatNoHonestPeerSendsAreRefused()
    {
        Field(false, new PeerMessage.Votes([Vote() with { Signature = default }]));
        Field(false, new PeerMessage.Votes([Vote() with { Signature = new byte[63] }]));
        Field(false, new PeerMessage.Votes([Vote() with { Signature = new byte[65] }]));
        Field(false, new PeerMessage.Votes([Vote(), Vote() with { Height = 8 }]));
        Field(false, new PeerMessage.Votes([Vote(VoteKind.Proposal)]));
        Field(false, new PeerMessage.Votes([Vote(VoteKind.Precommit, polRound: 0)]));
        Field(false, new PeerMessage.ProposalMessage(Proposal() with { Signature = default }));
        Field(false, new PeerMessage.ProposalMessage(Proposal() with { ValueId = Hash256.Zero }));
        Field(false, new PeerMessage.Status(1, 1, 1, (CoreStep)5, Address.Zero));
        Field(false, new PeerMessage.HaveVotes(1, [new(0, (VoteKind)4, default)]));
        Field(false, new PeerMessage.HaveVotes(1, [new(0, 0, default)]));
        Field(false, new PeerMessage.HaveVotes(1, [new(1, VoteKind.Prevote, default), new(0, VoteKind.Prevote, default)]));
        Field(false, new PeerMessage.HaveVotes(1, [new(1, VoteKind.Prevote, default), new(1, VoteKind.Prevote, default)]));
        Field(false, new PeerMessage.Transactions([default(ReadOnlyMemory<byte>)]));
        Field(false, new PeerMessage.PeerAddresses([new(new PeerId(HashOf(1)), "a b", 1)]));
        Field(false, new PeerMessage.PeerAddresses([new(new PeerId(HashOf(1)), "", 1)]));
        Field(false, new PeerMessage.PeerAddresses([new(new PeerId(HashOf(1)), "a", 0)]));
    }

    [Fact]
    public void AnotherVersionOrAnUnknownKindIsNamed()
    {
        byte[] encoded = PeerMessageCodec.Encode(new PeerMessage.PeersRequest());
        Assert.Equal([0xc2, 1, 16], encoded);
        Assert.Equal(PeerDecodeError.Version, ErrorOf([0xc2, 2, 16], PeerLane.Fast));
        Assert.Equal(PeerDecodeError.Kind, ErrorOf([0xc2, 1, 19], PeerLane.Fast));
        Assert.Equal(PeerDecodeError.Kind, ErrorOf([0xc2, 1, 0x80], PeerLane.Fast));
        Assert.Equal(PeerDecodeError.Encoding, ErrorOf([0xc0], PeerLane.Fast));
        Assert.Equal(Enum.GetValues<PeerDecodeError>().Length, Enum.GetValues<PeerDecodeError>().Select(PeerDecodeErrors.Code).Distinct().Count());
    }

    /// <summary>A nil vote has one encoding: 32 zero bytes in place of the empty string are refused.</summary>
    [Fact]
    public void NilSpelledAsZeroBytesIsRefused()
    {
        var writer = new RlpWriter([]);
        int list = writer.BeginList();
        foreach (ulong number in (ulong[])[1, 2, 7, 0]) writer.Write(number);
        writer.Write(Hash256.Zero);
        writer.Write(0UL);
        writer.Write(AddressOf(1));
        writer.Write(Signature);
        writer.EndList(list);
        Assert.False(VoteCodec.TryDecode(writer.Written, out _));
        writer.Dispose();
    }

    [Fact]
    public void UnsignedProposalsAndVotesAreStoredButNotSent()
    {
        Assert.True(VoteCodec.TryDecode(VoteCodec.Encode(Vote() with { Signature = default }), out _));
        Assert.True(ProposalCodec.TryDecode(ProposalCodec.Encode(Proposal() with { Signature = default }), out _));
    }

    private static void Limit(int max, Func<int, PeerMessage> make, bool mayBeNone = true)
    {
        Field(true, make(max));
        PeerMessage above = make(max + 1);
        Assert.Equal(PeerDecodeError.Count, ErrorOf(PeerMessageCodec.Encode(above), PeerMessageCodec.Lane(above)));
        Field(mayBeNone, make(0));
    }

    private static void Field(bool fits, PeerMessage message) =>
        Assert.Equal(fits, PeerMessageCodec.TryDecode(PeerMessageCodec.Encode(message), PeerMessageCodec.Lane(message), out _, out _));

    private static PeerMessage Decoded(byte[] bytes, PeerLane lane)
    {
        Assert.True(PeerMessageCodec.TryDecode(bytes, lane, out PeerMessage? message, out PeerDecodeError error), error.ToString());
        return message;
    }

    private static PeerDecodeError ErrorOf(byte[] bytes, PeerLane lane)
    {
        Assert.False(PeerMessageCodec.TryDecode(bytes, lane, out PeerMessage? message, out PeerDecodeError error));
        Assert.Null(message);
        Assert.NotEqual(PeerDecodeError.None, error);
        return error;
    }

    private static bool Tolerates(byte[] bytes, PeerLane lane)
    {
        bool decoded = PeerMessageCodec.TryDecode(bytes, lane, out PeerMessage? message, out PeerDecodeError error);
        Assert.Equal(decoded, message is not null);
        Assert.Equal(decoded, error == PeerDecodeError.None);
        if (message is not null) Assert.Equal(bytes, PeerMessageCodec.Encode(message));
        return decoded;
    }
}
