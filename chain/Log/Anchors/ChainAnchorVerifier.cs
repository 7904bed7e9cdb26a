using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>
/// Whether a ChainAnchor proves what it says, from genesis or the anchored block before, without a node of the chain: each block
/// follows from the one before by its validators' votes, and each feed is in the last block's state.
/// </summary>
/// <param name="ChainId">Of the chain and of the log.</param>
/// <param name="GenesisHash">The log id.</param>
/// <param name="GenesisValidators">Who votes on block 1.</param>
public sealed record ChainAnchorVerifier(ulong ChainId, Hash256 GenesisHash, ValidatorSet GenesisValidators)
{
    /// <summary>
    /// Trust in a block does not run out here, and no clock is asked: the log has kept the order in which blocks were anchored, and
    /// a committee that anchors a late fork shows it to everyone who has the block before.
    /// </summary>
    private LightOptions Options => new(ChainId, GenesisHash, ulong.MaxValue, ulong.MaxValue);

    /// <param name="trusted">The anchored block before; null before the first anchor.</param>
    public LogVerdict Verify(LightBlock? trusted, ChainAnchor anchor)
    {
        foreach (LightBlock block in anchor.Blocks)
        {
            LightVerdict verdict = trusted is null
                ? LightVerifier.VerifyFromGenesis(GenesisValidators, block, Options)
                : LightVerifier.Verify(trusted, block, Options, block.TimeMs);
            if (!verdict.IsValid) return new LogVerdict(LogFault.ChainBlock, $"block {block.Height}: {verdict.Detail}");
            trusted = block;
        }
        foreach (FeedProof feed in anchor.Feeds)
            if (!IsProven(feed, anchor.Block.Header.StateRoot)) return new LogVerdict(LogFault.Feed, $"the feed of module {feed.Module} is not in the state of block {anchor.Block.Height}");
        return LogVerdict.Valid;
    }

    /// <summary>The account of the module under the state root, both words under its storage root; a word that is not there is zero.</summary>
    private static bool IsProven(FeedProof feed, in Hash256 stateRoot)
    {
        Address module = Address.FromNumber((ushort)(RecordKey.ModuleBase + feed.Module));
        if (!TrieProofVerifier.TryVerify(stateRoot, module.Span, feed.AccountNodes, out byte[] leaf)) return false;
        if (leaf.Length == 0) return feed is { Sequence: 0, Feed.IsZero: true, SequenceNodes.Count: 0, FeedNodes.Count: 0 };
        RlpReader reader = new(leaf);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd()) return false;
        fields.TryReadUInt64(out _);
        fields.TryReadUInt128(out _);
        fields.TryReadHash(out Hash256 storageRoot);
        fields.TryReadHash(out _);
        return fields.TryEnd()
            && HasWord(storageRoot, FeedChain.SequenceSlot(feed.Module), feed.SequenceNodes, (Uint256)feed.Sequence)
            && HasWord(storageRoot, FeedChain.FeedSlot(feed.Module), feed.FeedNodes, Uint256.FromBigEndian(feed.Feed.Span));
    }

    private static bool HasWord(in Hash256 storageRoot, in Hash256 slot, IReadOnlyList<ReadOnlyMemory<byte>> nodes, in Uint256 word)
    {
        if (!TrieProofVerifier.TryVerify(storageRoot, slot.Span, nodes, out byte[] value)) return false;
        if (value.Length == 0) return word.IsZero;
        RlpReader reader = new(value);
        return reader.TryReadUint256(out Uint256 stored) && reader.TryEnd() && stored == word && !word.IsZero;
    }
}
