using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Peers;

/// <summary>One message of every kind, and some at the edges.</summary>
public static class PeerMessageSamples
{
    public static readonly byte[] Signature = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

    public static Hash256 HashOf(int number) => Keccak.Hash(BitConverter.GetBytes(number));

    public static Address AddressOf(int number) => new(HashOf(number).Span[..Address.Size]);

    public static Proposal Proposal(int polRound = -1) => new(7, 2, HashOf(1), polRound, 1_700_000_000_123, HashOf(2), AddressOf(3), Signature);

    public static Vote Vote(VoteKind kind = VoteKind.Prevote, bool nil = false, int polRound = -1, int voter = 3) =>
        new(kind, 7, 2, nil ? Hash256.Zero : HashOf(1), polRound, AddressOf(voter), Signature);

    public static Certificate Certificate() => new(7, 2, HashOf(1), new byte[] { 0b101 }, [Signature, Signature]);

    public static PeerMessage.Part Part(int valueBytes = 100_000, int index = 1)
    {
        PartSet set = PartSet.Create(Value(valueBytes));
        ValuePart part = set.Part(index);
        return new PeerMessage.Part(7, set.Root, (uint)valueBytes, (uint)index, part.Bytes, part.Proof);
    }

    /// <summary>Two votes of one validator, of the right form and not signed.</summary>
    public static EvidenceItem Evidence(int accused, ulong height = 7, uint round = 2)
    {
        var vote = new SignedVote(VoteKind.Precommit, height, round, HashOf(1), -1, AddressOf(accused), Signature);
        return EvidenceItem.Of(vote, vote with { BlockHash = HashOf(2) }) ?? throw new InvalidOperationException("no contradiction");
    }

    public static byte[] Value(int length) => [.. Enumerable.Range(0, length).Select(i => unchecked((byte)((i * 31) ^ (i >> 8) ^ (i >> 16))))];

    public static IEnumerable<PeerMessage> All()
    {
        yield return new PeerMessage.Status(0, 0, 0, CoreStep.Waiting, Address.Zero);
        yield return new PeerMessage.Status(ulong.MaxValue, 5, uint.MaxValue, CoreStep.Decided, AddressOf(9));
        yield return new PeerMessage.ProposalMessage(Proposal());
        yield return new PeerMessage.ProposalMessage(Proposal(polRound: 1));
        yield return new PeerMessage.Votes([Vote()]);
        yield return new PeerMessage.Votes([Vote(nil: true), Vote(VoteKind.Precommit), Vote(polRound: 0), Vote(polRound: int.MaxValue)]);
        yield return new PeerMessage.HaveVotes(7, []);
        yield return new PeerMessage.HaveVotes(7, [new(0, VoteKind.Proposal, new byte[] { 1 }), new(0, VoteKind.Prevote, default), new(1, VoteKind.Proposal, new byte[] { 0, 8 })]);
        yield return new PeerMessage.HaveParts(7, HashOf(2), default);
        yield return new PeerMessage.HaveParts(7, HashOf(2), new byte[] { 255, 1 });
        yield return Part(100_000, 0);
        yield return Part(100_000, 1);
        yield return Part(1, 0);
        yield return new PeerMessage.Transactions([new byte[] { 1 }, new byte[] { 0x80 }, Value(300)]);
        yield return new PeerMessage.BlocksRequest(3, PeerLimits.BlocksPerRequestMax);
        yield return new PeerMessage.Blocks(3, [Value(1000), Value(1)], Certificate());
        yield return new PeerMessage.Blocks(3, [], null);
        yield return new PeerMessage.SnapshotsRequest();
        yield return new PeerMessage.Snapshots([Value(80)]);
        yield return new PeerMessage.Snapshots([]);
        yield return new PeerMessage.ChunkRequest(3, HashOf(4), 5);
        yield return new PeerMessage.SnapshotChunk(3, HashOf(4), 5, Value(2000));
        yield return new PeerMessage.SnapshotChunk(3, HashOf(4), 5, default);
        yield return new PeerMessage.LightBlockRequest(0);
        yield return new PeerMessage.LightBlockReply(3, Value(500));
        yield return new PeerMessage.LightBlockReply(3, default);
        yield return new PeerMessage.PeersRequest();
        yield return new PeerMessage.PeerAddresses([new(new PeerId(HashOf(5)), "node-1.example.org", 45831), new(new PeerId(HashOf(6)), "2001:db8::1", 1)]);
        yield return new PeerMessage.PeerAddresses([]);
        yield return new PeerMessage.Evidence([Evidence(1)]);
        yield return new PeerMessage.Evidence([.. Enumerable.Range(1, PeerLimits.EvidenceItemsMax).Select(i => Evidence(i))]);
    }
}
