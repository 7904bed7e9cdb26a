using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Snapshots;

/// <summary>A header below the snapshot's, with the certificate that the block above it carries: the same at every node.</summary>
internal sealed record PastHeader(Header Header, ConsensusHeader Consensus, Certificate Certificate);

/// <summary>
/// What a snapshot carries beside the state, so that a node goes on from it as if it had executed every block: the head with body and
/// receipts, the headers below it and the sets that voted on them. Every node that has the blocks writes the same bytes, so that one
/// snapshot comes from many peers; the head's own certificate, which may differ, comes with the trusted light block.
/// </summary>
/// <param name="Receipts">Encoded as the receipts root commits to them.</param>
/// <param name="Past">Descending from the head's parent.</param>
/// <param name="Sets">Ascending by hash.</param>
internal sealed record BlockPart(Block Block, IReadOnlyList<byte[]> Receipts, IReadOnlyList<PastHeader> Past, IReadOnlyList<ValidatorSet> Sets)
{
    /// <summary>Headers below and with the head.</summary>
    public const int Headers = 256;
    public const int BytesMax = 64 * 1024 * 1024;

    private const ulong Version = 1;

    public byte[] Encode()
    {
        var writer = new RlpWriter([]);
        int list = writer.BeginList();
        writer.Write(Version);
        writer.Write(BlockCodec.Encode(Block));
        int receipts = writer.BeginList();
        foreach (byte[] receipt in Receipts) writer.Write(receipt);
        writer.EndList(receipts);
        int past = writer.BeginList();
        foreach (PastHeader one in Past)
        {
            HeaderCodec.Write(ref writer, one.Header);
            ConsensusHeaderCodec.Write(ref writer, one.Consensus);
            CertificateCodec.Write(ref writer, one.Certificate);
        }
        writer.EndList(past);
        int sets = writer.BeginList();
        foreach (ValidatorSet set in Sets) ValidatorSetCodec.Write(ref writer, set);
        writer.EndList(sets);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>Form only: <see cref="BlockPartRules"/> says whether it holds.</summary>
    public static bool TryDecode(byte[] bytes, int blockBytesMax, [NotNullWhen(true)] out BlockPart? part)
    {
        part = null;
        var reader = new RlpReader(bytes, inputBytesMax: BytesMax);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd() || !fields.TryReadUInt64(out ulong version) || version != Version) return false;
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> encodedBlock, blockBytesMax) || !BlockCodec.TryDecode(encodedBlock.ToArray(), blockBytesMax, out Block? block)) return false;
        if (!fields.TryReadList(out RlpReader receiptItems) || !fields.TryReadList(out RlpReader pastItems)) return false;
        if (!fields.TryReadList(out RlpReader setItems) || !fields.TryEnd()) return false;
        var receipts = new List<byte[]>();
        while (!receiptItems.AtEnd)
        {
            if (!receiptItems.TryReadBytes(out ReadOnlySpan<byte> receipt)) return false;
            receipts.Add(receipt.ToArray());
        }
        var past = new List<PastHeader>();
        while (!pastItems.AtEnd)
        {
            if (past.Count == Headers || !HeaderCodec.TryRead(ref pastItems, out Header? header) || !ConsensusHeaderCodec.TryRead(ref pastItems, out ConsensusHeader? consensus)) return false;
            if (!CertificateCodec.TryRead(ref pastItems, out Certificate? certificate)) return false;
            past.Add(new PastHeader(header, consensus, certificate));
        }
        var sets = new List<ValidatorSet>();
        while (!setItems.AtEnd)
        {
            if (sets.Count > Headers || !ValidatorSetCodec.TryRead(ref setItems, out ValidatorSet? set)) return false;
            sets.Add(set);
        }
        part = new BlockPart(block, receipts, past, sets);
        return true;
    }
}
