using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Byzantine;

/// <summary>Two valid blocks for one round: each half of the network gets one with all its parts, and its own votes for it.</summary>
internal sealed class ProposalEquivocator : VoteLiar
{
    private readonly Dictionary<Hash256, (Block Block, PartSet Parts)> _twins = [];
    private readonly Dictionary<(ulong Height, uint Round), (Proposal Own, Proposal Twin)> _proposals = [];

    public override Block Built(BuildRequest request, Block block, IExecution execution)
    {
        Block twin = execution.Build(request with { TimeMs = request.TimeMs + 1 });
        _twins[block.Hash] = (twin, PartSet.Create(BlockCodec.Encode(twin)));
        return block;
    }

    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        bool isDeceived = to.Index % 2 == 0;
        switch (message)
        {
            case PeerMessage.ProposalMessage { Proposal: { } own } when own.Proposer == Machine.Operator && own.PolRound < 0 && _twins.TryGetValue(own.ValueId, out (Block Block, PartSet Parts) twin):
                if (!isDeceived || twin.Block.Consensus is not { } consensus) return [wire];
                Proposal lie = Sign(own with { ValueId = twin.Block.Hash, PartsRoot = twin.Parts.Root, TimeMs = consensus.TimeMs });
                _proposals[(own.Height, own.Round)] = (own, lie);
                Count(Fault.ProposalEquivocation);
                return
                [
                    new WireMessage(new PeerMessage.ProposalMessage(lie)),
                    .. Enumerable.Range(0, twin.Parts.Count).Select(i => new WireMessage(PartOf(own.Height, twin.Parts, i))),
                ];
            case PeerMessage.Part part when isDeceived && _proposals.Values.Any(pair => pair.Own.PartsRoot == part.PartsRoot):
                return [];
            default:
                return base.Sending(to, message, wire);
        }
    }

    protected override IEnumerable<Vote> Instead(Machine to, Vote own)
    {
        bool lies = to.Index % 2 == 0 && _proposals.TryGetValue((own.Height, own.Round), out (Proposal Own, Proposal Twin) pair) && pair.Own.ValueId == own.ValueId;
        if (!lies) return [own];
        Count(Fault.Equivocation);
        return [Sign(own with { ValueId = _proposals[(own.Height, own.Round)].Twin.ValueId })];
    }

    internal static PeerMessage.Part PartOf(ulong height, PartSet parts, int index)
    {
        ValuePart part = parts.Part(index);
        return new PeerMessage.Part(height, parts.Root, (uint)parts.Bytes.Length, (uint)index, part.Bytes, part.Proof);
    }
}

/// <summary>Blocks from the past or the future.</summary>
internal sealed class TimeShifter : Behaviour
{
    public override BuildRequest Building(BuildRequest request)
    {
        Count(Fault.ShiftedTime);
        long shift = Random.Pick([-20_000L, -3_000, 400, 900, 5_000, 3_600_000]);
        return request with { TimeMs = (ulong)((long)request.TimeMs + shift) };
    }
}

/// <summary>Blocks that claim another state, more gas, or a time before the parent's.</summary>
internal sealed class InvalidProposer : Behaviour
{
    public override Block Built(BuildRequest request, Block block, IExecution execution)
    {
        if (Random.OneIn(3)) return block;
        Count(Fault.InvalidBlock);
        Header header = Random.Below(3) switch
        {
            0 => block.Header with { StateRoot = new Hash256(Random.Bytes(Hash256.Size)) },
            1 => block.Header with { GasUsed = block.Header.GasUsed + 1 },
            _ => block.Header with { ReceiptsRoot = new Hash256(Random.Bytes(Hash256.Size)) },
        };
        return block with { Header = header, Hash = HeaderCodec.Hash(header) };
    }
}

/// <summary>Parts whose bytes are not what the root promises, or of no value at all.</summary>
internal sealed class PartCorrupter : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is not PeerMessage.Part part || part.Bytes.IsEmpty) return [wire];
        Count(Fault.WrongParts);
        byte[] bytes = part.Bytes.ToArray();
        bytes[Random.Below(bytes.Length)] ^= 1;
        PeerMessage.Part wrong = Random.Below(3) switch
        {
            0 => part with { Bytes = bytes },
            1 => part with { Index = part.Index + 1 },
            _ => part with { ValueBytes = part.ValueBytes + 1 },
        };
        return [new WireMessage(wrong), wire];
    }
}
