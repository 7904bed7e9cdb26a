using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Storage;

/// <summary>A block's headers on disk: rlp([version, hash, size, header, consensusHeader or []]).</summary>
internal static class HeaderRecord
{
    private const ulong Version = 1;

    public static byte[] Encode(Block block, ulong size)
    {
        var writer = new RlpWriter(stackalloc byte[1024]);
        int record = writer.BeginList();
        writer.Write(Version);
        writer.Write(block.Hash);
        writer.Write(size);
        HeaderCodec.Write(ref writer, block.Header);
        if (block.Consensus is null) writer.WriteListHeader(0);
        else ConsensusHeaderCodec.Write(ref writer, block.Consensus);
        writer.EndList(record);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <exception cref="StoreCorruptException">not such a record</exception>
    public static StoredHeader Decode(ReadOnlySpan<byte> record, ulong ofHeight)
    {
        var input = new RlpReader(record);
        if (!input.TryReadList(out RlpReader fields) || !input.TryEnd() || !fields.TryReadUInt64(out ulong version) || version != Version) throw Corrupt(ofHeight);
        fields.TryReadHash(out Hash256 hash);
        fields.TryReadUInt64(out ulong size);
        if (!HeaderCodec.TryRead(ref fields, out Header? header)) throw Corrupt(ofHeight);
        if (ofHeight == 0) return new StoredHeader(hash, header, null, size);
        if (!ConsensusHeaderCodec.TryRead(ref fields, out ConsensusHeader? consensus) || !fields.TryEnd()) throw Corrupt(ofHeight);
        if (header.Number != ofHeight) throw Corrupt(ofHeight);
        return new StoredHeader(hash, header, consensus, size);
    }

    private static StoreCorruptException Corrupt(ulong height) => new($"header of block {height}");
}

/// <param name="Size">As <see cref="Execution.BlockData.Size"/>.</param>
public sealed record StoredHeader(Hash256 Hash, Header Header, ConsensusHeader? Consensus, ulong Size);
