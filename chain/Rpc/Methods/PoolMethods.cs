using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Rpc.Rendering;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>What lies in the pool: "pending" can run now, "queued" waits for a nonce.</summary>
internal static class PoolMethods
{
    private delegate void WriteTransaction(ReplyWriter reply, Transaction transaction);

    public static RpcError? Status(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Raw("{\"pending\":"u8);
        reply.Quantity((ulong)context.Chain.Pool.PendingCount);
        reply.Raw(",\"queued\":"u8);
        reply.Quantity((ulong)context.Chain.Pool.QueuedCount);
        reply.Byte((byte)'}');
        return null;
    }

    public static RpcError? Content(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        WriteAll(context, reply, static (w, t) => TransactionJson.WritePending(w, t, t.MaxFeePerGas));
        return null;
    }

    public static RpcError? Inspect(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        WriteAll(context, reply, WriteSummary);
        return null;
    }

    public static RpcError? ContentFrom(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address sender = args.Address();
        if (args.End() is { } error) return error;
        IReadOnlyList<Transaction> pending = [], queued = [];
        foreach ((Address from, IReadOnlyList<Transaction> executable, IReadOnlyList<Transaction> gapped) in context.Chain.Pool.Content())
        {
            if (from == sender) (pending, queued) = (executable, gapped);
        }
        WriteTransaction write = static (w, t) => TransactionJson.WritePending(w, t, t.MaxFeePerGas);
        reply.Raw("{\"pending\":"u8);
        WriteByNonce(reply, pending, write);
        reply.Raw(",\"queued\":"u8);
        WriteByNonce(reply, queued, write);
        reply.Byte((byte)'}');
        return null;
    }

    private static void WriteAll(CallContext context, ReplyWriter reply, WriteTransaction write)
    {
        var content = context.Chain.Pool.Content();
        reply.Raw("{\"pending\":{"u8);
        bool isFirst = true;
        foreach ((Address sender, IReadOnlyList<Transaction> pending, _) in content) WriteSender(reply, sender, pending, write, ref isFirst);
        reply.Raw("},\"queued\":{"u8);
        isFirst = true;
        foreach ((Address sender, _, IReadOnlyList<Transaction> queued) in content) WriteSender(reply, sender, queued, write, ref isFirst);
        reply.Raw("}}"u8);
    }

    private static void WriteSender(
        ReplyWriter reply, Address sender, IReadOnlyList<Transaction> transactions, WriteTransaction write, ref bool isFirst)
    {
        if (transactions.Count == 0) return;
        if (!isFirst) reply.Byte((byte)',');
        isFirst = false;
        reply.Hex(sender);
        reply.Byte((byte)':');
        WriteByNonce(reply, transactions, write);
    }

    private static void WriteByNonce(ReplyWriter reply, IReadOnlyList<Transaction> transactions, WriteTransaction write)
    {
        reply.Byte((byte)'{');
        for (int i = 0; i < transactions.Count; i++)
        {
            reply.Raw(i == 0 ? "\""u8 : ",\""u8);
            reply.Number(transactions[i].Nonce);
            reply.Raw("\":"u8);
            write(reply, transactions[i]);
        }
        reply.Byte((byte)'}');
    }

    /// <summary>geth's one line: to, value, gas limit and price.</summary>
    private static void WriteSummary(ReplyWriter reply, Transaction transaction)
    {
        var text = new StringBuilder();
        text.Append(transaction.To is { } to ? to.ToString() : "contract creation");
        text.Append(": ").Append(transaction.Value.ToString()).Append(" wei + ").Append(transaction.GasLimit);
        text.Append(" gas × ").Append(transaction.MaxFeePerGas.ToString()).Append(" wei");
        reply.Text(text.ToString());
    }
}
