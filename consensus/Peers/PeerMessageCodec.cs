using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Peers;

/// <summary>
/// rlp([version, kind, field...]) with the fields of each message in the order of its declaration. Decoding accepts the one
/// canonical encoding, checks every limit of <see cref="PeerLimits"/> and copies: the caller may reuse its buffer.
/// </summary>
public static class PeerMessageCodec
{
    internal const ulong Version = 1;

    /// <summary>Encodes what keeps the limits; the sender of anything else finds out at the receiver.</summary>
    public static byte[] Encode(PeerMessage message)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        PeerMessageWriter.Write(ref writer, message);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <param name="lane">The connection on which the bytes came.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, PeerLane lane, [NotNullWhen(true)] out PeerMessage? message, out PeerDecodeError error)
    {
        message = null;
        error = bytes.Length > BytesMax(lane) ? PeerDecodeError.TooLong : PeerMessageReader.Read(bytes, out message);
        if (message is not null && Lane(message) != lane) (message, error) = (null, PeerDecodeError.Lane);
        return message is not null;
    }

    /// <summary>Bytes of the encoding. Cheap for what the gossip sends to many.</summary>
    public static int Length(PeerMessage message) => message switch
    {
        PeerMessage.ProposalMessage proposal => Of(ProposalCodec.Length(proposal.Proposal)),
        PeerMessage.Votes votes => Of(RlpLength.OfList(votes.Items.Sum(VoteCodec.Length))),
        PeerMessage.Part part => Of(
            RlpLength.Of(part.Height) + RlpLength.Of(part.PartsRoot.Span) + RlpLength.Of((ulong)part.ValueBytes) + RlpLength.Of((ulong)part.Index)
            + RlpLength.Of(part.Bytes.Span) + RlpLength.OfList(part.Proof.Count * (1 + Hash256.Size))),
        PeerMessage.Transactions transactions => Of(RlpLength.OfList(transactions.Items.Sum(item => RlpLength.Of(item.Span)))),
        _ => Encode(message).Length,
    };

    public static int BytesMax(PeerLane lane) => lane == PeerLane.Fast ? PeerLimits.FastMessageBytesMax : PeerLimits.BulkMessageBytesMax;

    /// <summary>What is small and urgent, and every request, is fast; what carries data is bulk (chain-decisions 1.14).</summary>
    public static PeerLane Lane(PeerMessage message) => Kind(message) switch
    {
        PeerMessageKind.Part or PeerMessageKind.Transactions or PeerMessageKind.Blocks or PeerMessageKind.Snapshots
            or PeerMessageKind.SnapshotChunk or PeerMessageKind.LightBlockReply => PeerLane.Bulk,
        _ => PeerLane.Fast,
    };

    /// <summary>With the list's header, version and kind, of a byte each.</summary>
    private static int Of(int fields) => RlpLength.OfList(2 + fields);

    public static PeerMessageKind Kind(PeerMessage message) => message switch
    {
        PeerMessage.Status => PeerMessageKind.Status,
        PeerMessage.ProposalMessage => PeerMessageKind.Proposal,
        PeerMessage.Votes => PeerMessageKind.Votes,
        PeerMessage.HaveVotes => PeerMessageKind.HaveVotes,
        PeerMessage.HaveParts => PeerMessageKind.HaveParts,
        PeerMessage.Part => PeerMessageKind.Part,
        PeerMessage.Transactions => PeerMessageKind.Transactions,
        PeerMessage.BlocksRequest => PeerMessageKind.BlocksRequest,
        PeerMessage.Blocks => PeerMessageKind.Blocks,
        PeerMessage.SnapshotsRequest => PeerMessageKind.SnapshotsRequest,
        PeerMessage.Snapshots => PeerMessageKind.Snapshots,
        PeerMessage.ChunkRequest => PeerMessageKind.ChunkRequest,
        PeerMessage.SnapshotChunk => PeerMessageKind.SnapshotChunk,
        PeerMessage.LightBlockRequest => PeerMessageKind.LightBlockRequest,
        PeerMessage.LightBlockReply => PeerMessageKind.LightBlockReply,
        PeerMessage.PeersRequest => PeerMessageKind.PeersRequest,
        PeerMessage.PeerAddresses => PeerMessageKind.PeerAddresses,
        PeerMessage.Evidence => PeerMessageKind.Evidence,
        _ => throw new InvalidOperationException($"unknown message {message.GetType().Name}"),
    };
}
