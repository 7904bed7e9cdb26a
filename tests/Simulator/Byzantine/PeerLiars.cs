using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Byzantine;

/// <summary>Claims heights that nobody has, and takes them back (CVE-2025-24371).</summary>
internal sealed class StatusLiar : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is not PeerMessage.Status status || Random.OneIn(2)) return [wire];
        Count(Fault.LyingStatus);
        ulong claimed = Random.Below(5) switch
        {
            0 => ulong.MaxValue,
            1 => status.DecidedHeight + (ulong)Random.Below(1_000),
            2 => status.DecidedHeight / 2,
            3 => 0,
            _ => status.DecidedHeight + 1,
        };
        return [new WireMessage(status with { DecidedHeight = claimed, Round = (uint)Random.Below(100) })];
    }
}

/// <summary>Bytes that are no message, and messages larger than any may be.</summary>
internal sealed class Garbler : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (!Random.OneIn(4)) return [wire];
        byte[] bytes = [.. wire.Bytes];
        if (Random.OneIn(6))
        {
            Count(Fault.Oversized);
            return [new WireMessage([.. bytes, .. new byte[PeerMessageCodec.BytesMax(wire.Lane)]], wire.Lane, false)];
        }
        Count(Fault.Malformed);
        switch (Random.Below(3))
        {
            case 0:
                bytes[Random.Below(bytes.Length)] ^= (byte)(1 << Random.Below(8));
                break;
            case 1:
                bytes = bytes[..Random.Below(bytes.Length)];
                break;
            default:
                bytes = Random.Bytes(Random.Below(200));
                break;
        }
        return [new WireMessage(bytes, wire.Lane, false)];
    }
}

/// <summary>Everything many times, and votes of rounds that never come.</summary>
internal sealed class Flooder : Behaviour
{
    private const int Copies = 40;

    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (!Random.OneIn(8)) return [wire];
        Count(Fault.Flood);
        if (message is PeerMessage.Votes { Items: [{ } vote, ..] } && IsOwn(vote))
            return [wire, .. Enumerable.Range(0, Copies).Select(_ => new WireMessage(new PeerMessage.Votes([FarVote(vote)])))];
        return Enumerable.Repeat(wire, Copies);
    }

    private Vote FarVote(Vote vote) => Sign(vote with
    {
        Kind = Random.OneIn(2) ? VoteKind.Prevote : VoteKind.Precommit,
        Round = vote.Round + (uint)Random.Below(1_000_000),
        Height = vote.Height + (ulong)Random.Below(2),
        PolRound = -1,
        ValueId = Random.OneIn(2) ? Hash256.Zero : new Hash256(Random.Bytes(Hash256.Size)),
    });
}

/// <summary>Serves blocks that nobody decided, under certificates that nobody signed.</summary>
internal sealed class BlockForger : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        switch (message)
        {
            case PeerMessage.Blocks { LastCertificate: { } certificate } blocks when blocks.Items.Count > 0:
                Count(Fault.ForgedBlocks);
                return [new WireMessage(Forge(blocks, certificate))];
            case PeerMessage.Status status:
                // Who is ahead is asked first.
                return [new WireMessage(status with { DecidedHeight = status.DecidedHeight + 1 })];
            default:
                return [wire];
        }
    }

    /// <summary>The last block under a time of its own, with a certificate of the right form.</summary>
    private PeerMessage.Blocks Forge(PeerMessage.Blocks blocks, Certificate certificate)
    {
        if (!BlockCodec.TryDecode(blocks.Items[^1], PeerLimits.ValueBytesMax, out Block? last) || last.Consensus is not { } consensus) return blocks;
        ConsensusHeader other = consensus with { TimeMs = consensus.TimeMs + 1 };
        Header header = last.Header with { ExtraData = BlockHashes.ExtraData(other), Timestamp = other.TimeMs / 1_000 };
        Block forged = last with { Header = header, Consensus = other, Hash = HeaderCodec.Hash(header) };
        return blocks with
        {
            Items = [.. blocks.Items.Take(blocks.Items.Count - 1), BlockCodec.Encode(forged)],
            LastCertificate = certificate with { BlockHash = forged.Hash, Signatures = [.. certificate.Signatures.Select(_ => (ReadOnlyMemory<byte>)Random.Bytes(64))] },
        };
    }
}
