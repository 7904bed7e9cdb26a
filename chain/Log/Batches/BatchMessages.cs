using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>What members of the committee sign about a batch, alone and together. All is signed as it is, tag first, by Ed25519.</summary>
public static class BatchMessages
{
    /// <summary>A member's one vote on a sequence number, sent when the core decides: tag | chain id | epoch | seq | core hash.</summary>
    public static byte[] FinalVote(ulong chainId, ulong epoch, ulong seq, in Hash256 coreHash) =>
        LogTag.Message(LogDomain.FinalVote, new LogWriter().U64(chainId).U64(epoch).U64(seq).Hash(coreHash).Written);

    public static byte[] FinalVote(BatchHeader header) => FinalVote(header.ChainId, header.Epoch, header.Seq, header.CoreHash);

    /// <summary>H(tag | bitmap | votes in index order).</summary>
    public static Hash256 CommitHash(ReadOnlySpan<byte> bitmap, IReadOnlyList<ReadOnlyMemory<byte>> votes)
    {
        LogWriter writer = new(bitmap.Length + (64 * votes.Count));
        writer.Bytes(bitmap);
        for (int i = 0; i < votes.Count; i++) writer.Bytes(votes[i].Span);
        return LogTag.Hash(LogDomain.Commit, writer.Written);
    }

    /// <summary>What the group signs (FROST, or the one key of a committee of one): tag | chain id | epoch | committee hash | core hash | commit hash.</summary>
    public static byte[] Group(BatchHeader header, in Hash256 coreHash, in Hash256 commitHash) => LogTag.Message(
        LogDomain.GroupBatch, new LogWriter().U64(header.ChainId).U64(header.Epoch).Hash(header.CommitteeHash).Hash(coreHash).Hash(commitHash).Written);

    /// <summary>The only other thing the group signs: tag | chain id | next epoch | its committee's hash | transcript hash.</summary>
    public static byte[] Handoff(ulong chainId, ulong nextEpoch, in Hash256 nextCommitteeHash, in Hash256 transcriptHash) => LogTag.Message(
        LogDomain.GroupHandoff, new LogWriter().U64(chainId).U64(nextEpoch).Hash(nextCommitteeHash).Hash(transcriptHash).Written);

    /// <summary>What the author of an envelope answers for, a bad group signature too: tag | core hash | commit hash | group signature.</summary>
    public static byte[] Envelope(in Hash256 coreHash, in Hash256 commitHash, ReadOnlySpan<byte> groupSignature) => LogTag.Message(
        LogDomain.Envelope, new LogWriter().Hash(coreHash).Hash(commitHash).Bytes(groupSignature).Written);
}
