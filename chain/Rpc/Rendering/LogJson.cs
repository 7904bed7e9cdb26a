using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Rendering;

/// <summary>Logs as execution-apis writes them; logIndex counts over the block.</summary>
internal static class LogJson
{
    public static void WriteAll(ReplyWriter w, IReadOnlyList<LocatedLog> logs)
    {
        w.Byte((byte)'[');
        for (int i = 0; i < logs.Count; i++)
        {
            if (i > 0) w.Byte((byte)',');
            Write(w, logs[i]);
        }
        w.Byte((byte)']');
    }

    public static void Write(ReplyWriter w, LocatedLog log) =>
        Write(w, log.Log, log.Header, log.BlockHash, log.TransactionHash, log.TransactionIndex, log.LogIndex);

    public static void Write(
        ReplyWriter w, LogEntry log, Header header, in Hash256 blockHash, in Hash256 transactionHash, uint transactionIndex, uint logIndex)
    {
        w.Raw("{\"address\":"u8);
        w.Hex(log.Address);
        w.Raw(",\"topics\":["u8);
        for (int i = 0; i < log.Topics.Count; i++)
        {
            if (i > 0) w.Byte((byte)',');
            w.Hex(log.Topics[i]);
        }
        w.Raw("],\"data\":"u8);
        w.Hex(log.Data.Span);
        w.Raw(",\"blockHash\":"u8);
        w.Hex(blockHash);
        w.Raw(",\"blockNumber\":"u8);
        w.Quantity(header.Number);
        w.Raw(",\"blockTimestamp\":"u8);
        w.Quantity(header.Timestamp);
        w.Raw(",\"transactionHash\":"u8);
        w.Hex(transactionHash);
        w.Raw(",\"transactionIndex\":"u8);
        w.Quantity(transactionIndex);
        w.Raw(",\"logIndex\":"u8);
        w.Quantity(logIndex);
        w.Raw(",\"removed\":false}"u8);
    }
}
