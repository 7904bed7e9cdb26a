using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>A block with the certificate that the same peer sent for it.</summary>
internal sealed record ReceivedBlock(Block Block, Certificate Certificate, PeerId Supplier, int Bytes)
{
    public ConsensusHeader Consensus => Block.Consensus ?? throw new InvalidOperationException("checked by BlockRange");
}

/// <summary>
/// Reads a reply as a chain of blocks that holds in itself: numbers, links, commitments of the headers, and for each block the
/// certificate that names it (the next one's last commit, or the reply's last). What does not hold here is the sender's own
/// fault, whatever others sent. Signatures and transactions are checked when a block is applied.
/// </summary>
internal static class BlockRange
{
    /// <summary>Null if it holds; else what does not, for the reason of a ban.</summary>
    public static string? Read(PeerMessage.Blocks message, PeerId supplier, ulong chainId, out List<ReceivedBlock> blocks)
    {
        blocks = [];
        Block? previous = null;
        int previousBytes = 0;
        for (int i = 0; i < message.Items.Count; i++)
        {
            ulong height = message.From + (ulong)i;
            if (!BlockCodec.TryDecode(message.Items[i], PeerLimits.ValueBytesMax, out Block? block)) return $"block {height} does not decode";
            if (CheckAlone(block, height, chainId) is { } what) return $"block {height}: {what}";
            if (previous is not null)
            {
                if (block.Header.ParentHash != previous.Hash) return $"block {height} is not above the block sent before it";
                blocks.Add(new ReceivedBlock(previous, block.LastCommit ?? throw new InvalidOperationException("checked"), supplier, previousBytes));
            }
            (previous, previousBytes) = (block, message.Items[i].Length);
        }
        if (previous is null) return null;
        if (message.LastCertificate is not { } last) return "no certificate of the last block";
        if (last.Height != previous.Header.Number || last.BlockHash != previous.Hash) return $"certificate of height {last.Height}, not of the last block {previous.Header.Number}";
        blocks.Add(new ReceivedBlock(previous, last, supplier, previousBytes));
        return null;
    }

    private static string? CheckAlone(Block block, ulong height, ulong chainId)
    {
        if (block.Consensus is not { } consensus) return "no consensus header";
        if (block.Header.Number != height || consensus.Height != height) return $"is of height {block.Header.Number}";
        if (consensus.ChainId != chainId) return $"is of chain {consensus.ChainId}";
        if (BlockHashes.ExtraData(consensus) != block.Header.ExtraData) return "extraData does not commit to the consensus header";
        if (BlockHashes.LastCommit(block.LastCommit) != consensus.LastCommitHash) return "another last commit than the header's";
        if (BlockHashes.Evidence(block.Evidence.Span) != consensus.EvidenceHash) return "other evidence than the header's";
        if (BlockHashes.VrfProof(block.VrfProof.Span) != consensus.VrfProofHash) return "another VRF proof than the header's";
        if (height == 1) return block.LastCommit is null ? null : "block 1 has a last commit";
        if (block.LastCommit is not { } commit) return "no last commit";
        return commit.Height == height - 1 && commit.BlockHash == block.Header.ParentHash ? null : "the last commit is not of the parent";
    }
}
