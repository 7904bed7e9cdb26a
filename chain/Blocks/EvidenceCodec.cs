using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// A block's evidence: nothing at all, or rlp([version, [item...]]) with the accused ascending, each once. Items, a round of
/// justification being one higher than its number so that none is 0:
/// <code>
/// duplicate vote      [1, height, accused, voteKind, round, [blockHash, justification, signature], [...]]
/// duplicate proposal  [2, height, accused, round, [blockHash, justification, timeMs, partsRoot, signature], [...]]
/// amnesia             [3, height, accused, [round, blockHash, signature], [round, blockHash, justification, signature]]
/// </code>
/// </summary>
public static class EvidenceCodec
{
    /// <summary>In a block.</summary>
    public const int ItemsMax = 16;

    /// <summary>In a block.</summary>
    public const int BytesMax = 8 * 1024;

    /// <summary>Of one item alone.</summary>
    public const int ItemBytesMax = 512;

    private const ulong Version = 1;

    /// <summary>Empty for no items. The caller keeps the limits and the order.</summary>
    public static byte[] EncodeList(IReadOnlyList<EvidenceItem> items)
    {
        if (items.Count == 0) return [];
        var writer = new RlpWriter(stackalloc byte[1024]);
        int list = writer.BeginList();
        writer.Write(Version);
        int all = writer.BeginList();
        foreach (EvidenceItem item in items) Write(ref writer, item);
        writer.EndList(all);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>Accepts what <see cref="EncodeList"/> writes within the limits, in order, and nothing else.</summary>
    public static bool TryDecodeList(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<EvidenceItem>? items)
    {
        items = null;
        if (bytes.IsEmpty)
        {
            items = [];
            return true;
        }
        if (bytes.Length > BytesMax) return false;
        var reader = new RlpReader(bytes);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd() || !fields.TryReadUInt64(out ulong version) || version != Version) return false;
        if (!fields.TryReadList(out RlpReader all) || !fields.TryEnd()) return false;
        var read = new List<EvidenceItem>();
        while (!all.AtEnd)
        {
            if (read.Count == ItemsMax || !TryRead(ref all, out EvidenceItem? item)) return false;
            if (read.Count > 0 && read[^1].Accused.CompareTo(item.Accused) >= 0) return false;
            read.Add(item);
        }
        if (read.Count == 0) return false;
        items = read;
        return true;
    }

    public static byte[] Encode(EvidenceItem item)
    {
        var writer = new RlpWriter(stackalloc byte[ItemBytesMax]);
        Write(ref writer, item);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out EvidenceItem? item)
    {
        item = null;
        if (bytes.Length > ItemBytesMax) return false;
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out item) && reader.TryEnd();
    }

    private static void Write(ref RlpWriter writer, EvidenceItem item)
    {
        int list = writer.BeginList();
        writer.Write((ulong)item.Kind);
        writer.Write(item.Height);
        writer.Write(item.Accused);
        switch (item)
        {
            case EvidenceItem.DuplicateVote votes:
                writer.Write((ulong)votes.First.Kind);
                writer.Write((ulong)votes.First.Round);
                WriteVote(ref writer, votes.First, withRound: false, withJustification: true);
                WriteVote(ref writer, votes.Second, withRound: false, withJustification: true);
                break;
            case EvidenceItem.DuplicateProposal proposals:
                writer.Write((ulong)proposals.First.Round);
                WriteProposal(ref writer, proposals.First);
                WriteProposal(ref writer, proposals.Second);
                break;
            case EvidenceItem.Amnesia votes:
                WriteVote(ref writer, votes.Precommit, withRound: true, withJustification: false);
                WriteVote(ref writer, votes.Prevote, withRound: true, withJustification: true);
                break;
            default:
                throw new ArgumentException($"evidence of kind {item.Kind}");
        }
        writer.EndList(list);
    }

    private static void WriteVote(ref RlpWriter writer, SignedVote vote, bool withRound, bool withJustification)
    {
        int list = writer.BeginList();
        if (withRound) writer.Write((ulong)vote.Round);
        writer.Write(vote.BlockHash);
        if (withJustification) writer.Write((ulong)(vote.PolRound + 1L));
        writer.Write(vote.Signature.Span);
        writer.EndList(list);
    }

    private static void WriteProposal(ref RlpWriter writer, SignedProposal proposal)
    {
        int list = writer.BeginList();
        writer.Write(proposal.BlockHash);
        writer.Write((ulong)(proposal.PolRound + 1L));
        writer.Write(proposal.TimeMs);
        writer.Write(proposal.PartsRoot);
        writer.Write(proposal.Signature.Span);
        writer.EndList(list);
    }

    private static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out EvidenceItem? item)
    {
        item = null;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        if (!fields.TryReadUInt64(out ulong kind) || !fields.TryReadUInt64(out ulong height) || !fields.TryReadAddress(out Address accused)) return false;
        item = (EvidenceKind)Math.Min(kind, byte.MaxValue) switch
        {
            EvidenceKind.DuplicateVote => ReadDuplicateVote(ref fields, height, accused),
            EvidenceKind.DuplicateProposal => ReadDuplicateProposal(ref fields, height, accused),
            EvidenceKind.Amnesia => ReadAmnesia(ref fields, height, accused),
            _ => null,
        };
        return item is not null && fields.TryEnd();
    }

    private static EvidenceItem.DuplicateVote? ReadDuplicateVote(ref RlpReader fields, ulong height, Address accused)
    {
        if (!fields.TryReadUInt64(out ulong kind) || kind > byte.MaxValue || !fields.TryReadUInt32(out uint round)) return null;
        var common = new SignedVote((VoteKind)kind, height, round, default, -1, accused, default);
        if (!TryReadVote(ref fields, common, withRound: false, withJustification: true, out SignedVote first)) return null;
        if (!TryReadVote(ref fields, common, withRound: false, withJustification: true, out SignedVote second)) return null;
        return EvidenceItem.Of(first, second) is EvidenceItem.DuplicateVote made && ReferenceEquals(made.First, first) ? made : null;
    }

    private static EvidenceItem.DuplicateProposal? ReadDuplicateProposal(ref RlpReader fields, ulong height, Address accused)
    {
        if (!fields.TryReadUInt32(out uint round)) return null;
        if (!TryReadProposal(ref fields, height, round, accused, out SignedProposal? first) || !TryReadProposal(ref fields, height, round, accused, out SignedProposal? second)) return null;
        return EvidenceItem.Of(first, second) is EvidenceItem.DuplicateProposal made && ReferenceEquals(made.First, first) ? made : null;
    }

    private static EvidenceItem.Amnesia? ReadAmnesia(ref RlpReader fields, ulong height, Address accused)
    {
        var precommit = new SignedVote(VoteKind.Precommit, height, 0, default, -1, accused, default);
        if (!TryReadVote(ref fields, precommit, withRound: true, withJustification: false, out precommit)) return null;
        if (!TryReadVote(ref fields, precommit with { Kind = VoteKind.Prevote }, withRound: true, withJustification: true, out SignedVote prevote)) return null;
        return EvidenceItem.Of(precommit, prevote) as EvidenceItem.Amnesia;
    }

    private static bool TryReadVote(ref RlpReader reader, SignedVote common, bool withRound, bool withJustification, out SignedVote vote)
    {
        vote = common;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        uint round = common.Round;
        int polRound = -1;
        if (withRound && !fields.TryReadUInt32(out round)) return false;
        if (!fields.TryReadHash(out Hash256 blockHash)) return false;
        if (withJustification && !TryReadPolRound(ref fields, out polRound)) return false;
        if (!fields.TryReadFixed(Ed25519.SignatureSize, out ReadOnlySpan<byte> signature) || !fields.TryEnd()) return false;
        vote = common with { Round = round, BlockHash = blockHash, PolRound = polRound, Signature = signature.ToArray() };
        return true;
    }

    private static bool TryReadProposal(ref RlpReader reader, ulong height, uint round, Address proposer, [NotNullWhen(true)] out SignedProposal? proposal)
    {
        proposal = null;
        if (!reader.TryReadList(out RlpReader fields) || !fields.TryReadHash(out Hash256 blockHash) || !TryReadPolRound(ref fields, out int polRound)) return false;
        if (!fields.TryReadUInt64(out ulong timeMs) || !fields.TryReadHash(out Hash256 partsRoot)) return false;
        if (!fields.TryReadFixed(Ed25519.SignatureSize, out ReadOnlySpan<byte> signature) || !fields.TryEnd()) return false;
        proposal = new SignedProposal(height, round, blockHash, polRound, timeMs, partsRoot, proposer, signature.ToArray());
        return true;
    }

    private static bool TryReadPolRound(ref RlpReader reader, out int polRound)
    {
        polRound = -1;
        if (!reader.TryReadUInt64(out ulong next) || next > int.MaxValue) return false;
        polRound = (int)next - 1;
        return true;
    }
}
