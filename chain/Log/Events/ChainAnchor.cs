using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// A block of the chain, proven inside the log (dataplane 1.4): count u8 of light blocks by height ascending, each u32 length |
/// RLP, of which the last is anchored and the others lead to it; count u8 of feeds by module ascending.
/// </summary>
/// <param name="Blocks">1 to 4.</param>
/// <param name="Feeds">Against the state root of the last block.</param>
public sealed record ChainAnchor(IReadOnlyList<LightBlock> Blocks, IReadOnlyList<FeedProof> Feeds) : EventBody
{
    public override EventKind Kind => EventKind.ChainAnchor;

    /// <summary>The anchored block.</summary>
    public LightBlock Block => Blocks[^1];

    internal static EventBody Read(ref LogReader reader)
    {
        LightBlock[] blocks = new LightBlock[reader.Count8(LogLimits.LightBlocksPerAnchorMax, 4)];
        for (int i = 0; i < blocks.Length; i++)
        {
            ReadOnlyMemory<byte> encoded = reader.Prefixed(LogLimits.AnchorBodyBytesMax);
            if (reader.Fault != LogFault.None) return Unreadable.Body;
            if (LightBlock.TryDecode(encoded.Span, out LightBlock? block)) blocks[i] = block;
            else reader.Fail(LogFault.Value);
            if (reader.Fault == LogFault.None && i > 0 && blocks[i].Height <= blocks[i - 1].Height) reader.Fail(LogFault.Value);
        }
        FeedProof[] feeds = new FeedProof[reader.Count8(LogLimits.ProofModulesMax, FeedProof.BytesMin)];
        for (int i = 0; i < feeds.Length; i++)
        {
            feeds[i] = FeedProof.Read(ref reader);
            if (i > 0 && feeds[i].Module <= feeds[i - 1].Module) reader.Fail(LogFault.Value);
        }
        if (blocks.Length == 0) reader.Fail(LogFault.Value);
        return new ChainAnchor(blocks, feeds);
    }

    internal override void Write(LogWriter writer)
    {
        writer.U8(checked((byte)Blocks.Count));
        foreach (LightBlock block in Blocks) writer.Prefixed(block.Encode());
        writer.U8(checked((byte)Feeds.Count));
        foreach (FeedProof feed in Feeds) feed.Write(writer);
    }
}
