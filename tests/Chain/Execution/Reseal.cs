using Dsdn.Chain.Blocks;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>A block with changed headers whose hashes fit again, as a Byzantine proposer would make it.</summary>
internal static class Reseal
{
    public static Block With(Block block, Header header, ConsensusHeader? consensus)
    {
        Header sealedHeader = consensus is null || header.ExtraData != block.Header.ExtraData ? header : header with { ExtraData = BlockHashes.ExtraData(consensus) };
        return block with { Hash = HeaderCodec.Hash(sealedHeader), Header = sealedHeader, Consensus = consensus };
    }
}
