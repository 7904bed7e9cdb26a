using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// The bytes of values. A proposer sends the parts of a first proposal along <see cref="PartTree"/>; whoever misses some
/// asks one peer after the other. Only parts of accepted proposals are put together.
/// </summary>
internal sealed class PartGossip(GossipBoard board)
{
    private ulong _turn = board.Self.Key.Span[1];

    public void Own(HeightGossip current, Proposal proposal, PartSet bytes)
    {
        HeldValue value = Hold(current, proposal, bytes);
        if (value.IsPushed && proposal.PolRound < 0) Push(current, value, [.. board.Listeners(current.Height)]);
    }

    public void Accepted(HeightGossip current, Proposal proposal, PartSet? bytes)
    {
        HeldValue value = Hold(current, proposal, bytes);
        if (bytes is not null) return;
        if (value.Parts.Value is { } complete)
        {
            board.Do(new GossipEffect.ValueComplete(proposal, complete));
            return;
        }
        foreach (GossipPeer peer in board.Peers)
        {
            if (peer.EarlyParts.Count == 0 || peer.EarlyParts[0].PartsRoot != value.Root) continue;
            PeerMessage.Part[] early = [.. peer.EarlyParts];
            peer.EarlyParts.Clear();
            foreach (PeerMessage.Part part in early) Add(current, value, peer, part);
        }
    }

    public void Received(GossipPeer from, PeerMessage.Part part)
    {
        if (board.Current is not { } current || part.Height != current.Height) return;
        board.Counters.PartsReceived++;
        if (current.Values.TryGetValue(part.PartsRoot, out HeldValue? value)) Add(current, value, from, part);
        else KeepEarly(from, part);
    }

    /// <summary>The peer came to the height: what this node passes to it along the tree was not sent.</summary>
    public void Entered(HeightGossip current, GossipPeer peer)
    {
        foreach (HeldValue value in current.Values.Values)
            if (value.IsPushed) Push(current, value, [peer]);
    }

    public void Received(GossipPeer from, PeerMessage.HaveParts have)
    {
        if (board.At(have.Height) is not { } height || !height.Values.TryGetValue(have.PartsRoot, out HeldValue? value) || value.Parts.Count == 0) return;
        if (!Bitmap.IsWellFormed(have.Bitmap.Span, value.Parts.Count))
        {
            board.Penalize(from, Offence.Malformed, "bitmap that is not of the value's parts");
            return;
        }
        PeerRow row = board.View(from, height).Parts(value.Root, value.Parts.Count);
        row.Replace(have.Bitmap.Span);
        int left = Math.Min(board.Options.PartsPerAnswer, board.Options.PartsOutstandingMax - row.Outstanding(board.Generation));
        int first = (int)(PartTree.Mix(SeedOf(value.Root), 0, board.Self.Key.Span[0]) % (ulong)value.Parts.Count);
        for (int i = 0; i < value.Parts.Count && left > 0; i++)
        {
            int index = (first + i) % value.Parts.Count;
            if (row.Lacks(index, board.Generation) && !from.MayGetPart(board.NowMs)) return;
            if (Send(from, height.Height, value, row, index)) left--;
        }
    }

    public void Tick()
    {
        if (board.Current is not { } current) return;
        foreach (HeldValue value in current.Values.Values)
            if (!value.Parts.IsComplete && IsStalled(current, value)) Ask(current, value);
    }

    private bool IsStalled(HeightGossip current, HeldValue value)
    {
        if (value.Asked is not null && value.Owed == 0) return true; // it answered: there may be more
        if (value.Asked is null && (!value.IsPushed || current.Self < 0)) return true; // nobody sends it unasked
        ulong patienceMs = current.Validators - 1 <= board.Options.DirectPushPeersMax ? board.Options.PartStallMs : board.Options.PartStallTreeMs;
        return board.NowMs >= value.StalledSinceMs + patienceMs;
    }

    /// <summary>Those whose votes show that they have the value come first.</summary>
    private void Ask(HeightGossip current, HeldValue value)
    {
        List<GossipPeer> givers = board.Givers(current.Height);
        List<GossipPeer> voters = givers.FindAll(peer => VotedFor(current, value, peer));
        if (voters.Count > 0) givers = voters;
        if (givers.Count == 0) return;
        GossipPeer asked = givers[(int)(_turn++ % (ulong)givers.Count)];
        byte[] bitmap = new byte[Bitmap.Bytes(value.Parts.Count)];
        for (int i = 0; i < value.Parts.Count; i++)
            if (value.Parts.Has(i)) Bitmap.Set(bitmap, i);
        int missing = value.Parts.Count == 0 ? board.Options.PartsPerAnswer : value.Parts.Count - value.Parts.Held;
        (value.Asked, value.Owed, value.StalledSinceMs) = (asked.Id, Math.Min(missing, board.Options.PartsPerAnswer), board.NowMs);
        board.Send(asked, new PeerMessage.HaveParts(current.Height, value.Root, bitmap));
    }

    private static bool VotedFor(HeightGossip current, HeldValue value, GossipPeer peer)
    {
        if (peer.Height == current.Height + 1) return true;
        int index = current.Votes.IndexOf(peer.Operator);
        if (index < 0) return false;
        foreach (Proposal proposal in value.Proposals)
        {
            if (index == current.Votes.IndexOf(proposal.Proposer)) return true;
            if (current.Votes.Round(proposal.Round) is not { } round) continue;
            if (round.Vote(VoteKind.Prevote, index)?.ValueId == proposal.ValueId || round.Vote(VoteKind.Precommit, index)?.ValueId == proposal.ValueId) return true;
        }
        return false;
    }

    private void Add(HeightGossip current, HeldValue value, GossipPeer from, PeerMessage.Part part)
    {
        PartResult result = value.Parts.Add(part);
        if (result == PartResult.Bad)
        {
            board.Penalize(from, Offence.BadContent, $"part {part.Index} does not fit its root");
            return;
        }
        int index = (int)part.Index;
        board.View(from, current).Parts(value.Root, value.Parts.Count).Know(index);
        if (value.Asked == from.Id && value.Owed > 0) value.Owed--;
        if (result == PartResult.Duplicate)
        {
            board.Counters.DuplicateParts++;
            board.NoteRepetition(from, "parts");
            return;
        }
        value.StalledSinceMs = board.NowMs;
        if (value.IsPushed) Relay(current, value, index);
        if (value.Parts.Value is not { } complete) return;
        foreach (Proposal proposal in value.Proposals) board.Do(new GossipEffect.ValueComplete(proposal, complete));
    }

    /// <summary>Everything this node is the sender of, each peer beginning with another part: together they have all of it early.</summary>
    private void Push(HeightGossip current, HeldValue value, GossipPeer[] peers)
    {
        int count = value.Parts.Count;
        if (count == 0) return;
        for (int step = 0; step < count; step++)
        {
            for (int i = 0; i < peers.Length; i++)
            {
                int index = (int)((step + ((long)i * count / peers.Length)) % count);
                if (IsSender(current, value, index, peers[i])) Send(peers[i], current.Height, value, board.View(peers[i], current).Parts(value.Root, count), index);
            }
        }
    }

    private void Relay(HeightGossip current, HeldValue value, int index)
    {
        if (current.Self < 0 || current.Validators - 1 <= board.Options.DirectPushPeersMax) return;
        foreach (GossipPeer peer in board.Listeners(current.Height))
            if (IsSender(current, value, index, peer)) Send(peer, current.Height, value, board.View(peer, current).Parts(value.Root, value.Parts.Count), index);
    }

    /// <summary>True where the tree has this node above the peer; the proposer stands in for parents that it has no link to.</summary>
    private bool IsSender(HeightGossip current, HeldValue value, int index, GossipPeer peer)
    {
        int child = current.Votes.IndexOf(peer.Operator), proposer = current.Votes.IndexOf(value.Proposals[0].Proposer);
        if (child < 0 || child == proposer || child == current.Self || current.Self < 0) return false;
        int parent = value.Tree(index, current.Votes.Validators, proposer, board.Options.DirectPushPeersMax).ParentOf(child);
        if (current.Self != proposer) return parent == current.Self;
        return parent < 0 || !IsLinked(current.Votes.Validators[parent].Operator);
    }

    private bool IsLinked(Address validator)
    {
        foreach (GossipPeer peer in board.Peers)
            if (peer.Operator == validator) return true;
        return false;
    }

    private bool Send(GossipPeer peer, ulong height, HeldValue value, PeerRow row, int index)
    {
        if (!row.Lacks(index, board.Generation) || value.Parts.Part(index) is not { } part) return false;
        row.Sent(index, board.Generation);
        board.Send(peer, value.Message(height, part));
        return true;
    }

    /// <summary>Parts may overtake their proposal on the other lane: a few of one root are kept, the rest is asked for later.</summary>
    private void KeepEarly(GossipPeer from, PeerMessage.Part part)
    {
        if (part.Bytes.Length > PeerLimits.PartBytes || part.Proof.Count > PeerLimits.PartProofHashesMax) return;
        if (from.EarlyParts.Count > 0 && from.EarlyParts[0].PartsRoot != part.PartsRoot) from.EarlyParts.Clear();
        int held = 0;
        foreach (GossipPeer peer in board.Peers) held += peer.EarlyParts.Count;
        if (from.EarlyParts.Count < board.Options.EarlyPartsPerPeer && held < board.Options.EarlyPartsMax) from.EarlyParts.Add(part);
    }

    private HeldValue Hold(HeightGossip current, Proposal proposal, PartSet? bytes)
    {
        if (current.Values.TryGetValue(proposal.PartsRoot, out HeldValue? value))
        {
            value.Add(proposal);
            if (bytes is not null) value.Complete(bytes);
            return value;
        }
        if (current.Values.Count >= board.Options.ValuesKept) Drop(current);
        current.Values.Add(proposal.PartsRoot, value = new HeldValue(proposal, bytes, board.NowMs));
        return value;
    }

    /// <summary>The value proposed longest ago without a proof of lock; the oldest of all where every one has one.</summary>
    private void Drop(HeightGossip current)
    {
        HeldValue oldest = current.Values.Values
            .OrderBy(value => value.Proposals.Any(proposal => current.Votes.HasTwoThirds(proposal.Round, VoteKind.Prevote, proposal.ValueId)))
            .ThenBy(value => value.LastRound).First();
        current.Values.Remove(oldest.Root);
        foreach (GossipPeer peer in board.Peers) peer.Current?.Forget(oldest.Root);
    }

    private static ulong SeedOf(Hash256 root) => BinaryPrimitives.ReadUInt64LittleEndian(root.Span);
}
