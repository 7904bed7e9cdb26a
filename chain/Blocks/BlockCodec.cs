using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// A whole block as proposed and synced: rlp([version, header, consensusHeader or [], [transaction...], lastCommit or [],
/// evidence, vrfProof]); a transaction is a byte string of its EIP-2718 encoding. Senders are not in it.
/// </summary>
public static class BlockCodec
{
    private const ulong Version = 1;

    public static byte[] Encode(Block block)
    {
        var writer = new RlpWriter([]);
        int list = writer.BeginList();
        writer.Write(Version);
        HeaderCodec.Write(ref writer, block.Header);
        if (block.Consensus is null) writer.WriteListHeader(0);
        else ConsensusHeaderCodec.Write(ref writer, block.Consensus);
        int transactions = writer.BeginList();
        for (int i = 0; i < block.Transactions.Count; i++) writer.Write(block.Transactions[i].Raw.Span);
        writer.EndList(transactions);
        if (block.LastCommit is null) writer.WriteListHeader(0);
        else CertificateCodec.Write(ref writer, block.LastCommit);
        writer.Write(block.Evidence.Span);
        writer.Write(block.VrfProof.Span);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>Checks form only: no root, signature or rule of consensus. Senders are not set.</summary>
    /// <param name="bytes">Kept by the transactions, not copied: do not change them afterwards.</param>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int blockBytesMax, [NotNullWhen(true)] out Block? block)
    {
        block = null;
        var reader = new RlpReader(bytes.Span, inputBytesMax: blockBytesMax);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd()) return false;
        if (!fields.TryReadUInt64(out ulong version) || version != Version) return false;
        if (!HeaderCodec.TryRead(ref fields, out Header? header)) return false;
        if (!TryReadConsensus(ref fields, out ConsensusHeader? consensus)) return false;
        if (!TryReadTransactions(bytes, ref fields, out IReadOnlyList<Transaction>? transactions)) return false;
        if (!TryReadCommit(ref fields, out Certificate? lastCommit)) return false;
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> evidence) || !fields.TryReadBytes(out ReadOnlySpan<byte> vrfProof) || !fields.TryEnd()) return false;
        block = new Block(HeaderCodec.Hash(header), header, consensus, transactions, lastCommit, evidence.ToArray(), vrfProof.ToArray());
        return true;
    }

    /// <summary>Bytes of rlp([header, transactions, []]), the size that Ethereum's RPC names; legacy transactions are lists there.</summary>
    public static ulong EthereumSize(Header header, IReadOnlyList<Transaction> transactions)
    {
        var writer = new RlpWriter(stackalloc byte[1024]);
        HeaderCodec.Write(ref writer, header);
        int payload = 0;
        for (int i = 0; i < transactions.Count; i++)
        {
            ReadOnlySpan<byte> raw = transactions[i].Raw.Span;
            payload += transactions[i].Type == TransactionType.Legacy ? raw.Length : RlpLength.Of(raw);
        }
        int size = RlpLength.OfList(writer.Length + RlpLength.OfList(payload) + RlpLength.OfList(0));
        writer.Dispose();
        return (ulong)size;
    }

    private static bool TryReadConsensus(ref RlpReader fields, out ConsensusHeader? consensus)
    {
        consensus = null;
        return IsEmptyList(ref fields) || ConsensusHeaderCodec.TryRead(ref fields, out consensus);
    }

    private static bool TryReadCommit(ref RlpReader fields, out Certificate? commit)
    {
        commit = null;
        return IsEmptyList(ref fields) || CertificateCodec.TryRead(ref fields, out commit);
    }

    /// <summary>Consumes an empty list; leaves anything else.</summary>
    private static bool IsEmptyList(ref RlpReader fields)
    {
        RlpReader ahead = fields;
        if (!ahead.TryReadList(out RlpReader items) || !items.AtEnd) return false;
        fields = ahead;
        return true;
    }

    private static bool TryReadTransactions(ReadOnlyMemory<byte> bytes, ref RlpReader fields, [NotNullWhen(true)] out IReadOnlyList<Transaction>? transactions)
    {
        transactions = null;
        if (!fields.TryReadList(out RlpReader items) || !items.TryCount(out int count)) return false;
        var read = new Transaction[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadBytes(out ReadOnlySpan<byte> raw, TransactionCodec.BytesMax) || raw.IsEmpty) return false;
            bytes.Span.Overlaps(raw, out int offset);
            ReadOnlyMemory<byte> slice = bytes.Slice(offset, raw.Length);
            Transaction? transaction;
            bool decoded = SystemTransaction.IsSystem(raw)
                ? SystemTransaction.TryDecode(slice, out transaction, out _, out _)
                : TransactionCodec.TryDecode(slice, out transaction, out _);
            if (!decoded || transaction is null) return false;
            read[i] = transaction;
        }
        transactions = read;
        return true;
    }
}
