using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// The receipt as the receipts root commits to it (EIP-658, EIP-2718): rlp([status, cumulativeGasUsed, bloom, logs]), behind
/// the type byte unless legacy.
/// </summary>
public static class ReceiptCodec
{
    public const int TopicsMax = 4;

    public static byte[] Encode(Receipt receipt)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        Write(ref writer, receipt);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static void Write(ref RlpWriter writer, Receipt receipt)
    {
        if (receipt.Type != TransactionType.Legacy) writer.WriteEncoded([(byte)receipt.Type]);
        int list = writer.BeginList();
        writer.Write(receipt.Succeeded);
        writer.Write(receipt.CumulativeGasUsed);
        writer.Write(receipt.LogsBloom.Span);
        WriteLogs(ref writer, receipt.Logs);
        writer.EndList(list);
    }

    public static void WriteLogs(ref RlpWriter writer, IReadOnlyList<LogEntry> logs)
    {
        int list = writer.BeginList();
        for (int i = 0; i < logs.Count; i++)
        {
            int log = writer.BeginList();
            writer.Write(logs[i].Address);
            int topics = writer.BeginList();
            for (int t = 0; t < logs[i].Topics.Count; t++) writer.Write(logs[i].Topics[t]);
            writer.EndList(topics);
            writer.Write(logs[i].Data.Span);
            writer.EndList(log);
        }
        writer.EndList(list);
    }

    /// <param name="previousCumulativeGas">Of the receipt before it in the block, 0 for the first: the encoding holds no gas of its own.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, ulong previousCumulativeGas, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        TransactionType type = TransactionType.Legacy;
        if (bytes.Length > 0 && bytes[0] < 0x80)
        {
            type = (TransactionType)bytes[0];
            if (type is not (TransactionType.AccessList or TransactionType.DynamicFee or TransactionType.System)) return false;
            bytes = bytes[1..];
        }
        var reader = new RlpReader(bytes);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd()) return false;
        fields.TryReadBool(out bool succeeded);
        fields.TryReadUInt64(out ulong cumulative);
        fields.TryReadFixed(Bloom.Size, out ReadOnlySpan<byte> bloom);
        if (!TryReadLogs(ref fields, out IReadOnlyList<LogEntry>? logs) || !fields.TryEnd() || cumulative < previousCumulativeGas) return false;
        Bloom recomputed = Bloom.Of(logs);
        if (!recomputed.Span.SequenceEqual(bloom)) return false;
        receipt = new Receipt(type, succeeded, cumulative - previousCumulativeGas, cumulative, recomputed, logs);
        return true;
    }

    public static bool TryReadLogs(ref RlpReader reader, [NotNullWhen(true)] out IReadOnlyList<LogEntry>? logs)
    {
        logs = null;
        if (!reader.TryReadList(out RlpReader items)) return false;
        List<LogEntry> read = [];
        while (!items.AtEnd)
        {
            if (!items.TryReadList(out RlpReader fields) || !fields.TryReadAddress(out Address address)) return false;
            if (!fields.TryReadList(out RlpReader topics)) return false;
            List<Hash256> list = [];
            while (!topics.AtEnd)
            {
                if (list.Count == TopicsMax || !topics.TryReadHash(out Hash256 topic)) return false;
                list.Add(topic);
            }
            if (!fields.TryReadBytes(out ReadOnlySpan<byte> data) || !fields.TryEnd()) return false;
            read.Add(new LogEntry(address, list, data.ToArray()));
        }
        logs = read;
        return true;
    }
}
