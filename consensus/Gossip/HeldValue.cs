using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>A value of the height whose proposal was accepted, or made here: its parts as far as they came, and who is asked for the rest.</summary>
internal sealed class HeldValue(Proposal proposal, PartSet? bytes, ulong nowMs)
{
    private readonly List<Proposal> _proposals = [proposal];
    private PartTree?[] _trees = [];
    private PeerMessage.Part?[] _messages = [];

    public PartAssembler Parts { get; private set; } = bytes is null ? new PartAssembler(proposal.PartsRoot) : PartAssembler.Of(bytes);

    /// <summary>Every accepted proposal of these bytes, oldest first.</summary>
    public IReadOnlyList<Proposal> Proposals => _proposals;

    public Hash256 Root => Parts.Root;

    public uint LastRound => _proposals[^1].Round;

    /// <summary>The proposer spreads the parts; those of a re-proposal are here, or fetched.</summary>
    public bool IsPushed => _proposals[0].PolRound < 0;

    /// <summary>Since when no part arrived, or nobody answered.</summary>
    public ulong StalledSinceMs { get; set; } = nowMs;

    public PeerId? Asked { get; set; }

    /// <summary>What the asked one still owes of its answer.</summary>
    public int Owed { get; set; }

    public void Add(Proposal another)
    {
        if (!_proposals.Contains(another)) _proposals.Add(another);
    }

    /// <summary>The bytes are here by another way.</summary>
    public void Complete(PartSet whole)
    {
        if (!Parts.IsComplete) Parts = PartAssembler.Of(whole);
    }

    /// <summary>One object a part, so that the transport encodes it once for many peers.</summary>
    public PeerMessage.Part Message(ulong height, ValuePart part)
    {
        if (_messages.Length == 0) _messages = new PeerMessage.Part?[Parts.Count];
        return _messages[part.Index] ??= new PeerMessage.Part(height, Root, (uint)Parts.ValueBytes, (uint)part.Index, part.Bytes, part.Proof);
    }

    public PartTree Tree(int part, IReadOnlyList<Validator> validators, int proposer, int directMax)
    {
        if (_trees.Length == 0) _trees = new PartTree?[Parts.Count];
        return _trees[part] ??= PartTree.Of(Root, part, validators, proposer, directMax);
    }
}
