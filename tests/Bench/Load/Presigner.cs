using System.Buffers.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Bench.Load;

/// <summary>Signs transfers ahead of a run and packs them into JSON-RPC batches of eth_sendRawTransaction.</summary>
public static class Presigner
{
    /// <param name="keys">One private key a sender; all funded.</param>
    /// <param name="recipients">How many different accounts receive.</param>
    /// <param name="firstNonce">Of every sender.</param>
    public static PresignedLoad Create(ulong chainId, IReadOnlyList<byte[]> keys, int transactions, int recipients, int batchSize, int connections, ulong firstNonce = 0)
    {
        Address[] targets = Recipients(recipients);
        int perSender = (transactions + keys.Count - 1) / keys.Count;
        var batches = new List<byte[]>[connections];
        Parallel.For(0, connections, connection =>
        {
            int[] mine = [.. Enumerable.Range(0, keys.Count).Where(sender => sender % connections == connection)];
            batches[connection] = Pack(chainId, keys, mine, targets, perSender, batchSize, firstNonce);
        });
        return new PresignedLoad(batches, batchSize, perSender * keys.Count);
    }

    public static Address[] Recipients(int count)
    {
        var targets = new Address[count];
        for (int i = 0; i < count; i++) targets[i] = new Address(Keccak.Hash(BitConverter.GetBytes(i)).Span[12..]);
        return targets;
    }

    private static List<byte[]> Pack(ulong chainId, IReadOnlyList<byte[]> keys, int[] senders, Address[] targets, int perSender, int batchSize, ulong firstNonce)
    {
        var batches = new List<byte[]>();
        var body = new MemoryStream(batchSize * 400);
        int inBatch = 0;
        for (int round = 0; round < perSender; round++)
        {
            foreach (int sender in senders)
            {
                Address to = targets[(int)(unchecked((uint)((round * 7919) + (sender * 104729))) % (uint)targets.Length)];
                ReadOnlyMemory<byte> raw = new TransactionDraft
                {
                    Type = TransactionType.DynamicFee,
                    ChainId = chainId,
                    Nonce = firstNonce + (ulong)round,
                    MaxFeePerGas = (UInt128)1_000_000_000_000,
                    MaxPriorityFeePerGas = (UInt128)1_000_000_000,
                    GasLimit = 21_000,
                    To = to,
                    Value = (UInt128)1,
                }.Sign(keys[sender])?.Raw ?? throw new ArgumentException("not a private key");
                body.Write(inBatch == 0 ? "["u8 : ","u8);
                Append(body, inBatch, raw.Span);
                if (++inBatch == batchSize) Close(batches, body, ref inBatch);
            }
        }
        if (inBatch > 0) Close(batches, body, ref inBatch);
        return batches;
    }

    private static void Append(MemoryStream body, int id, ReadOnlySpan<byte> raw)
    {
        body.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        Span<byte> digits = stackalloc byte[12];
        Utf8Formatter.TryFormat(id, digits, out int length);
        body.Write(digits[..length]);
        body.Write(",\"method\":\"eth_sendRawTransaction\",\"params\":[\"0x"u8);
        Span<byte> hex = stackalloc byte[raw.Length * 2];
        Convert.TryToHexStringLower(raw, hex, out _);
        body.Write(hex);
        body.Write("\"]}"u8);
    }

    private static void Close(List<byte[]> batches, MemoryStream body, ref int inBatch)
    {
        body.Write("]"u8);
        batches.Add(body.ToArray());
        body.SetLength(0);
        inBatch = 0;
    }
}
