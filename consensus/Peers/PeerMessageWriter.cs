using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Peers;

/// <summary>The encoding half of <see cref="PeerMessageCodec"/>.</summary>
internal static class PeerMessageWriter
{
    public static void Write(ref RlpWriter writer, PeerMessage message)
    {
        int list = writer.BeginList();
        writer.Write(PeerMessageCodec.Version);
        writer.Write((ulong)PeerMessageCodec.Kind(message));
        switch (message)
        {
            case PeerMessage.Status status: Write(ref writer, status); break;
            case PeerMessage.ProposalMessage proposal: ProposalCodec.Write(ref writer, proposal.Proposal); break;
            case PeerMessage.Votes votes: Write(ref writer, votes); break;
            case PeerMessage.HaveVotes have: Write(ref writer, have); break;
            case PeerMessage.HaveParts have: Write(ref writer, have); break;
            case PeerMessage.Part part: Write(ref writer, part); break;
            case PeerMessage.Transactions transactions: Write(ref writer, transactions.Items); break;
            case PeerMessage.BlocksRequest request: Write(ref writer, request); break;
            case PeerMessage.Blocks blocks: Write(ref writer, blocks); break;
            case PeerMessage.Snapshots snapshots: Write(ref writer, snapshots.Manifests); break;
            case PeerMessage.ChunkRequest request: Write(ref writer, request); break;
            case PeerMessage.SnapshotChunk chunk: Write(ref writer, chunk); break;
            case PeerMessage.LightBlockRequest request: writer.Write(request.Height); break;
            case PeerMessage.LightBlockReply reply: Write(ref writer, reply); break;
            case PeerMessage.PeerAddresses addresses: Write(ref writer, addresses); break;
            case PeerMessage.Evidence evidence: Write(ref writer, evidence); break;
            default: break; // requests without fields
        }
        writer.EndList(list);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.Status status)
    {
        writer.Write(status.DecidedHeight);
        writer.Write(status.OldestBody);
        writer.Write((ulong)status.Round);
        writer.Write((ulong)status.Step);
        writer.Write(status.Validator);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.Votes votes)
    {
        int list = writer.BeginList();
        for (int i = 0; i < votes.Items.Count; i++) VoteCodec.Write(ref writer, votes.Items[i]);
        writer.EndList(list);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.HaveVotes have)
    {
        writer.Write(have.Height);
        int list = writer.BeginList();
        for (int i = 0; i < have.Bitmaps.Count; i++)
        {
            VoteBitmap bitmap = have.Bitmaps[i];
            int item = writer.BeginList();
            writer.Write((ulong)bitmap.Round);
            writer.Write((ulong)bitmap.Kind);
            writer.Write(bitmap.Bits.Span);
            writer.EndList(item);
        }
        writer.EndList(list);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.HaveParts have)
    {
        writer.Write(have.Height);
        writer.Write(have.PartsRoot);
        writer.Write(have.Bitmap.Span);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.Part part)
    {
        writer.Write(part.Height);
        writer.Write(part.PartsRoot);
        writer.Write((ulong)part.ValueBytes);
        writer.Write((ulong)part.Index);
        writer.Write(part.Bytes.Span);
        int list = writer.BeginList();
        for (int i = 0; i < part.Proof.Count; i++) writer.Write(part.Proof[i]);
        writer.EndList(list);
    }

    private static void Write(ref RlpWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        int list = writer.BeginList();
        for (int i = 0; i < items.Count; i++) writer.Write(items[i].Span);
        writer.EndList(list);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.BlocksRequest request)
    {
        writer.Write(request.From);
        writer.Write((ulong)request.Count);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.Blocks blocks)
    {
        writer.Write(blocks.From);
        Write(ref writer, blocks.Items);
        int certificates = writer.BeginList();
        if (blocks.LastCertificate is { } certificate) CertificateCodec.Write(ref writer, certificate);
        writer.EndList(certificates);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.ChunkRequest request)
    {
        writer.Write(request.Height);
        writer.Write(request.ManifestHash);
        writer.Write((ulong)request.Index);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.SnapshotChunk chunk)
    {
        writer.Write(chunk.Height);
        writer.Write(chunk.ManifestHash);
        writer.Write((ulong)chunk.Index);
        writer.Write(chunk.Bytes.Span);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.LightBlockReply reply)
    {
        writer.Write(reply.Height);
        writer.Write(reply.Encoded.Span);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.Evidence evidence)
    {
        int list = writer.BeginList();
        for (int i = 0; i < evidence.Items.Count; i++) writer.Write(EvidenceCodec.Encode(evidence.Items[i]));
        writer.EndList(list);
    }

    private static void Write(ref RlpWriter writer, PeerMessage.PeerAddresses addresses)
    {
        int list = writer.BeginList();
        for (int i = 0; i < addresses.Items.Count; i++)
        {
            PeerAddress address = addresses.Items[i];
            int item = writer.BeginList();
            writer.Write(address.Id.Key);
            writer.Write(Encoding.ASCII.GetBytes(address.Host));
            writer.Write((ulong)address.Port);
            writer.EndList(item);
        }
        writer.EndList(list);
    }
}
